//! The texts of a device that its fleet keeps in fewer bytes than they have: put together once, to be borrowed by the
//! answer that shows them.

use site::queries::devices;
use site::{DeviceRef, Text};

/// Those that a list shows.
pub(super) struct ListedTexts<'a> {
    /// The machine's name, or its `nsdeviceuid` until it has said one.
    pub(super) name: Text<'a>,
    pub(super) mac_address: Option<Text<'a>>,
    pub(super) ip_address: Option<Text<'a>>,
    pub(super) serial_number: Option<Text<'a>>,
}

impl<'a> ListedTexts<'a> {
    pub(super) fn of(device: &DeviceRef<'a>) -> Self {
        Self {
            name: devices::name(device),
            mac_address: device.mac_addresses().next(),
            ip_address: device.ip_address_text(),
            serial_number: device.serial_number(),
        }
    }
}

/// All of them.
pub(super) struct Texts<'a> {
    pub(super) listed: ListedTexts<'a>,
    pub(super) uid: Text<'a>,
    pub(super) userkey: Text<'a>,
    pub(super) username: Option<Text<'a>>,
    pub(super) mac_addresses: Vec<Text<'a>>,
}

impl<'a> Texts<'a> {
    pub(super) fn of(device: &DeviceRef<'a>) -> Self {
        Self {
            listed: ListedTexts::of(device),
            uid: device.uid(),
            userkey: device.userkey(),
            username: device.username(),
            mac_addresses: device.mac_addresses().collect(),
        }
    }
}
