//! What is asked of tags: `tag` and `tags`.

use domain::TagId;
use site::Site;
use site::queries::device_filter::{FILTERED_TAGS_MAX, TagFilter};
use wire::alloyscan::devices::FilteredDevices;

use super::{Reader, some};
use crate::uuid_text::parsed_uuid;

/// `tag` is one more that must be there.
pub(super) fn read(reader: &mut Reader<'_>, said: &FilteredDevices) -> TagFilter {
    let mut filter = TagFilter::default();
    if let Some(named) = some(&said.tag) {
        filter.all.extend(tag(reader, "tag", named));
    }
    let said = some(&said.tags).unwrap_or_default();
    if said.split([',', '|']).count() >= FILTERED_TAGS_MAX {
        reader.refuse("tags", "too_many", &format!("name fewer than {FILTERED_TAGS_MAX} tags"));
        return filter;
    }
    for part in said.split('|').filter(|_| !said.is_empty()) {
        let (how, list) = part.split_once(':').unwrap_or((part, ""));
        let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        let tags: Vec<_> = names.filter_map(|name| tag(reader, "tags", name)).collect();
        match how.trim().to_ascii_lowercase().as_str() {
            _ if list.trim().is_empty() => form(reader),
            "any" => filter.any.push(tags),
            "all" => filter.all.extend(tags),
            "none" => filter.none.extend(tags),
            _ => form(reader),
        }
    }
    filter
}

fn form(reader: &mut Reader<'_>) {
    let must = "be any:, all: or none: and then tags with commas between, such as any:Lab,Build; several such with | between";
    reader.refuse("tags", "form", must);
}

/// A tag by its id or by its name, whatever its case.
fn tag(reader: &mut Reader<'_>, parameter: &str, named: &str) -> Option<TagId> {
    let found = found(reader.site, named);
    if found.is_none() {
        let must = format!("name tags of this site by id or name; there is none {named:?}");
        reader.refuse(parameter, "unknown_tag", &must);
    }
    found
}

fn found(site: &Site, named: &str) -> Option<TagId> {
    let tags = &site.catalogue.tags;
    let by_id = parsed_uuid(named).and_then(|id| tags.get(site.tag_number(id)?));
    by_id.or_else(|| tags.named(named)).map(|tag| tag.id)
}
