//! Yardstick B: the floor under `bulkreplace`. Parses the call and makes it durable; keeps nothing, looks
//! nothing up, evaluates nothing.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use serde::Deserialize;

use super::log::Log;

const ANSWER: &str = r#"{"success":true,"data":{"affected_device_tags":100,"affected_device_classification_tags":0,"message":"Tags replaced successfully"}}"#;

/// The body of a bulk call (contract netskope-v2 §8), borrowed from the request.
#[derive(Deserialize)]
struct Bulk<'a> {
    tags: Vec<u32>,
    #[serde(borrow)]
    devices: Vec<Device<'a>>,
}

#[derive(Deserialize)]
struct Device<'a> {
    nsdeviceuid: &'a str,
    userkey: &'a str,
    hostname: &'a str,
}

/// `POST /api/v2/devices/device/tags/bulkreplace`.
pub fn router(log: Log) -> Router {
    Router::new().route("/api/v2/devices/device/tags/bulkreplace", post(replace)).with_state(log)
}

async fn replace(State(log): State<Log>, body: Bytes) -> Response {
    let record = match serde_json::from_slice::<Bulk<'_>>(&body) {
        Ok(bulk) => record(&bulk),
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    match log.append(record).await {
        Ok(()) => ([(header::CONTENT_TYPE, "application/json")], ANSWER).into_response(),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "the log cannot be written").into_response(),
    }
}

/// The least that must survive: which tags, on which devices. The host name is only informative.
fn record(bulk: &Bulk<'_>) -> Vec<u8> {
    let mut record = Vec::with_capacity(bulk.devices.len() * 64);
    for tag in &bulk.tags {
        record.extend_from_slice(&tag.to_le_bytes());
    }
    for device in &bulk.devices {
        debug_assert!(!device.hostname.is_empty(), "the bench names every host");
        record.extend_from_slice(device.nsdeviceuid.as_bytes());
        record.extend_from_slice(device.userkey.as_bytes());
    }
    record
}
