//! Segments, and the tags that devices get without anyone's asking.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use domain::{
    AgentTag, FactText, Range, Ranges, Report, SegmentFields, SegmentId, SegmentName, Source, TagId,
};
use site::Context;
use site::catalogue::Stamp;

use super::{Answer, Answered, Device, Model, Refusal, same};

impl Model {
    /// The ids of the segments there are.
    pub fn segment_ids(&self) -> Vec<u32> {
        self.segments.keys().copied().collect()
    }

    pub fn create_segment(&mut self, context: &Context, fields: SegmentFields) -> Answered {
        self.segment_may_be(&fields, None)?;
        let (stamp, id) = (self.record(context), self.new_id());
        self.segments.insert(id, (fields, stamp));
        Ok(Answer::Ids(vec![id]))
    }

    pub fn change_segment(
        &mut self,
        context: &Context,
        id: u32,
        name: Option<SegmentName>,
        ranges: Option<Ranges>,
        auto_tag: Option<Option<TagId>>,
    ) -> Answered {
        let (before, _) = self.segments.get(&id).ok_or(Refusal::because("not_found"))?.clone();
        let after = SegmentFields {
            name: name.unwrap_or(before.name.clone()),
            ranges: ranges.unwrap_or(before.ranges.clone()),
            auto_tag: auto_tag.unwrap_or(before.auto_tag),
        };
        if after.ranges.kind() != before.ranges.kind() {
            return Err(Refusal::because("type_fixed"));
        }
        if after != before {
            self.segment_may_be(&after, Some(id))?;
            let stamp = self.record(context);
            self.segments.insert(id, (after, stamp));
        }
        Ok(Answer::Done)
    }

    pub fn delete_segment(&mut self, context: &Context, id: u32) -> Answered {
        self.segments.remove(&id).ok_or(Refusal::because("not_found"))?;
        self.record(context);
        Ok(Answer::Done)
    }

    /// Of all devices.
    pub fn backfill(&mut self, context: &Context, id: u32) -> Answered {
        let (fields, _) = self.segments.get(&id).ok_or(Refusal::because("not_found"))?;
        let tag = fields.auto_tag.ok_or(Refusal::because("no_auto_tag"))?;
        let lacking = self
            .devices
            .values()
            .filter(|device| self.segment_of(device) == Some(SegmentId(id)) && !device.tags.contains(&tag.0));
        let lacking: Vec<_> = lacking.map(|device| device.number).collect();
        if !lacking.is_empty() {
            let reason = Self::reason(&self.record(context), Source::Segment);
            for number in &lacking {
                self.devices.get_mut(number).unwrap().get(tag.0, &reason);
            }
        }
        Ok(Answer::Ids(vec![u32::try_from(lacking.len()).unwrap()]))
    }

    /// The segment that a device is on.
    pub fn segment_of(&self, device: &Device) -> Option<SegmentId> {
        let domain = device.said.facts.domain.as_ref().map(FactText::as_str);
        self.segment_at(device.said.ip_address, domain)
    }

    /// Tags for devices that were as `before` when the call came.
    pub fn auto_tag(
        &mut self,
        before: &BTreeMap<u32, Device>,
        heard: &[(u32, &Report)],
        agent_tag: Option<AgentTag>,
        stamp: &Stamp,
    ) {
        let numbers: BTreeSet<_> = heard.iter().map(|(number, _)| *number).collect();
        for number in numbers {
            let known = before.get(&number);
            let said_where = |report: &Report| report.ip_address.is_some() || report.facts.domain.is_some();
            let first = heard.iter().find(|(other, report)| *other == number && said_where(report));
            let is_placed = known.is_some_and(|device| device.placed);
            let discovered = first.filter(|_| !is_placed).and_then(|(_, report)| {
                let domain = report.facts.domain.as_ref().map(FactText::as_str);
                self.segments[&self.segment_at(report.ip_address, domain)?.0].0.auto_tag
            });
            let audited = agent_tag.filter(|given| {
                self.tags.contains_key(&given.tag.0) && known.is_none_or(|device| device.seen < given.since)
            });
            let device = self.devices.get_mut(&number).unwrap();
            let by_segment = discovered.map(|tag| (tag, Source::Segment));
            let by_agent = audited.map(|given| (given.tag, Source::Agent));
            for (tag, source) in by_segment.into_iter().chain(by_agent) {
                device.get(tag.0, &Self::reason(stamp, source));
            }
        }
    }

    fn segment_at(&self, address: Option<IpAddr>, domain: Option<&str>) -> Option<SegmentId> {
        let width = |range: &Range| range.bounds().1 - range.bounds().0;
        let networks = self.segments.iter().flat_map(|(id, (fields, _))| match &fields.ranges {
            Ranges::Addresses(ranges) => ranges.iter().map(|range| (*id, *range)).collect(),
            Ranges::Domains(_) => Vec::new(),
        });
        let holding = networks.filter(|(_, range)| address.is_some_and(|address| range.contains(address)));
        let narrowest = holding.min_by_key(|(_, range)| width(range)).map(|(id, _)| id);
        let domains = self.segments.iter().flat_map(|(id, (fields, _))| match &fields.ranges {
            Ranges::Domains(domains) => domains.iter().map(|domain| (*id, domain.to_string())).collect(),
            Ranges::Addresses(_) => Vec::new(),
        });
        let domain = domain.map(str::to_lowercase);
        let holds = |known: &str| {
            let known = known.to_lowercase();
            domain.as_ref().is_some_and(|said| *said == known || said.ends_with(&format!(".{known}")))
        };
        let longest = domains.filter(|(_, known)| holds(known)).max_by_key(|(_, known)| known.len());
        narrowest.or(longest.map(|(id, _)| id)).map(SegmentId)
    }

    fn segment_may_be(&self, fields: &SegmentFields, own: Option<u32>) -> Result<(), Refusal> {
        let others: Vec<_> = self.segments.iter().filter(|(id, _)| Some(**id) != own).collect();
        if others.iter().any(|(_, (other, _))| same(other.name.as_str(), fields.name.as_str())) {
            return Err(Refusal::because("name_taken"));
        }
        if fields.auto_tag.is_some_and(|tag| !self.tags.contains_key(&tag.0)) {
            return Err(Refusal::because("unknown_tag"));
        }
        let texts = |ranges: &Ranges| ranges.texts().into_iter().map(|text| text.to_lowercase());
        let taken: BTreeSet<_> = others.iter().flat_map(|(_, (other, _))| texts(&other.ranges)).collect();
        match texts(&fields.ranges).any(|text| taken.contains(&text)) {
            true => Err(Refusal::because("range_taken")),
            false => Ok(()),
        }
    }
}
