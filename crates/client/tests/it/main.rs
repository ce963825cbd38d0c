//! The client against a server of this process.

#![allow(clippy::unwrap_used, reason = "a test that meets an error has failed")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use client::{Client, Error, Options, Retry, Token};
use serde_json::json;
use tokio::net::TcpListener;
use wire::{
    check_in::{CheckIn, CheckIns, CheckInsReply, Judged, JudgedDevice, Refusal, Refused},
    management::NewToken,
};

/// What the server answers before it judges, and what it saw.
#[derive(Clone, Default)]
struct Server {
    first: Arc<Mutex<Vec<Response>>>,
    calls: Arc<Mutex<Vec<(usize, HeaderMap)>>>,
}

impl Server {
    fn answering(mut first: Vec<Response>) -> Self {
        first.reverse();
        Self { first: Arc::new(Mutex::new(first)), ..Self::default() }
    }

    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/api/v1/checkins", post(check_in))
            .route("/api/v1/tokens", post(create_token))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    fn calls(&self) -> Vec<usize> {
        self.calls.lock().unwrap().iter().map(|(devices, _)| *devices).collect()
    }
}

/// Makes token 7.
async fn create_token(State(server): State<Server>, Json(_): Json<NewToken>) -> Response {
    if let Some(response) = server.first.lock().unwrap().pop() {
        return response;
    }
    let token = json!({"id":7,"token":"fm_made","name":"n","owner":"o","role":"user","areas":{},"expiresAt":null,
        "globalAdministrator": false, "createdBy":"o","createdAt":"2025-07-28T08:48:14.000Z"});
    (StatusCode::CREATED, Json(token)).into_response()
}

/// Refuses a uid `bad`, takes every other.
async fn check_in(State(server): State<Server>, headers: HeaderMap, Json(body): Json<CheckIns>) -> Response {
    server.calls.lock().unwrap().push((body.checkins.len(), headers));
    if let Some(response) = server.first.lock().unwrap().pop() {
        return response;
    }
    let judge = |(index, checkin): (usize, CheckIn)| match checkin.nsdeviceuid.as_str() {
        "bad" => Judged::Refused(Refused {
            index,
            error: Refusal { code: "invalid".into(), message: "no".into(), field: None },
        }),
        uid => Judged::Device(JudgedDevice { id: uid.to_owned(), ..JudgedDevice::default() }),
    };
    let devices = body.checkins.into_iter().enumerate().map(judge).collect();
    Json(CheckInsReply { devices, version: server.calls().len() as u64 }).into_response()
}

fn client(server: &str, attempts: u32) -> Client {
    let retry = Retry { attempts, base: Duration::from_millis(1), ..Retry::default() };
    let token: Token = "fm_secret".parse().unwrap();
    Client::new(server.parse().unwrap(), &token, &Options { retry, ..Options::new("agent") }).unwrap()
}

fn devices(count: usize) -> Vec<CheckIn> {
    (0..count).map(|n| CheckIn { nsdeviceuid: n.to_string(), ..CheckIn::default() }).collect()
}

fn busy(status: StatusCode, retry_after: &str) -> Response {
    (status, [("retry-after", retry_after)], Json(json!({"message":"not now"}))).into_response()
}

#[tokio::test]
async fn a_check_in_brings_the_token_and_the_user_agent() {
    let server = Server::default();
    let reply = client(&server.start().await, 1).check_in(&devices(1)).await.unwrap();
    assert_eq!(reply.version, 1);
    let (_, headers) = server.calls.lock().unwrap().remove(0);
    assert_eq!(headers["authorization"], "Bearer fm_secret");
    assert_eq!(headers["user-agent"], concat!("Fleetmark-agent-", env!("CARGO_PKG_VERSION")));
    assert_eq!(headers["content-type"], "application/json");
}

#[tokio::test]
async fn more_than_a_thousand_devices_go_in_several_calls_and_come_back_in_order() {
    let server = Server::default();
    let mut devices = devices(2100);
    devices[2050].nsdeviceuid = "bad".into();
    let reply = client(&server.start().await, 1).check_in(&devices).await.unwrap();
    assert_eq!(server.calls(), [1000, 1000, 100]);
    assert_eq!(reply.version, 3);
    assert!(matches!(&reply.devices[1999], Judged::Device(device) if device.id == "1999"));
    assert!(matches!(&reply.devices[2050], Judged::Refused(refused) if refused.index == 2050));
}

