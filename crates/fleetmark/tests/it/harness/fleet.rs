//! Short ways to what most tests need first: a classification, a rule, a device tag, a device.

use serde_json::{Value, json};

use super::Client;
use super::shape::any_id;

/// The id of one of many machines.
pub fn uid(n: usize) -> String {
    format!("5CA1AB1E-0000-4000-8000-{n:012X}")
}

/// A check-in of a Windows 11 machine by its usual user.
pub fn windows(nsdeviceuid: &str) -> Value {
    json!({"nsdeviceuid": nsdeviceuid, "userkey": "joe@corp.example", "username": "joe@corp.example",
        "hostname": "nskp-w11-joe-3", "os": "windows", "osVersion": "10.0.22631",
        "edition": "Windows 11 Enterprise", "clientVersion": "135.1.10.2611"})
}

/// A check-in of a Linux machine by its usual user.
pub fn linux(nsdeviceuid: &str) -> Value {
    json!({"nsdeviceuid": nsdeviceuid, "userkey": "ann@corp.example", "username": "ann@corp.example",
        "hostname": "build-7", "os": "linux", "osVersion": "12.5", "distribution": "Debian",
        "clientVersion": "135.1.10.2611"})
}

/// Conditions that ask for one device tag, nested as the seed nests them.
pub fn on_tag(tag_id: u64) -> Value {
    on_tags(&[tag_id])
}

/// Conditions that ask for any of these device tags.
pub fn on_tags(tag_ids: &[u64]) -> Value {
    let checks: Vec<Value> = tag_ids.iter().map(|id| json!({"device_tag_check": {"tag_id": id}})).collect();
    json!({"$and": [{"$and": [{"$or": checks}]}]})
}

impl Client {
    /// A new classification, after all others; its id.
    #[track_caller]
    pub fn make_classification(&self, name: &str) -> u64 {
        let answer = self.post("/api/v2/deviceclassification/tags", json!([{"name": name}]));
        answer.expect(201, json!({"status": true, "data": [any_id()]})).json()["data"][0].as_u64().unwrap()
    }

    /// A new rule; its id.
    #[track_caller]
    pub fn make_rule(&self, name: &str, label: &str, os: &str, conditions: Value) -> u64 {
        let rule = json!({"name": name, "label": label, "os": os, "conditions": conditions});
        self.post("/api/v2/deviceclassification/rules", json!([rule])).expect_empty(201);
        self.rule_named(name)["id"].as_u64().unwrap()
    }

    /// The rule of that name as the list shows it.
    #[track_caller]
    pub fn rule_named(&self, name: &str) -> Value {
        let rules = self.get("/api/v2/deviceclassification/rules").expect_status(200).json();
        find(&rules, "name", name).unwrap_or_else(|| panic!("no rule {name} in {rules}"))
    }

    /// The classification of that name as the list shows it.
    #[track_caller]
    pub fn classification_named(&self, name: &str) -> Value {
        let all = self.get("/api/v2/deviceclassification/tags").expect_status(200).json();
        find(&all, "name", name).unwrap_or_else(|| panic!("no classification {name} in {all}"))
    }

    /// A new device tag; its id.
    #[track_caller]
    pub fn make_tag(&self, name: &str) -> u64 {
        let answer = self.post("/api/v2/devices/device/tags", json!({"name": name}));
        answer.expect_status(201).json()["data"]["id"].as_u64().unwrap()
    }

    /// One device reports; what it is told.
    #[track_caller]
    pub fn check_in(&self, device: Value) -> Value {
        let answer = self.post("/api/v1/checkins", json!({"checkins": [device]})).expect_status(200);
        let told = answer.json()["devices"][0].clone();
        assert!(told["id"].is_string(), "{answer}\nthe check-in was refused");
        told
    }

    /// One of the three bulk calls on machines, all of their users; what changed.
    #[track_caller]
    pub fn bulk(&self, call: &str, tags: &[u64], nsdeviceuids: &[&str]) -> u64 {
        let devices: Vec<Value> = nsdeviceuids.iter().map(|uid| json!({"nsdeviceuid": uid})).collect();
        let path = format!("/api/v2/devices/device/tags/{call}");
        let answer = self.post(&path, json!({"tags": tags, "devices": devices})).expect_status(200);
        answer.json()["data"]["affected_device_tags"].as_u64().unwrap()
    }

    /// The names of the tags that the devices of one machine carry, sorted.
    #[track_caller]
    pub fn tags_of(&self, nsdeviceuid: &str) -> Vec<String> {
        let body = json!({"devices": [{"nsdeviceuid": nsdeviceuid}], "limit": 1000});
        let answer = self.post("/api/v2/devices/device/tags/gettags", body).expect_status(200).json();
        let tags = answer["data"]["data"].as_array().unwrap();
        let mut names: Vec<_> = tags.iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }

    /// The newest status record of a machine with one user, whole.
    #[track_caller]
    pub fn record_of(&self, nsdeviceuid: &str) -> Value {
        let answer = self.get("/api/v2/events/datasearch/clientstatus").expect_status(200).json();
        let rows = answer["result"].as_array().unwrap();
        let row = rows.iter().find(|row| row["host_info"]["nsdeviceuid"] == nsdeviceuid);
        row.unwrap_or_else(|| panic!("no row of {nsdeviceuid} in {answer}")).clone()
    }

    /// The status word and the classification's name ("" when none) of a machine with one user.
    #[track_caller]
    pub fn status_of(&self, nsdeviceuid: &str) -> (String, String) {
        let user = &self.record_of(nsdeviceuid)["user_info"];
        let text = |name: &str| user[name].as_str().unwrap_or_else(|| panic!("{name} in {user}")).to_owned();
        (text("device_classification_status"), text("device_classification_custom_status"))
    }

    /// A new app registration; its path, client id, secret, and an access token.
    #[track_caller]
    pub fn make_app(&self, body: Value) -> (String, String, String, String) {
        let made = self.post("/api/v1/app-registrations", body).expect_status(201).json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let (id, secret) = (text("clientId"), text("clientSecret"));
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        let content_type = "application/x-www-form-urlencoded";
        let granted = self.without_token().send_text("POST", "/api/oauth/token", content_type, &form);
        let token = granted.expect_status(200).json()["access_token"].as_str().unwrap().to_owned();
        (format!("/api/v1/app-registrations/{}", made["id"]), id, secret, token)
    }

    /// A new token; the token itself.
    #[track_caller]
    pub fn make_token(&self, body: Value) -> String {
        let answer = self.post("/api/v1/tokens", body).expect_status(201).json();
        answer["token"].as_str().expect("the token is shown when it is made").to_owned()
    }
}

fn find(list: &Value, member: &str, value: &str) -> Option<Value> {
    list.as_array()?.iter().find(|element| element[member] == value).cloned()
}
