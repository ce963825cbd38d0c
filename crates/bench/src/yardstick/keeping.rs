//! Yardstick K: the plainest server that keeps what it is told: whose token it is, what is said, a hash table of devices
//! that it changes, a log file that has the change before the answer, and JSON made of what came out. It has no history,
//! no rights, one rule, and readers would wait for writers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};

use super::bare;
use super::log::{Appended, Log};

/// Who may write, and what was written.
#[derive(Debug)]
pub struct Keeping {
    tokens: bare::Tokens,
    log: Log,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    devices: HashMap<Name, Device>,
    version: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Name {
    nsdeviceuid: String,
    userkey: String,
}

#[derive(Debug, Default)]
struct Device {
    id: usize,
    report: Report,
    tags: Vec<u32>,
}

#[derive(Deserialize)]
struct CheckIns {
    checkins: Vec<Report>,
}

/// The members of DESIGN §5 that the bench sends.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Report {
    nsdeviceuid: String,
    userkey: String,
    username: String,
    hostname: String,
    os: String,
    os_version: String,
    edition: String,
    client_version: String,
    serial_number: String,
    ip_address: String,
    facts: Facts,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Facts {
    domain: String,
    antivirus: Vec<Antivirus>,
    disk_encryption: Vec<String>,
    processes: HashMap<String, bool>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Antivirus {
    product: String,
    up_to_date: bool,
}

/// The body of a bulk call (contract netskope-v2 §8).
#[derive(Deserialize)]
struct Replace {
    tags: Vec<u32>,
    devices: Vec<Name>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    CheckedIn { devices: Vec<CheckedIn>, version: u64 },
    Replaced { success: bool, data: Replaced },
}

#[derive(Serialize)]
struct CheckedIn {
    id: String,
    status: &'static str,
    classification: &'static str,
    undetermined: [String; 0],
    tags: Vec<u32>,
}

#[derive(Serialize)]
struct Replaced {
    affected_device_tags: usize,
    affected_device_classification_tags: usize,
    message: &'static str,
}

impl Keeping {
    /// One that knows of no device.
    pub fn new(log: Log) -> Self {
        Self { tokens: bare::Tokens::of_bench(), log, kept: Mutex::default() }
    }

    async fn done(&self, request: Request<Incoming>) -> Result<bare::Answer, StatusCode> {
        if !self.tokens.know(&request) {
            return Err(StatusCode::UNAUTHORIZED);
        }
        let is_check_in = request.uri().path() == "/api/v1/checkins";
        let body = request.into_body().collect().await.map_err(|_| StatusCode::BAD_REQUEST)?.to_bytes();
        let (answer, appended) = if is_check_in {
            self.check_in(serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?)
        } else {
            self.replace(&serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?)
        }
        .ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        appended.await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        let body = serde_json::to_vec(&answer).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        Ok(bare::answer(body.into()))
    }

    fn check_in(&self, call: CheckIns) -> Option<(Answer, Appended)> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.version += 1;
        let (version, mut record, mut devices) = (kept.version, Vec::new(), Vec::new());
        for report in call.checkins {
            let name = Name { nsdeviceuid: report.nsdeviceuid.clone(), userkey: report.userkey.clone() };
            let device = kept.device(&name);
            // What says nothing new is no more than a moment.
            let news = (device.report != report).then_some(&report);
            serde_json::to_writer(&mut record, &(version, &name, news)).ok()?;
            device.report = report;
            let is_known = device.report.facts.domain == "corp.local";
            devices.push(CheckedIn {
                id: format!("00000000-0000-7000-8000-{:012x}", device.id),
                status: if is_known { "Managed" } else { "Unmanaged" },
                classification: if device.tags.is_empty() { "low risk" } else { "high risk" },
                undetermined: [],
                tags: device.tags.clone(),
            });
        }
        // In the order of the changes.
        let appended = self.log.begin(record).ok()?;
        Some((Answer::CheckedIn { devices, version }, appended))
    }

    fn replace(&self, call: &Replace) -> Option<(Answer, Appended)> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.version += 1;
        let (version, mut ids, mut affected) = (kept.version, Vec::new(), 0);
        for name in &call.devices {
            let device = kept.device(name);
            let lost = device.tags.iter().filter(|tag| !call.tags.contains(tag)).count();
            let gained = call.tags.iter().filter(|tag| !device.tags.contains(tag)).count();
            affected += lost + gained;
            device.tags.clone_from(&call.tags);
            ids.push(device.id);
        }
        let record = serde_json::to_vec(&(version, &call.tags, ids)).ok()?;
        let appended = self.log.begin(record).ok()?;
        let data = Replaced {
            affected_device_tags: affected,
            affected_device_classification_tags: 0,
            message: "Tags replaced successfully",
        };
        Some((Answer::Replaced { success: true, data }, appended))
    }
}

impl Kept {
    fn device(&mut self, name: &Name) -> &mut Device {
        let id = self.devices.len();
        self.devices.entry(name.clone()).or_insert_with(|| Device { id, ..Device::default() })
    }
}

impl bare::Service for Keeping {
    async fn answer(&self, request: Request<Incoming>) -> bare::Answer {
        self.done(request).await.unwrap_or_else(bare::refused)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::site::devices;

    #[tokio::test]
    async fn what_it_was_told_is_kept_and_in_its_log() {
        let path = std::env::temp_dir().join(format!("bench-keeping-{}", std::process::id()));
        let keeping = Keeping::new(Log::open(&path).expect("opens"));
        let check_in = |number, revision| {
            let call = json!({"checkins": [devices::check_in(number, revision)]});
            keeping.check_in(serde_json::from_value(call).expect("a check-in")).expect("kept")
        };
        let replace = |tags: [u32; 2]| {
            let call = json!({"tags": tags, "devices": [devices::name(1), devices::name(2)]});
            keeping.replace(&serde_json::from_value(call).expect("a call")).expect("kept")
        };
        let mut answers = Vec::new();
        for (answer, appended) in
            [check_in(1, 0), replace([5, 6]), replace([6, 7]), check_in(1, 0), check_in(1, 1)]
        {
            appended.await.expect("durable");
            answers.push(serde_json::to_value(answer).expect("JSON"));
        }
        assert_eq!(answers[1]["data"]["affected_device_tags"], 4);
        assert_eq!(answers[2]["data"]["affected_device_tags"], 4);
        assert_eq!(answers[4]["devices"][0]["tags"], json!([6, 7]));
        let log = std::fs::read(&path).expect("readable");
        let records: Vec<Value> = serde_json::Deserializer::from_slice(&log)
            .into_iter()
            .map(|record| record.expect("JSON"))
            .collect();
        assert_eq!(records.len(), 5);
        assert!(records[3][2].is_null() && records[4][2]["facts"]["processes"]["guard.exe"] == false);
        std::fs::remove_file(&path).expect("removable");
    }
}