#[tokio::test]
async fn no_devices_make_no_call() {
    let server = Server::default();
    let reply = client(&server.start().await, 1).check_in(&[]).await.unwrap();
    assert_eq!((reply, server.calls()), (CheckInsReply::default(), vec![]));
}

#[tokio::test]
async fn a_busy_server_is_asked_again() {
    let busy = vec![busy(StatusCode::TOO_MANY_REQUESTS, "0"), busy(StatusCode::SERVICE_UNAVAILABLE, "0")];
    let server = Server::answering(busy);
    client(&server.start().await, 3).check_in(&devices(1)).await.unwrap();
    assert_eq!(server.calls().len(), 3);
}

#[tokio::test]
async fn a_token_is_asked_for_once_only() {
    let server = Server::answering(vec![busy(StatusCode::SERVICE_UNAVAILABLE, "0")]);
    let client = client(&server.start().await, 3);
    let error = client.create_token(&NewToken::default()).await.unwrap_err();
    assert!(matches!(error, Error::Busy { status: 503, .. }), "{error}");
    let made = client.create_token(&NewToken::default()).await.unwrap();
    assert_eq!((made.token.as_str(), made.shown.id), ("fm_made", 7));
}

#[tokio::test]
async fn the_attempts_are_bounded() {
    let server = Server::answering((0..9).map(|_| busy(StatusCode::SERVICE_UNAVAILABLE, "0")).collect());
    let error = client(&server.start().await, 3).check_in(&devices(1)).await.unwrap_err();
    assert!(matches!(&error, Error::Busy { status: 503, message, .. } if message == "not now"), "{error}");
    assert_eq!(server.calls().len(), 3);
}

#[tokio::test]
async fn a_long_retry_after_ends_the_call_at_once_and_is_told() {
    let server = Server::answering(vec![busy(StatusCode::SERVICE_UNAVAILABLE, "3600")]);
    let error = client(&server.start().await, 3).check_in(&devices(1)).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn a_refusal_is_not_repeated_and_carries_the_servers_message() {
    let refusal =
        (StatusCode::FORBIDDEN, Json(json!({"error":"forbidden","message":"no area"}))).into_response();
    let server = Server::answering(vec![refusal]);
    let error = client(&server.start().await, 3).check_in(&devices(1)).await.unwrap_err();
    assert!(matches!(&error, Error::Refused { status: 403, message } if message == "no area"), "{error}");
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn an_answer_of_something_else_is_told_from_a_refusal() {
    let server = Server::answering(vec![Json(json!({"devices":[],"version":1})).into_response()]);
    let error = client(&server.start().await, 3).check_in(&devices(2)).await.unwrap_err();
    assert!(error.to_string().contains("0 entries for 2 check-ins"), "{error}");

    let server = Server::answering(vec!["<html>welcome</html>".into_response()]);
    let error = client(&server.start().await, 3).check_in(&devices(2)).await.unwrap_err();
    assert!(matches!(error, Error::BadReply { .. }), "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_token() {
    let redirect = (StatusCode::FOUND, [("location", "http://127.0.0.1:1/")], "").into_response();
    let server = Server::answering(vec![redirect]);
    let error = client(&server.start().await, 3).check_in(&devices(1)).await.unwrap_err();
    assert!(matches!(error, Error::Refused { status: 302, .. }), "{error}");
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again_and_the_error_names_it_without_the_token() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client(&address, 3).check_in(&devices(1)).await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(matches!(error, Error::Unreachable { attempts: 3, .. }), "{error}");
    assert!(text.contains(&address) && !text.contains("fm_secret"), "{text}");
}

#[test]
fn a_certificate_file_without_a_certificate_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let options = Options { ca_cert: Some(path.clone()), ..Options::new("agent") };
    let new = || Client::new("https://x".parse().unwrap(), &"fm_secret".parse().unwrap(), &options);
    assert!(matches!(new(), Err(Error::CaFile { .. })));
    std::fs::write(&path, "no certificate\n").unwrap();
    assert!(matches!(new(), Err(Error::CaFile { .. })));
}

#[tokio::test]
async fn a_server_without_tls_is_not_tried_again_over_https() {
    let server = Server::default();
    let address = server.start().await.replace("http:", "https:");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, include_str!("authority.pem")).unwrap();
    let options = Options { ca_cert: Some(path), ..Options::new("agent") };
    let client = Client::new(address.parse().unwrap(), &"fm_secret".parse().unwrap(), &options).unwrap();
    let error = client.check_in(&devices(1)).await.unwrap_err();
    assert!(matches!(error, Error::Untrusted { .. }), "{error}");
}
