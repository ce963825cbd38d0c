//! Putting one tag on one device, and taking it off (alloyscan, Tags).

use domain::{Change, Error, Noun, Source};
use uuid::Uuid;

use super::tag_ref::TagRef;
use crate::state::{Command, Context};
use crate::{DeviceRef, Site};

/// Most tags that a device gets by these commands.
pub const TAGS_PER_DEVICE_MAX: usize = 64;

/// Puts a tag on a device; one that carries it keeps it.
#[derive(Debug)]
pub struct AttachTag {
    /// The device, by which clients know it.
    pub device: Uuid,
    /// The tag.
    pub tag: TagRef,
}

impl Command<Site> for AttachTag {
    type Outcome = ();

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let device = find(site, self.device)?;
        let tag = self.tag.known(site)?.id;
        if device.tags().contains(&tag) {
            return Ok(Vec::new());
        }
        if device.tags().len() >= TAGS_PER_DEVICE_MAX {
            let message = format!(
                "device {} carries {} tags; at most {TAGS_PER_DEVICE_MAX} are allowed, so take one off first",
                self.device,
                device.tags().len(),
            );
            return Err(Error::LimitReached { limit: "tags_per_device", message });
        }
        let devices = vec![device.number()];
        Ok(vec![Change::Tagged { source: Source::Api, devices, added: vec![tag], removed: Vec::new() }])
    }

    fn outcome(&mut self, _: &Site) {}
}

/// Takes a tag off a device that carries it.
#[derive(Debug)]
pub struct DetachTag {
    /// The device, by which clients know it.
    pub device: Uuid,
    /// The tag, likewise.
    pub tag: Uuid,
}

impl Command<Site> for DetachTag {
    type Outcome = ();

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let device = find(site, self.device)?;
        let Some(tag) = site.tag_number(self.tag).filter(|tag| device.tags().contains(tag)) else {
            let id = format!("{} on device {}", self.tag, self.device);
            return Err(Error::not_found(Noun::Tag, id));
        };
        let devices = vec![device.number()];
        Ok(vec![Change::Tagged { source: Source::Api, devices, added: Vec::new(), removed: vec![tag] }])
    }

    fn outcome(&mut self, _: &Site) {}
}

fn find(site: &Site, id: Uuid) -> Result<DeviceRef<'_>, Error> {
    site.device(id).ok_or_else(|| Error::not_found(Noun::Device, id))
}
