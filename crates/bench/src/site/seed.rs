//! Fills an empty Fleetmark over its own API: tags, classifications, rules, devices.

use serde_json::{Value, json};

use super::devices;
use crate::failure::{Failure, Outcome};
use crate::load::Api;

/// Tags in the catalogue.
const TAGS: u64 = 20;
const CHECK_INS_A_CALL: u64 = 1000;

/// What the server made up.
pub struct Seeded {
    /// Ids of the tags. The first of them makes a device "high risk", so that calls which put it on or take it off also
    /// move classifications.
    pub tags: Vec<u64>,
    /// Ids of the devices, in order.
    pub devices: Vec<String>,
}

/// Fills the site with so many devices.
///
/// # Errors
/// When a call is refused.
pub fn fill(api: &Api, count: u64) -> Outcome<Seeded> {
    let tags = (1..=TAGS).map(|number| tag(api, number)).collect::<Outcome<Vec<_>>>()?;
    let labels = ["high risk", "low risk", "medium risk"].map(|name| json!({"name": name}));
    api.post("/api/v2/deviceclassification/tags", &json!(labels))?;
    api.post("/api/v2/deviceclassification/rules", &rules(tags[0]))?;
    let mut devices = Vec::new();
    for first in (0..count).step_by(usize::try_from(CHECK_INS_A_CALL).unwrap_or(usize::MAX)) {
        let last = (first + CHECK_INS_A_CALL).min(count);
        let check_ins: Vec<Value> = (first..last).map(|number| devices::check_in(number, 0)).collect();
        let answer = api.post("/api/v1/checkins", &json!({"checkins": check_ins}))?;
        let ids =
            answer["devices"].as_array().into_iter().flatten().filter_map(|device| device["id"].as_str());
        devices.extend(ids.map(str::to_owned));
    }
    Ok(Seeded { tags, devices })
}

/// Makes tag `number` and gives its id.
///
/// # Errors
/// When it is refused.
pub fn tag(api: &Api, number: u64) -> Outcome<u64> {
    let made = api.post("/api/v2/devices/device/tags", &json!({"name": format!("bench {number}")}))?;
    made["data"]["id"].as_u64().ok_or_else(|| Failure::new("a new tag has no id", &made))
}

fn rules(risky: u64) -> Value {
    let rule = |name: &str, label: &str, groups: Value| {
        let conditions = json!({"$and": [{"$and": groups}]});
        json!({"name": name, "label": label, "os": "windows", "conditions": conditions})
    };
    let version = |version: &str| json!({"min_os_version_check": {"min_os_version": version, "edition": "Windows All"}});
    json!([
        rule("tagged", "high risk", json!([{"$or": [{"device_tag_check": {"tag_id": risky}}]}])),
        rule(
            "guarded",
            "low risk",
            json!([
                {"$and": [version("10.0.22621"), {"process_check": {"process": "guard.exe"}}]},
                {"$or": [{"disk_enc_check": {"product": "bitlocker"}}, {"domain_check": {"domains": ["corp.local"]}}]},
            ])
        ),
        rule(
            "protected",
            "low risk",
            json!([{"$and": [
                {"av_check": {"product_name": "any", "signature_up_to_date": true}},
                {"domain_check": {"domains": ["corp.local"]}},
            ]}])
        ),
        rule("supported", "medium risk", json!([{"$or": [version("10.0.19045")]}])),
    ])
}
