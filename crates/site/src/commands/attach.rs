//! Putting one tag on one device, and taking it off (alloyscan, Tags).

use domain::{Change, Error, Limits, Noun, Source};
use uuid::Uuid;

use super::tag_ref::TagRef;
use super::terms::{Extended, Terms};
use crate::state::{Command, Context};
use crate::{DeviceRef, Site};

/// Puts a tag on a device; one that carries it keeps it, and another end of that may be set.
#[derive(Debug)]
pub struct AttachTag {
    /// The device, by which clients know it.
    pub device: Uuid,
    /// The tag.
    pub tag: TagRef,
    /// On what terms.
    pub terms: Terms,
    /// The site's limits.
    pub limits: Limits,
}

impl Command<Site> for AttachTag {
    type Outcome = ();

    fn decide(&mut self, site: &Site, context: &Context) -> Result<Vec<Change>, Error> {
        let device = find(site, self.device)?;
        let tag = self.tag.known(site)?.id;
        self.terms.check(context)?;
        let expires_at = self.terms.expires_at();
        if device.tags().contains(&tag) {
            let mut extended = Extended::default();
            if self.terms.extend(&device, tag) {
                extended.add(&device, tag);
            }
            return Ok(extended.changes(expires_at).collect());
        }
        let (carried, limit) = (device.tags().len(), self.limits.alloyscan_tags_per_device);
        if !limit.allows(carried + 1) {
            let message = format!(
                "device {} carries {carried} tags; at most {} are allowed, so take one off first",
                self.device,
                limit.get(),
            );
            return Err(Error::LimitReached { limit: "tags_per_device", message });
        }
        let (source, devices) = (self.terms.source, vec![device.number()]);
        Ok(vec![Change::Tagged { source, expires_at, devices, added: vec![tag], removed: Vec::new() }])
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
        let (source, devices) = (Source::Api, vec![device.number()]);
        let (added, removed) = (Vec::new(), vec![tag]);
        Ok(vec![Change::Tagged { source, expires_at: None, devices, added, removed }])
    }

    fn outcome(&mut self, _: &Site) {}
}

fn find(site: &Site, id: Uuid) -> Result<DeviceRef<'_>, Error> {
    site.device(id).ok_or_else(|| Error::not_found(Noun::Device, id))
}
