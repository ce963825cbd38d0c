//! A tag as this dialect shows it.

use domain::{Error, Noun};
use site::Site;
use site::catalogue::Tag;
use uuid::Uuid;
use wire::alloyscan::tags;

use crate::failure::Failure;

/// The tag that clients know by `id`.
///
/// # Errors
/// When the site has none.
pub(in crate::dialects) fn found(site: &Site, id: Uuid) -> Result<&Tag, Failure> {
    let tag = site.tag_number(id).and_then(|number| site.catalogue.tags.get(number));
    tag.ok_or_else(|| Error::not_found(Noun::Tag, id).into())
}

/// On a device.
pub(in crate::dialects) fn carried<'a>(site: &Site, tag: &'a Tag) -> tags::CarriedTag<'a> {
    tags::CarriedTag {
        id: site.tag_id(tag.id),
        name: tag.fields.name.as_str(),
        color: tag.fields.colour.name(),
    }
}

/// In the catalogue.
pub(in crate::dialects) fn shown<'a>(site: &Site, tag: &'a Tag) -> tags::Tag<'a> {
    tags::Tag {
        id: site.tag_id(tag.id),
        name: tag.fields.name.as_str(),
        color: tag.fields.colour.name(),
        usage: site.catalogue.tags.usage(tag.id),
    }
}
