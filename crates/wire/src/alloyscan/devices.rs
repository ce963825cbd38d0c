//! `/api/v1/devices` (alloyscan, Devices): a device in a list, and one alone with all that is known of it. Members
//! that the original has and nothing here can say are null.

#![expect(unused_qualifications, reason = "the derived schemas of generic members are written with them")]

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use utoipa::openapi::Schema;
use utoipa::openapi::schema::{
    AdditionalProperties, KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat, Type,
};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::tags::CarriedTag;
use crate::check_in::{Antivirus, Certificate, File, Process, RegistryValue};
use crate::moment::Moment;

/// A device by all its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceNames<'a> {
    /// Its id.
    #[schema(format = "uuid")]
    pub id: String,
    /// The machine, in the case of its first check-in.
    pub nsdeviceuid: Cow<'a, str>,
    /// Its user; empty where the machine reports none.
    pub userkey: Cow<'a, str>,
    /// The machine's name; null until it has said one.
    #[schema(required)]
    pub hostname: Option<Cow<'a, str>>,
    /// `windows`, `mac`, `linux`, `android`, `ios`, `chromeos` or `winserver`.
    #[schema(required)]
    pub os: Option<&'static str>,
}

/// The filters of a list of devices, as a member of a body: all of them must hold. What a filter names must exist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct FilteredDevices {
    /// A part of the hostname, `nsdeviceuid`, user, serial number, hardware address or IP address, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, example = "build-")]
    pub q: Option<String>,
    /// The type as lists show it, in any case; of several with commas between, any.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(example = "Windows")]
    pub kind: Option<String>,
    /// The operating system as check-ins say it; of several with commas between, any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "windows,winserver")]
    pub os: Option<String>,
    /// The id or the name of a tag that they carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Production")]
    pub tag: Option<String>,
    /// `any:`, `all:` or `none:` and then ids or names of tags with commas between; several such with `|` between.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "any:Lab,Build|none:Retired")]
    pub tags: Option<String>,
    /// The name or the id of a classification, or `none`; of several with commas between, any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "high risk,none")]
    pub classification: Option<String>,
    /// `Managed`, `Unmanaged`, `Not Configured` or `Unknown`, in any case; of several with commas between, any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Unmanaged")]
    pub status: Option<String>,
    /// The id or the name of the segment that they are on, or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Lab network")]
    pub segment: Option<String>,
    /// They checked in later than this: RFC 3339 or Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-01-31T00:00:00Z")]
    pub seen_after: Option<String>,
    /// They have not checked in since before this, or never: RFC 3339 or Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-01-31T00:00:00Z")]
    pub seen_before: Option<String>,
}

/// The body of `POST /api/v1/devices`: what is known of a device that has not checked in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDevice {
    /// The machine's name, with or without its domain.
    #[schema(min_length = 1, max_length = 255, example = "printer-3")]
    pub name: String,
    /// A hardware address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 255, example = "00:00:5e:00:53:01")]
    pub mac_address: Option<String>,
    /// Its address on its own network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "10.1.2.3")]
    pub ip_address: Option<String>,
    /// The machine's serial number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 255)]
    pub serial_number: Option<String>,
    /// The operating system: `Windows`, `Mac`, `Linux`, `Android`, `iOS`, `ChromeOS` or `Windows Server`, in any case.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(example = "Linux")]
    pub kind: Option<String>,
    /// The machine, as its agent will name it; one is made up where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 255, example = "416012FE-30F4-97F4-A7DC-59E6E1A8CC7D")]
    pub nsdeviceuid: Option<String>,
    /// Its user, as its agent will name them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 255, example = "joe@corp.example")]
    pub userkey: Option<String>,
}

/// A device as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedDevice<'a> {
    /// Its id; that of a device that was removed is never used again.
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    /// The machine's name, or its `nsdeviceuid` until it has said one.
    pub name: &'a str,
    /// The machine's name where that has a domain; else null.
    #[schema(required)]
    pub dns_name: Option<&'a str>,
    /// Its first hardware address.
    #[schema(required)]
    pub mac_address: Option<&'a str>,
    /// Its address on its own network.
    #[schema(required)]
    pub ip_address: Option<&'a str>,
    /// The machine's serial number.
    #[schema(required)]
    pub serial_number: Option<&'a str>,
    /// Null: no device reports one.
    #[schema(required)]
    pub asset_tag: Option<&'a str>,
    /// The operating system as status rows spell it: `Windows`, `Mac`, `Linux`, …
    #[serde(rename = "type")]
    #[schema(required)]
    pub kind: Option<&'static str>,
    /// When it last checked in, RFC 3339.
    #[schema(required, format = DateTime, value_type = Option<String>)]
    pub last_seen: Option<Moment>,
    /// What it carries, by name.
    pub tags: Vec<CarriedTag<'a>>,
}

