//! Tags that devices get without anyone's asking (alloyscan, Segments): on the segment where they are discovered, and
//! from the agent that first reports for them. They are given once and never taken off.

use std::collections::{BTreeMap, BTreeSet, HashSet};

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
    /// Whom an agent reported for in this call, and who was discovered in it.
    audited: HashSet<DeviceNumber>,
    discovered: HashSet<DeviceNumber>,
    given: BTreeMap<(TagId, Way), BTreeSet<DeviceNumber>>,
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
            discovered: HashSet::new(),
            given: BTreeMap::new(),
        })
    }

    /// A device has checked in; `known` is what was known of it before.
    pub(super) fn heard(&mut self, number: DeviceNumber, known: Option<&DeviceRef<'_>>, report: &Report) {
        if self.by_segment {
            self.discover(number, known, report);
        }
        if let Some(AgentTag { tag, since }) = self.agent_tag
            && known.is_none_or(|device| device.seen_at() < since)
            && self.audited.insert(number)
        {
            self.give(tag, Way::Agent, number, known);
        }
    }

    /// A device is discovered when it first says where it is.
    fn discover(&mut self, number: DeviceNumber, known: Option<&DeviceRef<'_>>, report: &Report) {
        let domain = report.facts.domain.as_ref().map(FactText::as_str);
        let says = report.ip_address.is_some() || domain.is_some();
        // What a person entered discovers nothing.
        let heard = known.filter(|device| device.seen_at() > Timestamp::EPOCH);
        let is_placed = heard.is_some_and(|device| device.ip_address().is_some() || has_said_domain(device));
        if !says || is_placed || !self.discovered.insert(number) {
            return;
        }
        let segments = &self.site.catalogue.segments;
        let segment = segments.of(report.ip_address, domain).and_then(|segment| segments.get(segment));
        if let Some(tag) = segment.and_then(|segment| segment.fields.auto_tag) {
            self.give(tag, Way::Segment, number, known);
        }
    }

    fn give(&mut self, tag: TagId, way: Way, number: DeviceNumber, known: Option<&DeviceRef<'_>>) {
        let mut now = self.given.iter().filter(|(_, devices)| devices.contains(&number));
        let more = now.clone().count();
        let twice = now.any(|((given, _), _)| *given == tag);
        let has_room = match known {
            Some(device) => has_room(device, tag, more, &self.limits),
            None => self.limits.alloyscan_tags_per_device.allows(more + 1),
        };
        if !twice && has_room {
            self.given.entry((tag, way)).or_default().insert(number);
        }
    }

    /// What is given.
    pub(super) fn changes(self) -> impl Iterator<Item = Change> {
        self.given.into_iter().map(|((tag, way), devices)| Change::Tagged {
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
