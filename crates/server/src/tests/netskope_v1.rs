//! The statuses of REST API v1 that no client can provoke from outside (netskope-v1, Form).

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::response::Response;
use serde_json::{Value, json};

use super::harness::{BOOTSTRAP, Server, TAGS};
use crate::body::Intake;
use crate::edge::{Edge, Patience};
use crate::failure::Failure;
use crate::metrics::Http;
use crate::routing::{Routes, Table};

const CLIENTS: &str = "/api/v1/clients";
const ALERTS: &str = "/api/v1/alerts";

#[tokio::test]
async fn what_fails_inside_is_500_with_the_id_of_the_request_and_nothing_else() {
    async fn panicking() -> Response {
        panic!("a test wants this panic")
    }
    async fn failing() -> Result<Response, Failure> {
        Err(domain::Error::Internal.into())
    }
    let server = Server::start().await;
    let routes = Routes::default().get(CLIENTS, panicking).get(ALERTS, failing);
    let http = Arc::new(Http::of([CLIENTS, ALERTS].map(|path| ("netskope_v1", path.to_owned())).into_iter()));
    let (table, gate) = (Table::new(routes, &http), server.app.edge.gate());
    let edge = Edge::new(table, gate.clone(), http, Arc::new(Intake::new(1 << 20)));
    for path in [CLIENTS, ALERTS] {
        for address in [format!("{path}?token={BOOTSTRAP}"), format!("{path}&token={BOOTSTRAP}&op=query")] {
            let request = Request::get(address).header("X-Request-Id", "r-1").body(Body::empty()).unwrap();
            let response = edge.answer(request, &gate, &mut Patience::default()).await;
            assert_eq!(response.status(), 500, "{path}");
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let error = "the server failed; its log has the reason under the request id r-1";
            let envelope = json!({"status": "error", "errorCode": "General Error", "errors": [error]});
            assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), envelope, "{path}");
        }
    }
}

#[tokio::test]
async fn a_store_that_is_away_is_503_where_it_is_needed() {
    let server = Server::start().await;
    server.post(TAGS, json!({"name": "lab"})).await.says(201, "lab");
    let ask = |path: &str| {
        let separator = if path.contains('?') { '&' } else { '?' };
        let address = format!("{path}{separator}token={BOOTSTRAP}");
        server.call(Request::get(address).body(Body::empty()).unwrap())
    };
    ask("/api/v1/events?type=audit").await.says(200, "Create Device Tag");
    // With the node the store is closed.
    server.node.stop().await;
    let answer = ask("/api/v1/events?type=audit").await;
    let errors = answer.json()["errors"].clone();
    answer.is(503, json!({"status": "error", "errorCode": "Service Under Maintenance", "errors": errors}));
    assert_eq!(errors.as_array().map(Vec::len), Some(1), "{errors}");
    assert!(answer.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
    // What is in memory is answered all the same.
    for path in [CLIENTS, ALERTS, "/api/v1/events?type=infrastructure"] {
        ask(path).await.is(200, json!({"status": "success", "msg": "", "data": []}));
    }
    ask("/readyz").await.says(503, "unavailable");
}
