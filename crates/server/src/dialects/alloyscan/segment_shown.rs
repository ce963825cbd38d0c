//! A segment as this dialect shows it.

use std::collections::HashMap;

use domain::{Error, Noun, SegmentId, Timestamp};
use site::Site;
use site::catalogue;
use site::queries::segments::Population;
use uuid::Uuid;
use wire::alloyscan::segments::Segment;

use crate::failure::Failure;
use crate::uuid_text::uuid_text;

/// The segment that clients know by `id`.
///
/// # Errors
/// When the site has none.
pub(in crate::dialects) fn found(site: &Site, id: Uuid) -> Result<&catalogue::Segment, Failure> {
    site.segment(id).ok_or_else(|| Error::not_found(Noun::Segment, id).into())
}

/// With its devices counted.
pub(super) fn shown<'a>(
    site: &Site,
    segment: &'a catalogue::Segment,
    populations: &HashMap<SegmentId, Population>,
) -> Segment<'a> {
    let fields = &segment.fields;
    let Population { devices, last_seen } = populations.get(&segment.id).copied().unwrap_or_default();
    Segment {
        id: uuid_text(site.segment_id(segment.id)),
        name: fields.name.as_str(),
        kind: fields.ranges.kind().name(),
        ranges: fields.ranges.texts(),
        auto_tag_id: fields.auto_tag.map(|tag| uuid_text(site.tag_id(tag))),
        device_count: devices,
        last_scan: (last_seen > Timestamp::EPOCH).then(|| last_seen.to_string()),
    }
}
