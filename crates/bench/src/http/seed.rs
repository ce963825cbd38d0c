//! Fills an empty Fleetmark over its own API: tags, classifications, rules, 10,000 devices.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

use super::devices;
use crate::failure::{Failure, Outcome};

/// Tags in the catalogue.
pub const TAGS: u64 = 20;
const CHECK_INS_A_CALL: u64 = 1000;
const TIMEOUT: Duration = Duration::from_secs(60);

/// Gives the ids of the tags. The first of them makes a device "high risk", so that calls which put it on
/// or take it off also move classifications.
///
/// # Errors
/// When a call is refused.
pub fn fill(address: SocketAddr, token: &str) -> Outcome<Vec<u64>> {
    let site = Site::new(address, token);
    let mut tags = Vec::new();
    for number in 1..=TAGS {
        let made = site.post("/api/v2/devices/device/tags", &json!({"name": format!("bench {number}")}))?;
        let id = made["data"]["id"].as_u64();
        tags.push(id.ok_or_else(|| Failure::new("a new tag has no id", &made))?);
    }
    let labels = ["high risk", "low risk", "medium risk"].map(|name| json!({"name": name}));
    site.post("/api/v2/deviceclassification/tags", &json!(labels))?;
    site.post("/api/v2/deviceclassification/rules", &rules(tags[0]))?;
    for first in (0..devices::COUNT).step_by(usize::try_from(CHECK_INS_A_CALL).unwrap_or(usize::MAX)) {
        let last = (first + CHECK_INS_A_CALL).min(devices::COUNT);
        let check_ins: Vec<Value> = (first..last).map(|number| devices::check_in(number, 0)).collect();
        site.post("/api/v1/checkins", &json!({"checkins": check_ins}))?;
    }
    Ok(tags)
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

struct Site {
    agent: Agent,
    base: String,
    authorization: String,
}

impl Site {
    fn new(address: SocketAddr, token: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(TIMEOUT));
        let agent = config.user_agent("Fleetmark-bench-0.1").build().into();
        Self { agent, base: format!("http://{address}"), authorization: format!("Bearer {token}") }
    }

    /// The JSON answer of a POST; null when it is empty.
    fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        let failure = |error| Failure::new(format!("POST {path}"), error);
        let request = self.agent.post(format!("{}{path}", self.base));
        let request = request.header("Authorization", &self.authorization);
        let mut answer = request.send_json(body).map_err(failure)?;
        let status = answer.status();
        let text = answer.body_mut().read_to_string().map_err(failure)?;
        if !status.is_success() {
            return Err(Failure::new(format!("POST {path} answered {status}"), text));
        }
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&text).map_err(|error| Failure::new(format!("POST {path}: {text}"), error))
    }
}
