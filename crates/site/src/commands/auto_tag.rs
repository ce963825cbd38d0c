//! Tags that devices get without anyone's asking (alloyscan, Segments): on the segment where they are discovered, and
//! from the agent that first reports for them. They are given once and never taken off.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::{AgentTag, Change, DeviceNumber, FactGroup, FactText, Limits, Report, Source, TagId, Timestamp};

use super::has_room;
use crate::Site;
use crate::fleet::DeviceRef;

/// The auto tags of one call's devices.
pub(super) struct AutoTags<'s> {
    site: &'s Site,
    agent_tag: Option<AgentTag>,
    limits: Limits,
    /// Whether any segment gives a tag.
    by_segment: bool,
    /// Whom an agent reported for in this call.
    audited: HashSet<DeviceNumber>,
    /// Who was discovered in it, and the tag of the segment where that was.
    discovered: HashMap<DeviceNumber, Option<TagId>>,
}

/// Two ways may give one tag: then the first counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Segment,
    Agent,
}

impl<'s> AutoTags<'s> {
    /// `None` when no tag is given.
    pub(super) fn of(site: &'s Site, agent_tag: Option<AgentTag>, limits: Limits) -> Option<Self> {
        // A tag that was deleted is given to nobody.
        let agent_tag = agent_tag.filter(|given| site.catalogue.tags.get(given.tag).is_some());
        let by_segment = site.catalogue.segments.iter().any(|segment| segment.fields.auto_tag.is_some());
        (agent_tag.is_some() || by_segment).then(|| Self {
            site,
            agent_tag,
            limits,
            by_segment,
            audited: HashSet::new(),
            discovered: HashMap::new(),
        })
    }

    /// A device has checked in; `known` is what was known of it before.
    pub(super) fn heard(&mut self, number: DeviceNumber, known: Option<&DeviceRef<'_>>, report: &Report) {
        if self.by_segment {
            self.discover(number, known, report);
        }
        if let Some(AgentTag { since, .. }) = self.agent_tag
            && known.is_none_or(|device| device.seen_at() < since)
        {
            self.audited.insert(number);
        }
    }

    /// A device is discovered when it first says where it is.
    fn discover(&mut self, number: DeviceNumber, known: Option<&DeviceRef<'_>>, report: &Report) {
        let domain = report.facts.domain.as_ref().map(FactText::as_str);
        let says = report.ip_address.is_some() || domain.is_some();
        // What a person entered discovers nothing.
        let heard = known.filter(|device| device.seen_at() > Timestamp::EPOCH);
        let is_placed = heard.is_some_and(|device| device.ip_address().is_some() || has_said_domain(device));
        if !says || is_placed || self.discovered.contains_key(&number) {
            return;
        }
        let segments = &self.site.catalogue.segments;
        let segment = segments.of(report.ip_address, domain).and_then(|segment| segments.get(segment));
        self.discovered.insert(number, segment.and_then(|segment| segment.fields.auto_tag));
    }

    /// Whether a device lacks a tag and has room for it and `more` others.
    fn has_room(&self, number: DeviceNumber, tag: TagId, more: usize) -> bool {
        match self.site.fleet.get(number) {
            Some(device) => has_room(&device, tag, more, &self.limits),
            None => self.limits.alloyscan_tags_per_device.allows(more + 1),
        }
    }

    /// Whom each tag is given: the segments' before the agents', whichever was heard of first.
    fn given(&self) -> BTreeMap<(TagId, Way), BTreeSet<DeviceNumber>> {
        let mut given = BTreeMap::<_, BTreeSet<_>>::new();
        let segments = self.discovered.iter().filter_map(|(number, tag)| Some((*number, (*tag)?)));
        for (number, tag) in segments.filter(|(number, tag)| self.has_room(*number, *tag, 0)) {
            given.entry((tag, Way::Segment)).or_default().insert(number);
        }
        let Some(AgentTag { tag, .. }) = self.agent_tag else { return given };
        for number in self.audited.iter().copied() {
            let other = self.discovered.get(&number).copied().flatten();
            let other = other.filter(|other| self.has_room(number, *other, 0));
            if other != Some(tag) && self.has_room(number, tag, usize::from(other.is_some())) {
                given.entry((tag, Way::Agent)).or_default().insert(number);
            }
        }
        given
    }

    /// What is given.
    pub(super) fn changes(self) -> impl Iterator<Item = Change> {
        self.given().into_iter().map(|((tag, way), devices)| Change::Tagged {
            source: match way {
                Way::Segment => Source::Segment,
                Way::Agent => Source::Agent,
            },
            expires_at: None,
            devices: devices.into_iter().collect(),
            added: vec![tag],
            removed: Vec::new(),
        })
    }
}

/// Whether a device ever said a domain, though it may be unknown again.
fn has_said_domain(device: &DeviceRef<'_>) -> bool {
    device.spoken_of_at(FactGroup::Domain).is_some()
}
