//! The fleet as clientstatus shows it, page by page.

use std::collections::BTreeMap;

use serde_json::Value;

use super::api::Api;
use super::machine::Machine;
use crate::failure::{Failure, Outcome};

const PATH: &str = "/api/v2/events/datasearch/clientstatus?fields=nsdeviceuid,userkey,\
device_classification_custom_status,device_classification_status";
/// The largest page of datasearch (contract netskope-v2 §9).
const PAGE: usize = 10_000;

/// One row a device.
pub struct Fleet(Vec<Value>);

/// Reads the status of every device.
///
/// # Errors
/// When a page is refused or holds no `result`.
pub fn read(api: &Api) -> Outcome<Fleet> {
    let mut rows = Vec::new();
    loop {
        let page = api.get(&format!("{PATH}&limit={PAGE}&offset={}", rows.len()))?;
        let Some(page) = page["result"].as_array() else {
            return Err(Failure::new("clientstatus answered without `result`"));
        };
        rows.extend_from_slice(page);
        if page.len() < PAGE {
            return Ok(Fleet(rows));
        }
    }
}

impl Fleet {
    /// How many devices there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Devices per classification, or per status where there is none; most first.
    pub fn counts(&self) -> Vec<(String, usize)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &self.0 {
            *counts.entry(label(row)).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts
    }

    /// The classification of one device, or its status where there is none.
    pub fn label_of(&self, machine: &Machine) -> Option<&str> {
        let is_it = |row: &&Value| {
            let text = |member: &str| row[member].as_str().unwrap_or_default();
            text("nsdeviceuid").eq_ignore_ascii_case(&machine.nsdeviceuid)
                && text("userkey") == machine.userkey
        };
        self.0.iter().find(is_it).map(label)
    }
}

fn label(row: &Value) -> &str {
    let text = |member: &str| row[member].as_str().filter(|text| !text.is_empty());
    text("device_classification_custom_status")
        .or_else(|| text("device_classification_status"))
        .unwrap_or("Unknown")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(uid: &str, classification: &str, status: &str) -> Value {
        json!({"nsdeviceuid": uid, "userkey": "joe", "device_classification_status": status,
            "device_classification_custom_status": classification})
    }

    #[test]
    fn devices_are_counted_by_classification_then_by_status() {
        let fleet = Fleet(vec![
            row("A", "low risk", "Managed"),
            row("B", "", "Unmanaged"),
            row("C", "low risk", "Managed"),
        ]);
        assert_eq!(fleet.counts(), [("low risk".to_owned(), 2), ("Unmanaged".to_owned(), 1)]);
        assert_eq!(fleet.len(), 3);
    }
}
