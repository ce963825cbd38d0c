//! `/metrics`: figures for whoever watches the process, in the text format of OpenMetrics, which Prometheus reads. It
//! asks for no token.
//!
//! The labels are bounded: what stands in them is a dialect, a route's template, a method, a status, a limit. Nothing
//! speaks of one device or token, and of one site only where its log ends: one line a site at a time, so that whoever
//! keeps these figures keeps the proof that no log was written anew.

mod http;
mod page;
mod process;
mod route;
mod running;

use std::future::ready;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use node::Node;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

pub(crate) use self::http::Http;
use self::process::Process;
pub(crate) use self::route::Route;
use self::running::Running;
use crate::auth::Lanes;
use crate::body::Intake;
use crate::failure::Failure;
use crate::routing::Routes;
use crate::serve::Connections;
use crate::streams::Streams;

/// Where the figures are.
pub(crate) const PATH: &str = "/metrics";
const OPENMETRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// `GET /metrics` over everything that counts.
pub(crate) fn routes(
    node: Arc<Node>,
    http: Arc<Http>,
    intake: Arc<Intake>,
    connections: Connections,
    streams: Arc<Streams>,
    lanes: Arc<Lanes>,
) -> Routes {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Process::started(node.now())));
    registry.register_collector(Box::new(http));
    registry.register_collector(Box::new(Running { node, intake, connections, streams, lanes }));
    let registry = Arc::new(registry);
    Routes::default().get(PATH, move || ready(show(&registry)))
}

fn show(registry: &Registry) -> Response {
    let mut text = String::with_capacity(64 << 10);
    if encode(&mut text, registry).is_err() {
        return Failure::Internal.into_response();
    }
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(header::CONTENT_TYPE, OPENMETRICS);
    response
}
