//! Giving a segment's tag to the devices that are on it already (alloyscan, Segments).

use domain::{Change, DeviceNumber, Error, Limits, SegmentId, Source, TagId};

use super::has_room;
use super::segments::find;
use crate::Site;
use crate::queries::segments::is_on;
use crate::state::{Command, Context};

/// Puts a segment's auto tag on devices of it that lack it, all in one record.
#[derive(Debug)]
pub struct Backfill {
    segment: SegmentId,
    devices: Vec<DeviceNumber>,
    limits: Limits,
    outcome: u32,
}

impl Backfill {
    /// To tag `devices`, ascending, of those that are on the segment and lack its tag.
    #[must_use]
    pub fn new(segment: SegmentId, devices: Vec<DeviceNumber>) -> Self {
        Self { segment, devices, limits: Limits::default(), outcome: 0 }
    }

    /// The same where the site has these limits.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
}

/// The tag that a segment gives.
///
/// # Errors
/// When there is no such segment, or it gives none.
pub fn tag_given(site: &Site, segment: SegmentId) -> Result<TagId, Error> {
    let tag = find(site, segment)?.fields.auto_tag;
    tag.ok_or_else(|| {
        let message = "autoTagId is not set on this segment; set it first";
        Error::invalid("autoTagId", "no_auto_tag", message)
    })
}

impl Command<Site> for Backfill {
    /// How many devices got the tag.
    type Outcome = u32;

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let tag = tag_given(site, self.segment)?;
        let lacks = |number: &DeviceNumber| {
            let device = site.fleet.get(*number);
            device.is_some_and(|device| {
                has_room(&device, tag, 0, &self.limits) && is_on(site, &device, self.segment)
            })
        };
        let devices: Vec<_> = self.devices.iter().copied().filter(lacks).collect();
        self.outcome = u32::try_from(devices.len()).unwrap_or(u32::MAX);
        if devices.is_empty() {
            return Ok(Vec::new());
        }
        let (source, expires_at) = (Source::Segment, None);
        Ok(vec![Change::Tagged { source, expires_at, devices, added: vec![tag], removed: Vec::new() }])
    }

    fn outcome(&mut self, _: &Site) -> u32 {
        self.outcome
    }
}
