//! What bodies say of segments.

use domain::{RANGES_MAX, Ranges, SegmentType, TagId, Violation};
use site::Site;

use crate::uuid_text::parsed_uuid;
use crate::violations::Violations;

/// The ranges, if each is one of that type.
pub(super) fn ranges(kind: SegmentType, texts: &[String], wrong: &mut Violations) -> Option<Ranges> {
    wrong.at_most("ranges", texts.len(), RANGES_MAX);
    if texts.len() > RANGES_MAX {
        return None;
    }
    let read = Ranges::new(kind, texts);
    read.map_err(|errors| {
        for (place, error) in errors {
            wrong.push(error.at(format!("ranges[{place}]")));
        }
    })
    .ok()
}

/// The tag that the member `field` names.
pub(in crate::dialects) fn tag_of(
    site: &Site,
    field: &str,
    id: &str,
    wrong: &mut Violations,
) -> Option<TagId> {
    let tag = parsed_uuid(id).and_then(|id| site.tag_number(id));
    let tag = tag.filter(|tag| site.catalogue.tags.get(*tag).is_some());
    if tag.is_none() {
        let message = format!("{field} must be the id of a tag of this site, as GET /api/v1/tags gives it");
        wrong.push(Violation::new(field, "unknown_tag", message));
    }
    tag
}
