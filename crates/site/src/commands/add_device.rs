//! Adding a device by hand (alloyscan, Devices).

use domain::{Change, DeviceNumber, DeviceUid, Error, Noun, Report, UserKey};

use super::check_in::may_add;
use crate::Site;
use crate::state::{Command, Context};

/// Adds a device that has not checked in. The first check-in of the same machine and user is one of this device.
#[derive(Debug)]
pub struct AddDevice {
    /// The machine.
    pub uid: DeviceUid,
    /// Its user.
    pub userkey: UserKey,
    /// What is known of it.
    pub report: Report,
}

impl Command<Site> for AddDevice {
    type Outcome = DeviceNumber;

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        if let Some(known) = site.fleet.find(self.uid.as_str(), self.userkey.as_str()) {
            let name = format!("with nsdeviceuid \"{}\" and userkey \"{}\"", known.uid(), known.userkey());
            let id = known.number().0;
            return Err(Error::NameTaken { noun: Noun::Device, name, id });
        }
        may_add(site, 1)?;
        let (device, uid, userkey) = (site.fleet.next_number(), self.uid.clone(), self.userkey.clone());
        let report = Box::new(self.report.clone());
        Ok(vec![Change::DeviceAdded { device, uid, userkey }, Change::DeviceEntered { device, report }])
    }

    fn outcome(&mut self, site: &Site) -> DeviceNumber {
        let device = site.fleet.find(self.uid.as_str(), self.userkey.as_str());
        device.expect("the device was added by this command").number()
    }
}
