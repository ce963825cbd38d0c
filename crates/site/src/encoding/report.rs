//! What a check-in says of its device.

use std::net::IpAddr;

use domain::{Facts, Os, Report};

use super::DecodeError;
use super::catalogue::read_os;
use super::facts::{FactsMessage, LabelsMessage, read_facts, write_facts};
use super::read::{all_owned, optional_owned, optional_text, texts};

/// As [`Report`].
#[derive(prost::Message)]
pub(super) struct ReportMessage {
    #[prost(string, optional, tag = "1")]
    username: Option<String>,
    #[prost(string, optional, tag = "2")]
    hostname: Option<String>,
    /// By [`Os::number`].
    #[prost(uint32, optional, tag = "3")]
    os: Option<u32>,
    #[prost(string, optional, tag = "4")]
    os_version: Option<String>,
    #[prost(string, optional, tag = "5")]
    edition: Option<String>,
    #[prost(string, optional, tag = "6")]
    distribution: Option<String>,
    #[prost(string, optional, tag = "7")]
    client_version: Option<String>,
    #[prost(string, optional, tag = "8")]
    device_make: Option<String>,
    #[prost(string, optional, tag = "9")]
    device_model: Option<String>,
    #[prost(string, optional, tag = "10")]
    serial_number: Option<String>,
    #[prost(message, optional, tag = "11")]
    mac_addresses: Option<LabelsMessage>,
    /// 4 bytes of an IPv4 address or 16 of an IPv6 one, highest first.
    #[prost(bytes = "vec", optional, tag = "12")]
    ip_address: Option<Vec<u8>>,
    #[prost(string, optional, tag = "13")]
    event: Option<String>,
    /// Absent when no fact is said.
    #[prost(message, optional, tag = "14")]
    facts: Option<FactsMessage>,
}

/// A report as a message.
pub(super) fn write_report(report: &Report) -> ReportMessage {
    ReportMessage {
        username: optional_owned(report.username.as_ref()),
        hostname: optional_owned(report.hostname.as_ref()),
        os: report.os.map(Os::number).map(u32::from),
        os_version: optional_owned(report.os_version.as_ref()),
        edition: optional_owned(report.edition.as_ref()),
        distribution: optional_owned(report.distribution.as_ref()),
        client_version: optional_owned(report.client_version.as_ref()),
        device_make: optional_owned(report.device_make.as_ref()),
        device_model: optional_owned(report.device_model.as_ref()),
        serial_number: optional_owned(report.serial_number.as_ref()),
        mac_addresses: report
            .mac_addresses
            .as_deref()
            .map(|addresses| LabelsMessage { labels: all_owned(addresses) }),
        ip_address: report.ip_address.map(|address| match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        }),
        event: optional_owned(report.event.as_ref()),
        facts: (report.facts != Facts::default()).then(|| write_facts(&report.facts)),
    }
}

/// A report from its message.
pub(super) fn read_report(message: &ReportMessage) -> Result<Report, DecodeError> {
    Ok(Report {
        username: optional_text("username", message.username.as_deref())?,
        hostname: optional_text("hostname", message.hostname.as_deref())?,
        os: message.os.map(read_os).transpose()?,
        os_version: optional_text("os_version", message.os_version.as_deref())?,
        edition: optional_text("edition", message.edition.as_deref())?,
        distribution: optional_text("distribution", message.distribution.as_deref())?,
        client_version: optional_text("client_version", message.client_version.as_deref())?,
        device_make: optional_text("device_make", message.device_make.as_deref())?,
        device_model: optional_text("device_model", message.device_model.as_deref())?,
        serial_number: optional_text("serial_number", message.serial_number.as_deref())?,
        mac_addresses: message
            .mac_addresses
            .as_ref()
            .map(|addresses| texts("mac_addresses", &addresses.labels))
            .transpose()?,
        ip_address: message.ip_address.as_deref().map(read_address).transpose()?,
        event: optional_text("event", message.event.as_deref())?,
        facts: match &message.facts {
            None => Facts::default(),
            Some(facts) => read_facts(facts).map_err(|error| error.within("facts"))?,
        },
    })
}

fn read_address(bytes: &[u8]) -> Result<IpAddr, DecodeError> {
    <[u8; 4]>::try_from(bytes)
        .map(IpAddr::from)
        .or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .map_err(|_| {
            DecodeError::damaged("ip_address", format_args!("has {} bytes, not 4 or 16", bytes.len()))
        })
}