/// All that is known of a device.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Device<'a> {
    /// Its id; that of a device that was removed is never used again.
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    /// The machine's name, or its `nsdeviceuid` until it has said one.
    pub name: &'a str,
    /// The machine's name where that has a domain; else null.
    #[schema(required)]
    pub dns_name: Option<&'a str>,
    /// Its first hardware address.
    #[schema(required)]
    pub mac_address: Option<&'a str>,
    /// Its address on its own network.
    #[schema(required)]
    pub ip_address: Option<&'a str>,
    /// The machine's serial number.
    #[schema(required)]
    pub serial_number: Option<&'a str>,
    /// Null: no device reports one.
    #[schema(required)]
    pub asset_tag: Option<&'a str>,
    /// The operating system as status rows spell it: `Windows`, `Mac`, `Linux`, …
    #[serde(rename = "type")]
    #[schema(required)]
    pub kind: Option<&'static str>,
    /// When it last checked in, RFC 3339.
    #[schema(required, format = DateTime, value_type = Option<String>)]
    pub last_seen: Option<Moment>,
    /// When it was first seen, RFC 3339, to the second: it checked in, or was added by hand. Null where that was before
    /// anything of the kind was kept.
    #[schema(required, format = DateTime, value_type = Option<String>)]
    pub first_seen: Option<Moment>,
    /// What it carries, by name.
    pub tags: Vec<CarriedTag<'a>>,
    /// Why each of these tags is there, in the same order.
    pub assignments: Vec<Assignment<'a>>,
    /// Null: a check-in has no id.
    #[schema(required)]
    pub audit_id: Option<String>,
    /// When it was last audited, which is its last check-in; RFC 3339.
    #[schema(required, format = DateTime, value_type = Option<String>)]
    pub audit_date: Option<Moment>,
    /// `Agent`: it reports about itself; `Manual`: it was added by hand and has not checked in.
    pub audit_source: &'static str,
    /// The machine, in the case of its first check-in.
    pub nsdeviceuid: &'a str,
    /// Its user; empty where the machine reports none.
    pub userkey: &'a str,
    /// The user's name.
    #[schema(required)]
    pub username: Option<&'a str>,
    /// All its hardware addresses.
    pub mac_addresses: Vec<&'a str>,
    /// Version of the client that reports.
    #[schema(required)]
    pub client_version: Option<&'a str>,
    /// Maker of the machine.
    #[schema(required)]
    pub device_make: Option<&'a str>,
    /// Model of the machine.
    #[schema(required)]
    pub device_model: Option<&'a str>,
    /// `windows`, `mac`, `linux`, `android`, `ios`, `chromeos` or `winserver`.
    #[schema(required)]
    pub os: Option<&'static str>,
    /// Its version.
    #[schema(required)]
    pub os_version: Option<&'a str>,
    /// `Managed`, `Unmanaged`, `Not Configured` or `Unknown`.
    pub status: &'static str,
    /// The classification's name; null when there is none.
    #[schema(required)]
    pub classification: Option<&'a str>,
    /// Names of stronger classifications that could not be judged, because a fact they ask for is unknown.
    pub undetermined: Vec<&'a str>,
    /// What it reported for the checks of rules.
    pub facts: DeviceFacts<'a>,
}

/// Why a tag is on a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Assignment<'a> {
    /// The tag.
    #[schema(value_type = String, format = "uuid")]
    pub tag_id: Uuid,
    /// By what way it came there: `api`, `manual`, `import`, `segment` (where the device was discovered) or `agent` (that
    /// first reported for it).
    #[schema(required)]
    pub source: Option<&'static str>,
    /// Who put it there: the owner of the token.
    #[schema(required)]
    pub author: Option<&'a str>,
    /// When, RFC 3339, to the second.
    #[schema(required, format = DateTime, value_type = Option<String>)]
    pub assigned_at: Option<Moment>,
    /// When it comes off again by itself, RFC 3339; null: never.
    #[schema(required, format = DateTime, value_type = Option<String>)]
    pub expires_at: Option<Moment>,
}

