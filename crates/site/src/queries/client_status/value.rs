//! What status rows have in their fields.

use std::borrow::Cow;

use domain::{OsVersion, Status, Timestamp};
use rules::Device;
use uuid::Uuid;

use super::Field;
use crate::fleet::Shared;
use crate::{DeviceRef, Site};

/// What a row has in a field. Values of one field compare as their kind does: versions number by number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value<'d> {
    /// There is none.
    Null,
    /// A count, an id or Unix seconds.
    Number(i64),
    /// A text; empty where nothing was reported.
    Text(Cow<'d, str>),
    /// A version, shown as its text.
    Version(Cow<'d, OsVersion>),
    /// A UUID.
    Uuid(Uuid),
    /// Several texts.
    List(Vec<Cow<'d, str>>),
}

pub(super) fn of<'a>(
    site: &'a Site,
    device_id_prefix: &str,
    field: Field,
    device: &DeviceRef<'a>,
) -> Value<'a> {
    let outcome = || site.fleet.shared_outcome(device.shared(Shared::Outcome));
    match field {
        Field::Id => Value::Uuid(site.device_id(device.number())),
        Field::DeviceId => Value::Text(format!("{device_id_prefix}_{}", device.uid()).into()),
        Field::ClientVersion => text(device.client_version()),
        Field::Timestamp | Field::LastEventTimestamp | Field::LastUpdateTimestamp | Field::EventTimestamp => {
            Value::Number(device.seen_at().seconds())
        }
        Field::PrivateIp => text(device.ip_address_text()),
        Field::Hostname => text(device.hostname()),
        Field::Nsdeviceuid => text(Some(device.uid())),
        Field::Os => text(device.os().map(domain::Os::display_name)),
        Field::OsVersion => device
            .os_version()
            .map_or(Value::Text(Cow::default()), |version| Value::Version(Cow::Borrowed(version))),
        Field::DeviceMake => text(device.device_make()),
        Field::DeviceModel => text(device.device_model()),
        Field::SerialNumber => text(device.serial_number()),
        Field::MacAddresses => Value::List(device.mac_addresses().map(Into::into).collect()),
        Field::Username => text(device.username()),
        Field::Userkey => text(Some(device.userkey())),
        Field::User => text(device.username().or(Some(device.userkey()))),
        Field::Status => text(Some(outcome().map_or(Status::default(), |outcome| outcome.status).name())),
        Field::Classification => {
            let name = |id| site.catalogue.classifications.name(id);
            text(outcome().and_then(|outcome| outcome.classification).map(name))
        }
        Field::ClassificationId => {
            let id = outcome().and_then(|outcome| outcome.classification);
            id.map_or(Value::Null, |id| Value::Number(id.0.into()))
        }
        Field::Event => text(device.event()),
        Field::UserAddedTime => moment(device.first_seen_at()),
        Field::ClientInstallTime => {
            let first = site.fleet.get(site.fleet.lowest_of_machine(device));
            moment(first.and_then(|first| first.first_seen_at()))
        }
        Field::PublicIp | Field::ManagementId | Field::Actor | Field::EventStatus | Field::NpaStatus => {
            Value::Text(Cow::default())
        }
    }
}

fn moment<'a>(at: Option<Timestamp>) -> Value<'a> {
    at.map_or(Value::Null, |at| Value::Number(at.seconds()))
}

fn text<'a>(text: Option<impl Into<Cow<'a, str>>>) -> Value<'a> {
    Value::Text(text.map(Into::into).unwrap_or_default())
}
