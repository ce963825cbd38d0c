use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use serde_json::json;
use std::sync::Arc;
use store::testing::fake::Cut;

use super::harness::{CLASSIFICATIONS, Server, TAGS};
use crate::body::Intake;
use crate::edge::{Edge, Patience};
use crate::metrics::Http;
use crate::routing::{Routes, Table};

#[tokio::test]
async fn every_answer_names_its_request() {
    let server = Server::start().await;
    for path in ["/healthz", "/readyz", "/nothing", CLASSIFICATIONS] {
        assert_eq!(server.get(path).await.header("x-request-id").unwrap().len(), 36, "{path}");
    }
    let own = server.request("GET", CLASSIFICATIONS).header("X-Request-Id", "my.request_1");
    let answer = server.call(own.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("x-request-id"), Some("my.request_1"));
}

#[tokio::test]
async fn health_asks_for_no_token() {
    let server = Server::start().await;
    for path in ["/healthz", "/readyz"] {
        let answer = server.call(Request::get(path).body(Body::empty()).unwrap()).await;
        answer.is(200, json!({"status": "ok"}));
    }
}

#[tokio::test]
async fn head_is_answered_as_get_without_the_body() {
    let server = Server::start().await;
    for path in [CLASSIFICATIONS, "/nothing"] {
        let (whole, head) = (server.get(path).await, server.send("HEAD", path, None).await);
        assert_eq!((head.status, head.text.as_str()), (whole.status, ""), "{path}");
        assert_eq!(head.header("content-length"), Some(whole.text.len().to_string().as_str()), "{path}");
        assert_eq!(head.header("content-type"), whole.header("content-type"), "{path}");
    }
}

#[tokio::test]
async fn a_panic_is_500_in_the_words_of_its_path() {
    async fn broken() -> Response {
        panic!("a test wants this panic")
    }
    let server = Server::start().await;
    let paths = ["/api/v2/devices/x", "/api/v1/x"];
    let routes = paths.iter().fold(Routes::default(), |routes, path| routes.get(path, broken));
    let http = Arc::new(Http::of(paths.into_iter().map(|path| ("fleetmark", path.to_owned()))));
    let (table, gate) = (Table::new(routes, &http), server.app.edge.gate());
    let edge = Edge::new(table, gate.clone(), http, Arc::new(Intake::new(1 << 20)));
    for path in paths {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = edge.answer(request, &gate, &mut Patience::default()).await;
        assert_eq!(response.status(), 500);
        assert!(response.headers().contains_key("x-request-id"));
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        assert!(String::from_utf8_lossy(&body).contains("X-Request-Id"));
    }
}

#[tokio::test]
async fn a_store_that_does_not_take_a_write_is_503_and_says_when_to_come_again() {
    let server = Server::start().await;
    server.disk.cut_next(Cut::BeforeAppend);
    let answer = server.post(TAGS, json!({"name": "x"})).await;
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert_eq!(answer.json()["success"], false);
    assert!(answer.header("retry-after").unwrap().parse::<u32>().is_ok());
    assert_eq!(server.post(TAGS, json!({"name": "x"})).await.status, 201);
}

#[tokio::test]
async fn a_stopped_node_is_not_ready_for_writes_but_alive() {
    let server = Server::start().await;
    server.node.stop().await;
    let answer = server.post(TAGS, json!({"name": "x"})).await;
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert_eq!(server.get("/healthz").await.status, 200);
    assert_eq!(server.get(CLASSIFICATIONS).await.status, 200);
}
