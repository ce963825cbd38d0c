//! The devices that a body names (netskope-v2 §8).

use domain::DeviceName;
use site::commands::BULK_DEVICES_MAX;
use site::{DeviceRef, Site};
use wire::netskope_v2::NamedDevice;

use crate::failure::Failure;
use crate::violations::Violations;

/// Most users that the devices of one call name between them.
const USERS_MAX: usize = 10_000;

/// Reads who is meant.
///
/// # Errors
/// Names item and member.
pub(super) fn read(devices: &[NamedDevice<'_>]) -> Result<Vec<DeviceName>, Failure> {
    let mut found = Violations::default();
    found.at_most("devices", devices.len(), BULK_DEVICES_MAX);
    let mut names = Vec::with_capacity(devices.len().min(BULK_DEVICES_MAX));
    for (index, device) in devices.iter().enumerate().take(BULK_DEVICES_MAX) {
        match DeviceName::new(&device.nsdeviceuid, device.userkey.as_deref()) {
            Ok(name) => names.push(name),
            Err((member, error)) => found.push(error.at(format!("devices[{index}].{member}"))),
        }
    }
    found.at_most("devices: the users named", names.iter().map(|name| name.users.len()).sum(), USERS_MAX);
    found.finish()?;
    Ok(names)
}

/// Calls `each` for every device of the site that is named; for one that is named twice, twice.
pub(super) fn for_each<'a>(site: &'a Site, names: &[DeviceName], mut each: impl FnMut(DeviceRef<'a>)) {
    for name in names {
        let uid = name.uid.as_str();
        if name.users.is_empty() {
            site.fleet.of_machine(uid).for_each(&mut each);
        } else {
            name.users.iter().filter_map(|user| site.fleet.find(uid, user.as_str())).for_each(&mut each);
        }
    }
}
