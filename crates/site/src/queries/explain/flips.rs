//! The single facts and tags that would give a device another status or classification.

use std::sync::atomic::AtomicBool;

use domain::{ClassificationId, Os, Status, fold};
use rules::explain::{Contender as Ranked, Supposed, search};

use super::Contender;
use crate::catalogue::Tag;
use crate::{DeviceRef, Site};

/// Most that one explanation tells.
pub const FLIPS_MAX: usize = 64;

/// A fact or tag that would give the device another status or classification.
#[derive(Clone, Debug)]
pub struct Flip<'a> {
    /// What would have to be so.
    pub supposed: Supposed,
    /// The tag that it is about, if it is about one.
    pub tag: Option<&'a Tag>,
    /// The status that it would then have.
    pub status: Status,
    /// The classification that it would then have.
    pub classification: Option<ClassificationId>,
}

/// The strongest ones, and whether they are all. `None`: `stop` became true.
pub(super) fn of<'a>(
    site: &'a Site,
    os: Os,
    device: &DeviceRef<'a>,
    contenders: &[Contender<'a>],
    stop: &AtomicBool,
) -> Option<(Vec<Flip<'a>>, bool)> {
    let ranked: Vec<_> = contenders
        .iter()
        .map(|one| Ranked {
            classification: one.classification.id,
            rules: one.rules.iter().map(|rule| rule.tree.as_ref().ok()).collect(),
        })
        .collect();
    let found = search(os, device, &ranked, stop)?;
    let rank = |then: Option<ClassificationId>| {
        let place = contenders.iter().position(|one| Some(one.classification.id) == then);
        place.unwrap_or(contenders.len())
    };
    let mut ordered: Vec<_> = found
        .flips
        .into_iter()
        .filter_map(|flip| {
            // Only what is there can be put on a device or taken off it.
            let tag = match flip.supposed {
                Supposed::Tag { tag, .. } => Some(site.catalogue.tags.get(tag)?),
                _ => None,
            };
            let name = tag.map_or_else(|| flip.supposed.name(), |tag| tag.fields.name.to_string());
            Some(((rank(flip.then), fold(&name), flip.supposed.to().to_string()), flip, tag))
        })
        .collect();
    ordered.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    let complete = found.complete && ordered.len() <= FLIPS_MAX;
    let flips = ordered.into_iter().take(FLIPS_MAX).map(|(_, flip, tag)| {
        // Rules are for its operating system, which no flip changes.
        let status = if flip.then.is_some() { Status::Managed } else { Status::Unmanaged };
        Flip { supposed: flip.supposed, tag, status, classification: flip.then }
    });
    Some((flips.collect(), complete))
}
