//! Every operation of the server, in one table: who may call it, and in which dialect it fails.
//!
//! A new operation is one line here; `endpoint_walk` and `http_forms` then hold it to the rules that all share.

use serde_json::{Value, json};

use crate::harness::{
    classification_error, devices_error, events_error, message, on_tag, our_error, search_error, v1_error,
};

/// One operation with a body of the right form.
pub struct Operation {
    pub method: &'static str,
    pub path: String,
    pub body: Option<Value>,
    pub right: Right,
    pub dialect: Dialect,
}

/// What a token must have (netskope-v2.md §2, decided.md "Common").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Right {
    View(&'static str),
    Manage(&'static str),
    Administrator,
    GlobalAdministrator,
}

/// Whose error bodies it speaks (netskope-v2.md §3, netskope-v1.md "Form").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    Classification,
    Devices,
    Search,
    Events,
    V1,
    Ours,
}

impl Dialect {
    /// The body of an error of form: bad JSON, wrong method, wrong content type.
    pub fn error(self, status: u16) -> Value {
        match self {
            Self::Classification => classification_error(status, &[]),
            Self::Devices => devices_error(&[]),
            Self::Search => search_error(status, &[]),
            Self::Events => events_error(&[]),
            Self::V1 => v1_error(status, &[]),
            Self::Ours => our_error(&[]),
        }
    }

    /// The status under which a token that does not count is refused.
    pub fn unauthenticated(self) -> u16 {
        if self == Self::V1 { 403 } else { 401 }
    }

    /// The body of a 401 or 403: the same on every v2 path.
    pub fn refusal(self) -> Value {
        match self {
            Self::Classification | Self::Devices | Self::Search | Self::Events => message(&[]),
            Self::V1 => v1_error(403, &[]),
            Self::Ours => our_error(&[]),
        }
    }
}

/// The functional areas that a token may have.
pub const AREAS: [&str; 4] = ["device_classification", "devices", "client_status", "cci"];

/// What the paths of operations name.
#[derive(Clone, Debug)]
pub struct Ids {
    pub classification: u64,
    pub rule: u64,
    pub tag: u64,
    pub token: u64,
    pub site: u64,
    pub registration: u64,
    pub device: String,
    pub tag_uuid: String,
    pub segment: String,
}

impl Ids {
    /// Ones that nothing has.
    pub fn of_nothing() -> Self {
        let (id, uuid) = (999_999, "0198502c-8a3b-8000-8000-000000000001".to_owned());
        let (tag_uuid, segment, device) = (uuid.clone(), uuid.clone(), uuid);
        Self {
            classification: id,
            rule: id,
            tag: id,
            token: id,
            site: id,
            registration: id,
            device,
            tag_uuid,
            segment,
        }
    }
}

/// All operations, with ids that nothing has, so that a call changes little.
pub fn operations() -> Vec<Operation> {
    operations_on(&Ids::of_nothing())
}

