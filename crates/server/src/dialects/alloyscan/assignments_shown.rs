//! Why each tag is on a device, as this dialect shows it.

use domain::Source;
use site::{Reason, Site};
use uuid::Uuid;
use wire::alloyscan::devices::Assignment;

use super::device_shown::Carried;
use crate::moment_text::moment;

/// Of each tag that a device carries, in their order.
pub(super) fn shown<'a>(site: &Site, carried: &[Carried<'a>]) -> Vec<Assignment<'a>> {
    carried.iter().map(|(tag, reason)| assignment(site.tag_id(tag.id), *reason)).collect()
}

fn assignment(tag_id: Uuid, reason: Option<&Reason>) -> Assignment<'_> {
    Assignment {
        tag_id,
        source: reason.map(|reason| reason.source).map(Source::name),
        author: reason.map(|reason| reason.author.as_str()),
        assigned_at: reason.map(|reason| reason.at).map(moment),
        expires_at: reason.and_then(|reason| reason.expires_at).map(moment),
    }
}
