//! What the agent shows of a check-in, as a vendor's client shows it to its user.

use std::fmt;

use serde::Serialize;
use wire::check_in::{CheckIn, JudgedDevice};

/// This machine as the server sees it after a check-in. `Display` is the block for people (without a line break at
/// its end), `Serialize` the object of `--json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The machine.
    pub nsdeviceuid: String,
    /// The user; null when there is none.
    pub userkey: Option<String>,
    /// The machine's name; null when it has none.
    pub hostname: Option<String>,
    /// The status word.
    pub status: String,
    /// The classification's name; null when there is none.
    pub classification: Option<String>,
    /// Stronger classifications that an unknown fact keeps from being judged.
    pub undetermined: Vec<String>,
    /// The names of the tags on the device.
    pub tags: Vec<String>,
    /// The site's version that holds the check-in.
    pub version: u64,
}

impl Report {
    pub(crate) fn new(checkin: CheckIn, device: JudgedDevice, version: u64) -> Self {
        Self {
            nsdeviceuid: checkin.nsdeviceuid,
            userkey: checkin.userkey,
            hostname: checkin.hostname,
            status: device.status,
            classification: device.classification,
            undetermined: device.undetermined,
            tags: device.tags.into_iter().map(|tag| tag.name).collect(),
            version,
        }
    }

    /// Whether it shows the same as another, the version aside, which moves with every change on the site.
    pub(crate) fn shows_same(&self, other: &Self) -> bool {
        *self == Self { version: self.version, ..other.clone() }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let none = "none".to_owned();
        formatter.write_str("Fleetmark agent")?;
        let mut line = |name: &str, value: &str| write!(formatter, "\n  {name:<16} {}", printable(value));
        let hostname = self.hostname.as_deref().unwrap_or("unnamed");
        let tags = if self.tags.is_empty() { none.clone() } else { self.tags.join(", ") };
        line("Device", &format!("{hostname} ({})", self.nsdeviceuid))?;
        line("User", self.userkey.as_ref().unwrap_or(&none))?;
        line("Device status", &self.status)?;
        line("Classification", self.classification.as_ref().unwrap_or(&none))?;
        if !self.undetermined.is_empty() {
            line("Not determined", &self.undetermined.join(", "))?;
        }
        line("Tags", &tags)?;
        line("Checked in", &format!("version {}", self.version))
    }
}

/// Names come from the server: none may steer the terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        Report {
            nsdeviceuid: "416012FE-0000-4000-8000-000000000001".into(),
            userkey: Some("root".into()),
            hostname: Some("debian-box".into()),
            status: "Managed".into(),
            classification: Some("low risk".into()),
            undetermined: vec!["high risk".into()],
            tags: vec!["risky".into(), "finance".into()],
            version: 123,
        }
    }

    #[test]
    fn the_block_shows_the_device_as_a_client_would() {
        let block = "Fleetmark agent\n  Device           debian-box (416012FE-0000-4000-8000-000000000001)\n  User             root\
            \n  Device status    Managed\n  Classification   low risk\n  Not determined   high risk\
            \n  Tags             risky, finance\n  Checked in       version 123";
        assert_eq!(report().to_string(), block);
    }

    #[test]
    fn what_is_missing_is_said_and_nothing_steers_the_terminal() {
        let report = Report {
            userkey: None,
            hostname: None,
            classification: None,
            undetermined: vec![],
            tags: vec![],
            status: "Un\u{1b}[2Jmanaged".into(),
            ..report()
        };
        let block = report.to_string();
        assert!(block.contains("Device           unnamed (") && block.contains("Classification   none"));
        assert!(block.contains("Tags             none") && block.contains("User             none"));
        assert!(!block.contains('\u{1b}') && !block.contains("Not determined"));
    }

    #[test]
    fn the_json_object_has_every_member() {
        let json = serde_json::to_value(Report { classification: None, ..report() }).unwrap();
        assert_eq!(json["nsdeviceuid"], "416012FE-0000-4000-8000-000000000001");
        assert_eq!(json["classification"], serde_json::Value::Null);
        assert_eq!(json["tags"], serde_json::json!(["risky", "finance"]));
        assert_eq!(json["version"], 123);
    }

    #[test]
    fn only_the_version_may_differ_between_reports_that_show_the_same() {
        assert!(report().shows_same(&Report { version: 124, ..report() }));
        assert!(!report().shows_same(&Report { tags: vec![], ..report() }));
    }
}
