//! An item of a device's history as this dialect shows it.

use std::borrow::Cow;
use std::collections::HashSet;

use domain::{Change, ClassificationId, Label, Outcome, Source, TagId, TagName, Timestamp};
use node::Gone;
use site::Site;
use site::queries::changes::Kind;
use site::queries::device_history::{Item, NewExpiry, Removed};
use wire::device_history::{
    AddedDevice, DeviceHistoryItem, HistoryCause, HistoryExpiry, HistoryOutcome, HistoryTag, RemovedDevice,
};

use super::report_shown;
use crate::auth::{Devices, Viewer};
use crate::dialects::change_shown::classification_name;
use crate::failure::Failure;
use crate::uuid_text::uuid_text;

/// The names of tags and classifications: as of now, or the last that they had.
pub(super) struct Names<'a> {
    site: &'a Site,
    gone: Gone,
}

impl<'a> Names<'a> {
    /// Those that items name.
    ///
    /// # Errors
    /// When the log cannot be searched at present for what is there no more.
    pub(super) async fn of(
        viewer: &Viewer<Devices>,
        site: &'a Site,
        items: &[Item<'_>],
    ) -> Result<Self, Failure> {
        let (catalogue, mut gone) = (&site.catalogue, Gone::default());
        items.iter().for_each(|item| gone.learn(item.record));
        let tags: HashSet<TagId> = items.iter().flat_map(Item::tags).collect();
        let tags = tags.into_iter().filter(|id| catalogue.tags.get(*id).is_none());
        let tags: HashSet<TagId> = tags.filter(|id| !gone.tags.contains_key(id)).collect();
        let classifications: HashSet<ClassificationId> =
            items.iter().flat_map(Item::classifications).collect();
        let classifications =
            classifications.into_iter().filter(|id| catalogue.classifications.get(*id).is_none());
        let classifications: HashSet<ClassificationId> =
            classifications.filter(|id| !gone.classifications.contains_key(id)).collect();
        if !tags.is_empty() || !classifications.is_empty() {
            let found = viewer.gone(tags, classifications).await?;
            gone.tags.extend(found.tags);
            gone.classifications.extend(found.classifications);
        }
        Ok(Self { site, gone })
    }

    fn tag(&self, id: TagId) -> Option<&str> {
        let known = self.site.catalogue.tags.get(id).map(|tag| &tag.fields.name);
        known.or_else(|| self.gone.tags.get(&id)).map(TagName::as_str)
    }

    fn classification(&self, id: ClassificationId) -> Cow<'_, str> {
        classification_name(self.site, &self.gone, id)
    }
}

/// One item.
pub(super) fn shown<'a>(names: &'a Names<'_>, item: &Item<'a>) -> DeviceHistoryItem<'a> {
    let on = item.tags_added.iter().map(|on| shown_tag(names, on.tag, Some(on.source), on.expires_at));
    let off = item.tags_removed.iter().map(|(tag, source)| shown_tag(names, *tag, *source, None));
    DeviceHistoryItem {
        id: uuid_text(item.id),
        time: item.record.time.text(),
        user: item.record.actor.as_str(),
        request_id: &item.record.request_id,
        version: item.record.version.0,
        event: item.event.name(),
        added: item
            .added
            .map(|(uid, user)| AddedDevice { nsdeviceuid: uid.as_str(), userkey: user.as_str() }),
        reports: item.reports.iter().map(|report| report_shown::shown(report)).collect(),
        tags_added: on.collect(),
        tags_removed: off.collect(),
        expiries_changed: item.expiries.iter().map(|expiry| shown_expiry(names, expiry)).collect(),
        removed: item.removed.map(|removed| shown_removed(names, removed)),
        before: item.before.as_ref().map(|outcome| shown_outcome(names, outcome)),
        after: item.after.as_ref().map(|outcome| shown_outcome(names, outcome)),
        causes: item.causes.iter().map(|(kind, change)| shown_cause(names, *kind, change)).collect(),
    }
}

