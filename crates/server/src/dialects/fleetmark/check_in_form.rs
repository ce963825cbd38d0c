//! A check-in on the wire becomes one of the core's, or a refusal that names the member at fault.

use std::fmt::Display;
use std::net::IpAddr;

use domain::{
    DeviceUid, FACT_ENTRIES_MAX, FormError, Label, Os, OsVersion, REPORT_MAX_BYTES, Report, UserKey, trimmed,
};
use serde_json::value::RawValue;
use site::commands::CheckIn;
use wire::Text;
use wire::check_in::{self, Refusal};

use super::facts_form;
use crate::body::reason::{self, Reason};

/// Reads one item that could not be read with the others.
pub(super) fn read_text(item: &RawValue) -> Result<CheckIn, Refusal> {
    let item = reason::read(item.get().as_bytes(), "the check-in").map_err(|Reason { field, message }| {
        let field = Some(field).filter(|field| !field.is_empty());
        Refusal { code: "form".to_owned(), message, field }
    })?;
    read(item)
}

/// Takes the texts into their types. An empty text of the report says nothing, as an absent one.
pub(super) fn read(item: check_in::CheckIn<Text<'_>>) -> Result<CheckIn, Refusal> {
    let uid = form("nsdeviceuid", DeviceUid::new(&item.nsdeviceuid))?;
    let userkey = form("userkey", UserKey::new(item.userkey.as_deref().unwrap_or_default()))?;
    let report = Box::new(Report {
        username: label("username", item.username.as_deref())?,
        hostname: label("hostname", item.hostname.as_deref())?,
        os: said("os", item.os.as_deref(), Os::new)?,
        os_version: said("osVersion", item.os_version.as_deref(), OsVersion::new)?,
        edition: label("edition", item.edition.as_deref())?,
        distribution: label("distribution", item.distribution.as_deref())?,
        client_version: label("clientVersion", item.client_version.as_deref())?,
        device_make: label("deviceMake", item.device_make.as_deref())?,
        device_model: label("deviceModel", item.device_model.as_deref())?,
        serial_number: label("serialNumber", item.serial_number.as_deref())?,
        mac_addresses: item.mac_addresses.as_deref().map(mac_addresses).transpose()?,
        ip_address: item.ip_address.as_deref().and_then(spoken).map(ip_address).transpose()?,
        event: label("event", item.event.as_deref())?,
        facts: item.facts.map(facts_form::read).transpose()?.unwrap_or_default(),
    });
    light(&report)?;
    Ok(CheckIn { uid, userkey, report })
}

/// A value of its form, or the refusal that names where it stood.
pub(super) fn form<T>(field: impl Display, value: Result<T, FormError>) -> Result<T, Refusal> {
    value.map_err(|error| refusal(error.code, field.to_string(), format!("{field} {}", error.message)))
}

/// Refuses more entries than this list or map of a check-in may have.
pub(super) fn bounded(field: &str, count: usize, max: usize) -> Result<(), Refusal> {
    if count <= max {
        return Ok(());
    }
    let message = format!("{field} may hold at most {max} entries, not {count}");
    Err(refusal("too_many", field.to_owned(), message))
}

/// Refuses a report whose texts weigh more than one may.
fn light(report: &Report) -> Result<(), Refusal> {
    let bytes = report.bytes();
    if bytes <= REPORT_MAX_BYTES {
        return Ok(());
    }
    let message = format!(
        "the texts of one check-in may be at most {REPORT_MAX_BYTES} bytes long together, not {bytes}; send its \
         groups of facts in several check-ins"
    );
    Err(Refusal { code: "too_large".to_owned(), message, field: None })
}

fn label(field: &str, text: Option<&str>) -> Result<Option<Label>, Refusal> {
    said(field, text, Label::new)
}

fn said<T>(
    field: &str,
    text: Option<&str>,
    new: fn(&str) -> Result<T, FormError>,
) -> Result<Option<T>, Refusal> {
    text.and_then(spoken).map(|text| form(field, new(text))).transpose()
}

fn spoken(text: &str) -> Option<&str> {
    Some(trimmed(text)).filter(|text| !text.is_empty())
}

