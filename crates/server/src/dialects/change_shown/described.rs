//! What an entry is about, before and after.

use domain::{Change, ClassificationFields, ClassificationId, DeviceNumber, Report, RuleFields, RuleId};
use domain::{SegmentFields, SegmentId, TagFields, TagId, TagName, Timestamp};
use serde_json::value::RawValue;
use site::Site;
use site::queries::changes::Subject;
use wire::alloyscan::changes::{
    Carried, Classification, Described, Device, Evaluator, Place, RemovedDevice, Reported, Rule, Segment,
    Stale, Tag, Tags,
};

use super::{Names, classification, managed};
use crate::dialects::alloyscan::tag_shown;
use crate::dialects::fleetmark::report_shown;
use crate::uuid_text::uuid_text;

/// Before and after.
pub(super) type Pair<'a> = (Option<Described<'a>>, Option<Described<'a>>);

/// What a change altered, as it was and as it is.
pub(super) fn described<'a>(names: Names<'a>, subject: Subject<'a>) -> Pair<'a> {
    match subject {
        Subject::Site(change, _) => of_change(names, change),
        Subject::Instance(change) => managed::described(names.site, change),
    }
}

fn of_change<'a>(names: Names<'a>, change: &'a Change) -> Pair<'a> {
    let site = names.site;
    match change {
        // It has no entry: that of the instance tells of it.
        Change::Founded { .. } => (None, None),
        Change::ClassificationAdded { id, after } => (None, Some(class(*id, after))),
        Change::ClassificationChanged { id, before, after } => {
            (Some(class(*id, before)), Some(class(*id, after)))
        }
        Change::ClassificationMoved { id, from, to } => {
            (Some(place(names, *id, *from)), Some(place(names, *id, *to)))
        }
        Change::ClassificationRemoved { id, before } => (Some(class(*id, before)), None),
        Change::RuleAdded { id, after } => (None, Some(rule(names, *id, after))),
        Change::RuleChanged { id, before, after } => {
            (Some(rule(names, *id, before)), Some(rule(names, *id, after)))
        }
        Change::RuleRemoved { id, before } => (Some(rule(names, *id, before)), None),
        Change::TagAdded { id, after } => (None, Some(tag(site, *id, after))),
        Change::TagChanged { id, before, after } => {
            (Some(tag(site, *id, before)), Some(tag(site, *id, after)))
        }
        Change::TagRemoved { id, before, .. } => (Some(tag(site, *id, before)), None),
        Change::SegmentAdded { id, after } => (None, Some(segment(site, *id, after))),
        Change::SegmentChanged { id, before, after } => {
            (Some(segment(site, *id, before)), Some(segment(site, *id, after)))
        }
        Change::SegmentRemoved { id, before } => (Some(segment(site, *id, before)), None),
        Change::DeviceAdded { device, uid, userkey } => {
            let device = device_of(site, *device, uid.as_str(), userkey.as_str());
            (None, Some(Described::Device(device)))
        }
        Change::DeviceRemoved { .. } => (removed(names, change), None),
        Change::DeviceEntered { device, report } | Change::CheckedIn { device, report, .. } => {
            (None, Some(reported(site, *device, report)))
        }
        Change::Tagged { added, removed, expires_at, .. } => {
            let expires_at = expires_at.map(|moment| Some(moment.text()));
            (tags(names, removed, None), tags(names, added, expires_at))
        }
        Change::ExpiryChanged { tag, before, after, .. } => {
            let at = |moment: &Option<Timestamp>| tags(names, &[*tag], Some(moment.map(Timestamp::text)));
            (at(before), at(after))
        }
        Change::FactsWentStale { cutoff } => {
            (None, Some(Described::Stale(Stale { unknown_before: cutoff.text() })))
        }
        Change::Reclassified { evaluator } => {
            (None, Some(Described::Evaluator(Evaluator { evaluator: *evaluator })))
        }
    }
}

fn class(id: ClassificationId, fields: &ClassificationFields) -> Described<'_> {
    let (name, description) = (fields.name.as_str(), fields.description.as_str());
    Described::Classification(Classification { id: id.0, name, description })
}

fn place(names: Names<'_>, id: ClassificationId, priority: u32) -> Described<'_> {
    Described::Place(Place { id: id.0, name: classification(names, id), priority })
}

fn rule<'a>(names: Names<'a>, id: RuleId, fields: &'a RuleFields) -> Described<'a> {
    // They were read as JSON before they were kept.
    let conditions: &RawValue = serde_json::from_str(fields.conditions.as_str()).unwrap_or(RawValue::NULL);
    Described::Rule(Rule {
        id: id.0,
        name: fields.name.as_str(),
        label: classification(names, fields.classification),
        os: fields.os.name(),
        conditions,
    })
}

fn tag<'a>(site: &Site, id: TagId, fields: &'a TagFields) -> Described<'a> {
    Described::Tag(Tag {
        id: uuid_text(site.tag_id(id)),
        name: fields.name.as_str(),
        color: fields.colour.name(),
        description: fields.description.as_str(),
    })
}

fn segment<'a>(site: &Site, id: SegmentId, fields: &'a SegmentFields) -> Described<'a> {
    Described::Segment(Segment {
        id: uuid_text(site.segment_id(id)),
        name: fields.name.as_str(),
        kind: fields.ranges.kind().name(),
        ranges: fields.ranges.texts(),
        auto_tag_id: fields.auto_tag.map(|tag| uuid_text(site.tag_id(tag))),
    })
}

fn device_of<'a>(site: &Site, number: DeviceNumber, nsdeviceuid: &'a str, userkey: &'a str) -> Device<'a> {
    Device { id: uuid_text(site.device_id(number)), nsdeviceuid, userkey }
}

fn reported<'a>(site: &Site, device: DeviceNumber, report: &'a Report) -> Described<'a> {
    let id = uuid_text(site.device_id(device));
    Described::Reported(Box::new(Reported { id, report: report_shown::shown(report) }))
}

fn removed<'a>(names: Names<'a>, change: &'a Change) -> Option<Described<'a>> {
    let Change::DeviceRemoved { device, uid, userkey, hostname, seen_at, tags, outcome } = change else {
        return None;
    };
    Some(Described::RemovedDevice(RemovedDevice {
        device: device_of(names.site, *device, uid.as_str(), userkey.as_str()),
        hostname: hostname.as_ref().map(domain::Label::as_str),
        last_seen: Some(*seen_at).filter(|seen| *seen > Timestamp::EPOCH).map(Timestamp::text),
        tags: carried(names, tags),
        status: outcome.status.name(),
        classification: outcome.classification.map(|id| classification(names, id)),
        undetermined: outcome.undetermined.iter().map(|id| classification(names, *id)).collect(),
    }))
}

fn tags<'a>(names: Names<'a>, tags: &[TagId], expires_at: Option<Option<String>>) -> Option<Described<'a>> {
    Some(Described::Tags(Tags { tags: carried(names, tags), expires_at }))
}

/// Tags by the names that they have now; those that are gone by the last that they had.
fn carried<'a>(names: Names<'a>, tags: &[TagId]) -> Vec<Carried<'a>> {
    let Names { site, gone, .. } = names;
    let shown = |id: &TagId| match site.catalogue.tags.get(*id) {
        Some(tag) => Carried::Known(tag_shown::carried(site, tag)),
        None => {
            Carried::Deleted { id: uuid_text(site.tag_id(*id)), name: gone.tags.get(id).map(TagName::as_str) }
        }
    };
    tags.iter().map(shown).collect()
}
