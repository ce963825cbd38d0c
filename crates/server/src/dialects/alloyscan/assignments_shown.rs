//! Why each tag is on a device, as this dialect shows it.

use domain::{Source, Timestamp};
use site::{DeviceRef, Reason, Site};
use wire::alloyscan::devices::Assignment;

use crate::uuid_text::uuid_text;

/// Of each tag that a device carries, by name.
pub(super) fn shown<'a>(site: &'a Site, device: &DeviceRef<'a>) -> Vec<Assignment<'a>> {
    let carried = device.tags().iter().zip(device.reasons());
    let named = carried.filter_map(|(id, reason)| Some((site.catalogue.tags.get(*id)?, reason)));
    let mut named: Vec<_> = named.collect();
    named.sort_by(|(one, _), (other, _)| {
        domain::cmp_folded(one.fields.name.as_str(), other.fields.name.as_str())
    });
    named.into_iter().map(|(tag, reason)| assignment(uuid_text(site.tag_id(tag.id)), reason)).collect()
}

fn assignment(tag_id: String, reason: Option<&Reason>) -> Assignment<'_> {
    Assignment {
        tag_id,
        source: reason.map(|reason| reason.source).map(Source::name),
        author: reason.map(|reason| reason.author.as_str()),
        assigned_at: reason.map(|reason| reason.at).map(Timestamp::text),
        expires_at: reason.and_then(|reason| reason.expires_at).map(Timestamp::text),
    }
}
