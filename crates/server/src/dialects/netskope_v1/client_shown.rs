//! A machine as this dialect shows it.

use domain::{Os, OsVersion, Timestamp};
use rules::Device as _;
use site::queries::client_status::device_id_prefix;
use site::queries::machines::Machine;
use site::{DeviceRef, Site};
use uuid::Uuid;
use uuid::fmt::Simple;
use wire::netskope_v1::{Client, ClientAttributes, DeviceEvent, HostInfo, LastEvent, User};

use crate::uuid_text::uuid_text;

/// Digits of a user's id.
const USER_ID_DIGITS: usize = 24;

/// What the machines of a site have in common.
pub(super) struct Showing<'a> {
    site: &'a Site,
    prefix: String,
}

impl<'a> Showing<'a> {
    pub(super) fn new(site: &'a Site) -> Self {
        Self { site, prefix: device_id_prefix(site) }
    }

    /// A machine's id.
    pub(super) fn id(&self, machine: &Machine<'_>) -> String {
        [&*self.prefix, "_", &machine.newest().uid()].concat()
    }

    /// A machine of that id with its users.
    pub(super) fn client(&self, id: &'a str, machine: &'a Machine<'a>) -> Client<'a> {
        let newest = machine.newest();
        let uid = &id[self.prefix.len() + 1..];
        let users = machine.users().iter().map(|user| self.user(user)).collect();
        let attributes = ClientAttributes {
            id,
            device_id: id,
            client_install_time: machine.first_seen_at().map(Timestamp::seconds),
            client_version: newest.client_version().unwrap_or_default(),
            host_info: host_info(uid, newest),
            last_event: last_event(newest),
            users,
        };
        Client { attributes }
    }

    fn user(&self, device: &'a DeviceRef<'a>) -> User<'a> {
        let outcome = device.outcome();
        let classification = outcome.classification.map(|id| self.site.catalogue.classifications.name(id));
        User {
            id: user_id(self.site.device_id(device.number())),
            device_classification_status: outcome.status.name(),
            device_classification_custom_status: classification.unwrap_or_default(),
            last_event: last_event(device),
            user_added_time: device.first_seen_at().map(Timestamp::seconds),
            user_source: "",
            user_state: 0,
            userkey: device.userkey().into(),
            username: device.username().map(Into::into).unwrap_or_default(),
        }
    }
}

/// The last digits of a device's id: what tells the site's devices apart stands there.
fn user_id(id: Uuid) -> String {
    let mut digits = [0; Simple::LENGTH];
    let digits: &str = id.simple().encode_lower(&mut digits);
    digits[digits.len() - USER_ID_DIGITS..].to_owned()
}

/// What a device reported last.
pub(super) fn device_event<'a>(site: &'a Site, device: &'a DeviceRef<'a>) -> DeviceEvent<'a> {
    let outcome = device.outcome();
    let classification = outcome.classification.map(|id| site.catalogue.classifications.name(id));
    DeviceEvent {
        id: uuid_text(site.device_id(device.number())),
        timestamp: device.seen_at().seconds(),
        kind: "infrastructure",
        event: device.event().unwrap_or_default(),
        hostname: device.hostname().map(Into::into).unwrap_or_default(),
        nsdeviceuid: device.uid().into(),
        os: device.os().map(Os::display_name).unwrap_or_default(),
        userkey: device.userkey().into(),
        username: device.username().map(Into::into).unwrap_or_default(),
        device_classification_status: outcome.status.name(),
        device_classification_custom_status: classification.unwrap_or_default(),
    }
}

fn host_info<'a>(uid: &'a str, device: &'a DeviceRef<'a>) -> HostInfo<'a> {
    HostInfo {
        device_make: device.device_make().unwrap_or_default(),
        device_model: device.device_model().unwrap_or_default(),
        hostname: device.hostname().map(Into::into).unwrap_or_default(),
        management_id: "",
        nsdeviceuid: uid.into(),
        os: device.os().map(Os::display_name).unwrap_or_default(),
        os_version: device.os_version().map(OsVersion::as_str).unwrap_or_default(),
        serial_number: device.serial_number().map(Into::into).unwrap_or_default(),
        mac_addresses: device.mac_addresses().map(Into::into).collect(),
        last_hostinfo_update_timestamp: device.seen_at().seconds().to_string(),
    }
}

fn last_event<'a>(device: &'a DeviceRef<'a>) -> LastEvent<'a> {
    LastEvent {
        actor: "",
        event: device.event().unwrap_or_default(),
        npa_status: "",
        status: "",
        timestamp: device.seen_at().seconds(),
    }
}
