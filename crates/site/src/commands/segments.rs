//! Creating, changing and deleting segments (alloyscan, Segments).

use domain::{Change, Error, Noun, Ranges, SegmentFields, SegmentId, SegmentName, SegmentType, TagId};

use crate::Site;
use crate::catalogue::{RANGES_OF_SITE_MAX, SEGMENTS_MAX, Segment};
use crate::state::{Command, Context};

/// Creates a segment.
#[derive(Debug)]
pub struct CreateSegment {
    /// As to be set.
    pub fields: SegmentFields,
}

impl Command<Site> for CreateSegment {
    type Outcome = SegmentId;

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let segments = &site.catalogue.segments;
        if segments.len() >= SEGMENTS_MAX {
            let message = format!("a site holds at most {SEGMENTS_MAX} segments; delete some first");
            return Err(Error::LimitReached { limit: "segments", message });
        }
        let id = SegmentId(site.catalogue.next_id());
        may_be(site, None, &self.fields)?;
        Ok(vec![Change::SegmentAdded { id, after: self.fields.clone() }])
    }

    fn outcome(&mut self, site: &Site) -> SegmentId {
        let segment = site.catalogue.segments.named(self.fields.name.as_str());
        segment.expect("the segment was added by this command").id
    }
}

/// Changes a segment; `None` leaves a member as it is.
#[derive(Debug)]
pub struct ChangeSegment {
    /// Which.
    pub id: SegmentId,
    /// Its new name.
    pub name: Option<SegmentName>,
    /// Its new ranges, all anew: of the type that the segment has.
    pub ranges: Option<Ranges>,
    /// What every device gets that is discovered on it from now on; `Some(None)`: nothing.
    pub auto_tag: Option<Option<TagId>>,
}

impl Command<Site> for ChangeSegment {
    type Outcome = ();

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let before = find(site, self.id)?.fields.clone();
        let mut after = before.clone();
        after.name = self.name.clone().unwrap_or(after.name);
        after.ranges = self.ranges.clone().unwrap_or(after.ranges);
        after.auto_tag = self.auto_tag.unwrap_or(after.auto_tag);
        if after.ranges.kind() != before.ranges.kind() {
            return Err(another_type(before.ranges.kind()));
        }
        if after == before {
            return Ok(Vec::new());
        }
        may_be(site, Some(self.id), &after)?;
        Ok(vec![Change::SegmentChanged { id: self.id, before, after }])
    }

    fn outcome(&mut self, _: &Site) {}
}

/// Deletes a segment. Tags that it gave stay where they are.
#[derive(Debug)]
pub struct DeleteSegment {
    /// Which.
    pub id: SegmentId,
}

impl Command<Site> for DeleteSegment {
    type Outcome = ();

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let before = find(site, self.id)?.fields.clone();
        Ok(vec![Change::SegmentRemoved { id: self.id, before }])
    }

    fn outcome(&mut self, _: &Site) {}
}

/// What becomes of the segments that give a tag when it goes: they give another in its place, or none.
pub(super) fn giving_instead(
    site: &Site,
    tag: TagId,
    instead: Option<TagId>,
) -> impl Iterator<Item = Change> + '_ {
    let giving = site.catalogue.segments.iter().filter(move |one| one.fields.auto_tag == Some(tag));
    giving.map(move |one| {
        let before = one.fields.clone();
        let after = SegmentFields { auto_tag: instead, ..before.clone() };
        Change::SegmentChanged { id: one.id, before, after }
    })
}

pub(super) fn find(site: &Site, id: SegmentId) -> Result<&Segment, Error> {
    site.catalogue.segments.get(id).ok_or_else(|| Error::not_found(Noun::Segment, site.segment_id(id)))
}

/// Why ranges of another type are refused.
fn another_type(kind: SegmentType) -> Error {
    let message = format!("type is {} and stays so; delete the segment and make another", kind.name());
    Error::invalid("type", "type_fixed", message)
}

/// Whether a segment may be set so beside the others; `own` is the one that is changed.
fn may_be(site: &Site, own: Option<SegmentId>, fields: &SegmentFields) -> Result<(), Error> {
    let segments = &site.catalogue.segments;
    if let Some(holder) = segments.named(fields.name.as_str()).filter(|holder| Some(holder.id) != own) {
        let (noun, name) = (Noun::Segment, holder.fields.name.to_string());
        return Err(Error::NameTaken { noun, name, id: holder.id.0 });
    }
    if let Some(tag) = fields.auto_tag.filter(|tag| site.catalogue.tags.get(*tag).is_none()) {
        let message = format!("autoTagId must be a tag of this site; {} is none", site.tag_id(tag));
        return Err(Error::invalid("autoTagId", "unknown_tag", message));
    }
    if let Some((place, holder)) = segments.holder(&fields.ranges, own) {
        let range = fields.ranges.texts().swap_remove(place);
        let name = holder.fields.name.to_string();
        return Err(Error::RangeTaken { field: format!("ranges[{place}]"), range, name });
    }
    let others = segments.range_count() - own.map_or(0, |own| find(site, own).map_or(0, range_count));
    if others + fields.ranges.len() > RANGES_OF_SITE_MAX {
        let message = format!("the segments of a site have at most {RANGES_OF_SITE_MAX} ranges together");
        return Err(Error::LimitReached { limit: "ranges", message });
    }
    Ok(())
}

fn range_count(segment: &Segment) -> usize {
    segment.fields.ranges.len()
}