/// All operations on what these ids name.
pub fn operations_on(ids: &Ids) -> Vec<Operation> {
    use Dialect::{Classification, Devices, Events, Ours, Search, V1};
    use Right::{Administrator, GlobalAdministrator, Manage, View};

    let classifications = "/api/v2/deviceclassification/tags";
    let classification = &format!("{classifications}/{}", ids.classification);
    let options = "/api/v2/deviceclassification/options?type=os";
    let rules = "/api/v2/deviceclassification/rules";
    let rule = &format!("{rules}/{}", ids.rule);
    let tag = &format!("/api/v2/devices/device/tags/{}", ids.tag);
    let token = &format!("/api/v1/tokens/{}", ids.token);
    let site = &format!("/api/v1/sites/{}", ids.site);
    let registration = &format!("/api/v1/app-registrations/{}", ids.registration);
    let registration_body = json!({"name": "walked", "role": "user", "areas": {}, "expiresIn": "12h"});
    let (see_classes, set_classes) = (View("device_classification"), Manage("device_classification"));
    let (see_devices, set_devices) = (View("devices"), Manage("devices"));
    let class_body = json!({"name": "walked", "description": "by the walk"});
    let rule_body =
        json!({"name": "walked", "label": "walked", "os": "linux", "conditions": on_tag(999_999)});
    let draft = json!({"name": "walked", "label": "walked", "os": "linux", "conditions": on_tag(999_999)});
    let bulk_body = json!({"tags": [], "devices": [{"nsdeviceuid": "5CA1AB1E-0000-4000-8000-FFFFFFFFFFFF"}]});
    let check_in = json!({"checkins": [{"nsdeviceuid": "5CA1AB1E-0000-4000-8000-EEEEEEEEEEEE", "userkey": "u",
        "hostname": "h", "os": "linux"}]});
    let device = &format!("/api/v1/devices/{}", ids.device);
    let explain = &format!("{device}/explain");
    let history = &format!("{device}/history");
    let carried = &format!("{device}/tags");
    let detached = &format!("{carried}/{}", ids.tag_uuid);
    let catalogue_tag = &format!("/api/v1/tags/{}", ids.tag_uuid);
    let tag_body = json!({"name": "walked", "color": "green"});
    let merge = &format!("{catalogue_tag}/merge");
    let merge_body = json!({"into": ids.tag_uuid});
    let retag_body = json!({"add": [{"tagName": "walked"}],
        "devices": [{"nsdeviceuid": "5CA1AB1E-0000-4000-8000-FFFFFFFFFFFF"}]});
    let segment = &format!("/api/v1/segments/{}", ids.segment);
    let segment_body = json!({"name": "walked", "type": "address-list", "ranges": ["192.0.2.0/24"]});
    let backfill = &format!("{segment}/backfill");
    let site_body = json!({"settings": {"retention": "90d"}});
    let token_body = json!({"name": "walked", "role": "user", "areas": {}, "expiresIn": "12h"});

    let row = |method, path: &str, body, right, dialect| Operation {
        method,
        path: path.to_owned(),
        body,
        right,
        dialect,
    };
    vec![
        row("GET", classifications, None, see_classes, Classification),
        row("POST", classifications, Some(json!([class_body])), set_classes, Classification),
        row("GET", classification, None, see_classes, Classification),
        row("PUT", classification, Some(class_body.clone()), set_classes, Classification),
        row("PATCH", classification, Some(class_body), set_classes, Classification),
        row("DELETE", classification, None, set_classes, Classification),
        row("GET", options, None, see_classes, Classification),
        row("GET", rules, None, see_classes, Classification),
        row("POST", rules, Some(json!([rule_body])), set_classes, Classification),
        row("GET", rule, None, see_classes, Classification),
        row("PUT", rule, Some(rule_body.clone()), set_classes, Classification),
        row("PATCH", rule, Some(rule_body), set_classes, Classification),
        row("DELETE", rule, None, set_classes, Classification),
        row("POST", "/api/v2/devices/device/tags", Some(json!({"name": "walked"})), set_devices, Devices),
        row("POST", "/api/v2/devices/device/tags/gettags", Some(json!({"limit": 1})), see_devices, Devices),
        row("PATCH", tag, Some(json!({"name": "x"})), set_devices, Devices),
        row("DELETE", tag, None, set_devices, Devices),
        row("POST", "/api/v2/devices/device/tags/bulkadd", Some(bulk_body.clone()), set_devices, Devices),
        row("POST", "/api/v2/devices/device/tags/bulkremove", Some(bulk_body.clone()), set_devices, Devices),
        row("POST", "/api/v2/devices/device/tags/bulkreplace", Some(bulk_body), set_devices, Devices),
        row("GET", "/api/v2/events/datasearch/clientstatus", None, View("client_status"), Search),
        row("GET", "/api/v2/events/data/audit", None, View("client_status"), Events),
        row("GET", "/api/v1/clients", None, View("client_status"), V1),
        row("POST", "/api/v1/clients", None, View("client_status"), V1),
        row("GET", "/api/v1/alerts", None, View("client_status"), V1),
        row("POST", "/api/v1/alerts", None, View("client_status"), V1),
        row("GET", "/api/v1/events?type=audit", None, View("client_status"), V1),
        row("POST", "/api/v1/events?type=infrastructure", None, View("client_status"), V1),
        row("GET", "/api/v1/app-registrations", None, Administrator, Ours),
        row("POST", "/api/v1/app-registrations", Some(registration_body), Administrator, Ours),
        row("GET", registration, None, Administrator, Ours),
        row("PATCH", registration, Some(json!({"expiresAt": "2099-01-01T00:00:00Z"})), Administrator, Ours),
        row("DELETE", registration, None, Administrator, Ours),
        row("POST", "/api/v1/checkins", Some(check_in), set_devices, Ours),
        row("GET", "/api/v1/devices", None, see_devices, Ours),
        row("POST", "/api/v1/devices", Some(json!({"name": "walked"})), set_devices, Ours),
        row("GET", device, None, see_devices, Ours),
        row("GET", explain, None, see_devices, Ours),
        row("GET", history, None, see_devices, Ours),
        row("DELETE", device, None, set_devices, Ours),
        row("GET", "/api/v1/tags", None, see_devices, Ours),
        row("POST", "/api/v1/tags", Some(tag_body.clone()), Administrator, Ours),
        row("GET", catalogue_tag, None, see_devices, Ours),
        row("PATCH", catalogue_tag, Some(tag_body), Administrator, Ours),
        row("DELETE", catalogue_tag, None, Administrator, Ours),
        row("POST", merge, Some(merge_body), Administrator, Ours),
        row("POST", "/api/v1/devices/tags/bulk", Some(retag_body), set_devices, Ours),
        row("POST", carried, Some(json!({"tagName": "walked"})), set_devices, Ours),
        row("DELETE", detached, None, set_devices, Ours),
        row("GET", "/api/v1/segments", None, Administrator, Ours),
        row("POST", "/api/v1/segments", Some(segment_body), Administrator, Ours),
        row("GET", segment, None, Administrator, Ours),
        row("PATCH", segment, Some(json!({"name": "walked on"})), Administrator, Ours),
        row("DELETE", segment, None, Administrator, Ours),
        row("POST", backfill, None, Administrator, Ours),
        row("GET", "/api/v1/changes", None, Administrator, Ours),
        row("GET", "/api/v1/changes/stream?follow=false", None, Administrator, Ours),
        row("GET", "/api/v1/maintenance", None, GlobalAdministrator, Ours),
        row("PATCH", "/api/v1/maintenance", Some(json!({"message": null})), GlobalAdministrator, Ours),
        row("GET", "/api/v1/notices", None, Administrator, Ours),
        row("GET", "/api/v1/rules/lint", None, see_classes, Ours),
        row("POST", "/api/v1/rules/preview", Some(draft), see_classes, Ours),
        row("GET", "/api/v1/sites", None, Administrator, Ours),
        row("POST", "/api/v1/sites", Some(json!({"name": "walked"})), GlobalAdministrator, Ours),
        row("GET", site, None, Administrator, Ours),
        row("PATCH", site, Some(site_body), Administrator, Ours),
        row("GET", "/api/v1/tokens", None, Administrator, Ours),
        row("POST", "/api/v1/tokens", Some(token_body), Administrator, Ours),
        row("PATCH", token, Some(json!({"expiresAt": "2099-01-01T00:00:00Z"})), Administrator, Ours),
        row("DELETE", token, None, Administrator, Ours),
        row("GET", token, None, Administrator, Ours),
        row("GET", "/api/v2/devices/supportedos", None, see_devices, Devices),
    ]
}
