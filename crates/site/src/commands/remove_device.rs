//! Removing a device.

use domain::{Change, DeviceUid, Error, Label, Noun, UserKey};
use uuid::Uuid;

use crate::Site;
use crate::state::{Command, Context};

/// Removes a device. When the same machine and user check in again that is a new device, with a number and a UUID of
/// its own and without tags.
#[derive(Debug)]
pub struct RemoveDevice {
    /// By which clients know it.
    pub id: Uuid,
}

impl Command<Site> for RemoveDevice {
    type Outcome = ();

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let device = site.device(self.id).ok_or_else(|| Error::not_found(Noun::Device, self.id))?;
        Ok(vec![Change::DeviceRemoved {
            device: device.number(),
            uid: DeviceUid::new(&device.uid()).expect("only whole uids are stored"),
            userkey: UserKey::new(&device.userkey()).expect("only whole user keys are stored"),
            hostname: device.hostname().map(|name| Label::new(&name).expect("only labels are stored")),
            seen_at: device.seen_at(),
            tags: device.tags().to_vec(),
            outcome: device.outcome(),
        }])
    }

    fn outcome(&mut self, _: &Site) {}
}
