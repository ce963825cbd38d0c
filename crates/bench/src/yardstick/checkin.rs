//! Yardstick C: the floor under one check-in. Parses it and makes it durable as it came.

use std::collections::HashMap;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use serde::Deserialize;

use super::log::Log;

const ANSWER: &str = r#"{"devices":[{"id":"00000000-0000-7000-8000-000000000000","status":"Managed","classification":"low risk","undetermined":[],"tags":[],"probes":{"files":[],"processes":[],"registry":[]}}],"version":1}"#;

/// The members of DESIGN §5 that the bench sends, borrowed from the request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "parsed for the cost of it; a floor does nothing with them")]
struct CheckIn<'a> {
    nsdeviceuid: &'a str,
    userkey: &'a str,
    username: &'a str,
    hostname: &'a str,
    os: &'a str,
    os_version: &'a str,
    edition: &'a str,
    client_version: &'a str,
    serial_number: &'a str,
    ip_address: &'a str,
    #[serde(borrow)]
    facts: Facts<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "parsed for the cost of it; a floor does nothing with them")]
struct Facts<'a> {
    domain: &'a str,
    #[serde(borrow)]
    antivirus: Vec<Antivirus<'a>>,
    disk_encryption: Vec<&'a str>,
    processes: HashMap<&'a str, bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "parsed for the cost of it; a floor does nothing with them")]
struct Antivirus<'a> {
    product: &'a str,
    up_to_date: bool,
}

#[derive(Deserialize)]
struct CheckIns<'a> {
    #[serde(borrow)]
    checkins: Vec<CheckIn<'a>>,
}

/// `POST /api/v1/checkins`.
pub fn router(log: Log) -> Router {
    Router::new().route("/api/v1/checkins", post(check_in)).with_state(log)
}

async fn check_in(State(log): State<Log>, body: Bytes) -> Response {
    match serde_json::from_slice::<CheckIns<'_>>(&body) {
        Ok(call) if call.checkins.len() == 1 => {}
        Ok(_) => return (StatusCode::BAD_REQUEST, "one check-in a call").into_response(),
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
    match log.append(body.to_vec()).await {
        Ok(()) => ([(header::CONTENT_TYPE, "application/json")], ANSWER).into_response(),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "the log cannot be written").into_response(),
    }
}