/// The groups of facts, each with its age; null: never reported, and so unknown to every check.
#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceFacts<'a> {
    /// The operating system.
    #[schema(required)]
    pub os: Option<Fact<OsFact<'a>>>,
    /// The domain the machine is joined to; empty when to none.
    #[schema(required, value_type = Option<Fact<String>>)]
    pub domain: Option<Fact<&'a str>>,
    /// Its antivirus products.
    #[schema(required, value_type = Option<Fact<Vec<Antivirus>>>)]
    pub antivirus: Option<Fact<Vec<Antivirus<&'a str>>>>,
    /// The processes that were probed, by name.
    #[schema(required, schema_with = processes)]
    pub processes: Option<Fact<ByName<'a, Process<&'a str>>>>,
    /// The files that were probed, by path.
    #[schema(required, value_type = Option<Fact<BTreeMap<String, File>>>)]
    pub files: Option<Fact<ByName<'a, File>>>,
    /// The registry values that were probed and found.
    #[schema(required, value_type = Option<Fact<Vec<RegistryValue>>>)]
    pub registry: Option<Fact<Vec<RegistryValue<&'a str>>>>,
    /// The products that encrypt its disk.
    #[schema(required, value_type = Option<Fact<Vec<String>>>)]
    pub disk_encryption: Option<Fact<Vec<&'a str>>>,
    /// The certificates of the machine's and the user's store.
    #[schema(required, value_type = Option<Fact<Vec<Certificate>>>)]
    pub certificates: Option<Fact<Vec<Certificate<Cow<'a, str>>>>>,
    /// Whether it asks for a passcode.
    #[schema(required)]
    pub passcode: Option<Fact<bool>>,
    /// Whether it is rooted or jailbroken.
    #[schema(required)]
    pub compromised: Option<Fact<bool>>,
    /// Whether the primary storage is encrypted.
    #[schema(required)]
    pub storage_encrypted: Option<Fact<bool>>,
    /// Whether a mobile device management has it.
    #[schema(required)]
    pub mdm: Option<Fact<bool>>,
}

/// What was probed, by its names, of which no two are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByName<'a, T>(Vec<(&'a str, T)>);

impl<'a, T> FromIterator<(&'a str, T)> for ByName<'a, T> {
    fn from_iter<I: IntoIterator<Item = (&'a str, T)>>(probed: I) -> Self {
        let mut probed: Vec<_> = probed.into_iter().collect();
        probed.sort_by_key(|(name, _)| *name);
        Self(probed)
    }
}

impl<T: Serialize> Serialize for ByName<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, probed)| (name, probed)))
    }
}

/// A process has two forms, which no generic type can say.
fn processes() -> Schema {
    // Not by its name: the document may have no other use for it.
    let process = AdditionalProperties::RefOr(Process::<String>::schema());
    let moment = SchemaFormat::KnownFormat(KnownFormat::DateTime);
    let fact = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property(
            "value",
            ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(process)),
        )
        .required("value")
        .property("reportedAt", ObjectBuilder::new().schema_type(Type::String).format(Some(moment)))
        .required("reportedAt");
    let forms = OneOfBuilder::new().item(ObjectBuilder::new().schema_type(Type::Null)).item(fact);
    forms.description(Some("The processes that were probed, by name.")).build().into()
}

/// A group's value and its age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fact<T> {
    /// As the check-in said it.
    pub value: T,
    /// When a check-in last spoke of the group, whether or not the value changed; RFC 3339, to the second.
    #[schema(format = DateTime, value_type = String)]
    pub reported_at: Moment,
}

/// What a device said of its operating system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OsFact<'a> {
    /// Which.
    #[schema(required)]
    pub os: Option<&'static str>,
    /// Its version.
    #[schema(required)]
    pub os_version: Option<&'a str>,
    /// The edition of Windows.
    #[schema(required)]
    pub edition: Option<&'a str>,
    /// The distribution of Linux.
    #[schema(required)]
    pub distribution: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_probed_is_an_object_in_the_order_of_its_names() {
        let probed: ByName<'_, _> = [("b", 1), ("\"", 2), ("a", 3)].into_iter().collect();
        let map: BTreeMap<_, _> = [("b", 1), ("\"", 2), ("a", 3)].into();
        assert_eq!(serde_json::to_string(&probed).unwrap(), serde_json::to_string(&map).unwrap());
    }
}
