//! A tag that a body names, by its id or by its name (alloyscan, Tags).

use domain::{TagName, Violation};
use site::commands::TagRef;
use wire::alloyscan::tags::NamedTag;

use crate::uuid_text::parsed_uuid;
use crate::violations::Violations;

/// Who is meant; `path` is that of the object, with a point behind it.
pub(in crate::dialects) fn read(named: &NamedTag, path: &str, found: &mut Violations) -> Option<TagRef> {
    match (&named.tag_id, &named.tag_name) {
        (Some(id), None) => match parsed_uuid(id) {
            Some(id) => Some(TagRef::Id(id)),
            None => {
                let field = format!("{path}tagId");
                let message = format!("{field} must be a UUID, as GET /api/v1/tags gives it");
                found.push(Violation::new(field, "uuid", message));
                None
            }
        },
        (None, Some(name)) => found.take(format!("{path}tagName"), TagName::new(name)).map(TagRef::Name),
        _ => {
            let path = path.trim_end_matches('.');
            let (space, message) = (if path.is_empty() { "" } else { ": " }, "give one of tagId and tagName");
            found.push(Violation::new(path, "ambiguous", format!("{path}{space}{message}")));
            None
        }
    }
}