fn shown_tag<'a>(
    names: &'a Names<'_>,
    tag: TagId,
    source: Option<Source>,
    expires_at: Option<Timestamp>,
) -> HistoryTag<'a> {
    let (id, name) = (uuid_text(names.site.tag_id(tag)), names.tag(tag));
    let (source, expires_at) = (source.map(Source::name), expires_at.map(Timestamp::text));
    HistoryTag { id, name, source, expires_at }
}

fn shown_expiry<'a>(names: &'a Names<'_>, expiry: &NewExpiry) -> HistoryExpiry<'a> {
    let (id, name) = (uuid_text(names.site.tag_id(expiry.tag)), names.tag(expiry.tag));
    let (before, after) = (expiry.before.map(Timestamp::text), expiry.after.map(Timestamp::text));
    HistoryExpiry { id, name, before, after }
}

fn shown_removed<'a>(names: &'a Names<'_>, removed: Removed<'a>) -> RemovedDevice<'a> {
    RemovedDevice {
        nsdeviceuid: removed.uid.as_str(),
        userkey: removed.userkey.as_str(),
        hostname: removed.hostname.map(Label::as_str),
        last_seen: Some(removed.seen_at).filter(|seen| *seen > Timestamp::EPOCH).map(Timestamp::text),
        tags: removed.tags.iter().map(|tag| shown_tag(names, *tag, None, None)).collect(),
    }
}

fn shown_outcome<'a>(names: &'a Names<'_>, outcome: &Outcome) -> HistoryOutcome<'a> {
    HistoryOutcome {
        status: outcome.status.name(),
        classification: outcome.classification.map(|id| names.classification(id)),
        undetermined: outcome.undetermined.iter().map(|id| names.classification(*id)).collect(),
    }
}

fn shown_cause<'a>(names: &'a Names<'_>, kind: Kind, change: &'a Change) -> HistoryCause<'a> {
    let entity = match change {
        Change::TagAdded { after, .. } | Change::TagChanged { after, .. } => Some(after.name.as_str().into()),
        Change::TagRemoved { before, .. } => Some(before.name.as_str().into()),
        Change::ClassificationAdded { after, .. } | Change::ClassificationChanged { after, .. } => {
            Some(after.name.as_str().into())
        }
        Change::ClassificationRemoved { before, .. } => Some(before.name.as_str().into()),
        Change::ClassificationMoved { id, .. } => Some(names.classification(*id)),
        Change::RuleAdded { after, .. } | Change::RuleChanged { after, .. } => {
            Some(after.name.as_str().into())
        }
        Change::RuleRemoved { before, .. } => Some(before.name.as_str().into()),
        Change::SegmentAdded { after, .. } | Change::SegmentChanged { after, .. } => {
            Some(after.name.as_str().into())
        }
        Change::SegmentRemoved { before, .. } => Some(before.name.as_str().into()),
        Change::Founded { .. }
        | Change::Reclassified { .. }
        | Change::DeviceAdded { .. }
        | Change::DeviceEntered { .. }
        | Change::CheckedIn { .. }
        | Change::Tagged { .. }
        | Change::ExpiryChanged { .. }
        | Change::FactsWentStale { .. }
        | Change::DeviceRemoved { .. } => None,
    };
    let unknown_before = match change {
        Change::FactsWentStale { cutoff } => Some(cutoff.text()),
        _ => None,
    };
    HistoryCause { object: kind.object.name(), change: kind.action.name(), entity, unknown_before }
}

#[cfg(test)]
mod tests {
    use domain::{ClassificationName, Status};

    use super::*;

    #[test]
    fn a_classification_of_which_nothing_is_known_is_told_by_its_id() {
        let site = Site::default();
        let mut gone = Gone::default();
        gone.classifications.insert(ClassificationId(3), ClassificationName::new("high risk").unwrap());
        let names = Names { site: &site, gone };
        let undetermined = [3, 8].map(ClassificationId).into();
        let classification = Some(ClassificationId(7));
        let told = shown_outcome(&names, &Outcome { status: Status::Managed, classification, undetermined });
        assert_eq!(told.classification.as_deref(), Some("classification 7"));
        assert_eq!(told.undetermined, ["high risk", "classification 8"]);
    }
}