fn mac_addresses(addresses: &[Text<'_>]) -> Result<Vec<Label>, Refusal> {
    bounded("macAddresses", addresses.len(), FACT_ENTRIES_MAX)?;
    let place = |(index, address): (usize, &Text<'_>)| {
        form(format_args!("macAddresses[{index}]"), Label::new(address))
    };
    addresses.iter().enumerate().map(place).collect()
}

fn ip_address(text: &str) -> Result<IpAddr, Refusal> {
    text.parse().map_err(|_| {
        let message = "ipAddress must be an IPv4 or IPv6 address".to_owned();
        refusal("ip_address", "ipAddress".to_owned(), message)
    })
}

fn refusal(code: &str, field: String, message: String) -> Refusal {
    Refusal { code: code.to_owned(), message, field: Some(field) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wire::check_in::MAX_PROBED;

    use super::*;

    fn refused(item: &Value) -> (String, String) {
        let text = RawValue::from_string(item.to_string()).unwrap();
        let Refusal { code, field, .. } = read_text(&text).unwrap_err();
        (code, field.unwrap())
    }

    #[test]
    fn a_refusal_names_the_member_at_fault() {
        for (field, item) in [
            ("nsdeviceuid", json!({"hostname": "h"})),
            ("nsdeviceuid", json!({"nsdeviceuid": "a,b"})),
            ("userkey", json!({"nsdeviceuid": "a", "userkey": "x,y"})),
            ("os", json!({"nsdeviceuid": "a", "os": "beos"})),
            ("hostname", json!({"nsdeviceuid": "a", "hostname": 7})),
            ("shoeSize", json!({"nsdeviceuid": "a", "shoeSize": 7})),
            ("ipAddress", json!({"nsdeviceuid": "a", "ipAddress": "10.1.2"})),
            ("macAddresses[1]", json!({"nsdeviceuid": "a", "macAddresses": ["x", ""]})),
            ("facts.processes.x.exe", json!({"nsdeviceuid": "a", "facts": {"processes": {"x.exe": "yes"}}})),
            ("facts.files./x.present", json!({"nsdeviceuid": "a", "facts": {"files": {"/x": {}}}})),
            (
                "facts.files[/x].sha256",
                json!({"nsdeviceuid": "a", "facts": {"files": {"/x": {"present": true, "sha256": "1"}}}}),
            ),
            (
                "facts.antivirus[0].product",
                json!({"nsdeviceuid": "a", "facts": {"antivirus": [{"product": ""}]}}),
            ),
        ] {
            assert_eq!(refused(&item).1, field, "{item}");
        }
        let many: Vec<_> = (0..=FACT_ENTRIES_MAX).map(|n| n.to_string()).collect();
        let item = json!({"nsdeviceuid": "a", "facts": {"diskEncryption": many}});
        assert_eq!(refused(&item), ("too_many".into(), "facts.diskEncryption".into()));
    }

    #[test]
    fn as_many_entries_fit_as_rules_can_ask_about() {
        let names = |count: usize| (0..count).map(|n| format!("p{n}"));
        let value = |value: String| {
            json!({"rootKey": "HKEY_LOCAL_MACHINE", "key": "k", "value": value,
                "type": "t", "data": ""})
        };
        let groups = |count: usize| {
            [
                ("processes", names(count).map(|name| (name, json!(true))).collect()),
                ("files", names(count).map(|path| (path, json!({"present": true}))).collect()),
                ("registry", names(count).map(value).collect()),
            ]
        };
        let item = |(group, entries): (&str, Value)| json!({"nsdeviceuid": "a", "facts": {group: entries}});
        for most in groups(MAX_PROBED).map(item) {
            read_text(&RawValue::from_string(most.to_string()).unwrap()).unwrap();
        }
        for (group, entries) in groups(MAX_PROBED + 1) {
            assert_eq!(refused(&item((group, entries))), ("too_many".into(), format!("facts.{group}")));
        }
    }

    #[test]
    fn an_empty_text_says_nothing() {
        let item = json!({"nsdeviceuid": "a", "hostname": "", "serialNumber": " ", "ipAddress": "",
            "facts": {"domain": ""}});
        let read = read_text(&RawValue::from_string(item.to_string()).unwrap()).unwrap();
        assert_eq!(
            (read.report.hostname, read.report.serial_number, read.report.ip_address),
            (None, None, None)
        );
        // A domain is different: empty means that the machine is joined to none.
        assert_eq!(read.report.facts.domain.unwrap().as_str(), "");
        assert_eq!(read.userkey.as_str(), "");
    }
}
