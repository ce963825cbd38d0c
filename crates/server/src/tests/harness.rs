//! A server without a network.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use domain::{Timestamp, TokenHash};
use node::{Clock, DEFAULT_SITE, Node};
use serde_json::{Value, json};
use store::testing::fake::FakeDisk;
use uuid::Uuid;

use crate::app::limited;
use crate::body::BODIES_MAX_BYTES;
use crate::edge::Patience;
use crate::serve::CONNECTIONS_MAX;
use crate::{App, Options};

pub(super) const BOOTSTRAP: &str = "bootstrap-of-the-tests";
const START_SECONDS: i64 = 1_800_000_000;

/// A clock that stands until it is moved.
#[derive(Debug)]
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::Relaxed))
    }
}

pub(super) struct Server {
    pub(super) app: App,
    pub(super) node: Arc<Node>,
    pub(super) disk: FakeDisk,
    clock: Arc<TestClock>,
    token: String,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// Exactly this status and body.
    #[track_caller]
    pub(super) fn is(&self, status: u16, body: Value) {
        assert_eq!((self.status.as_u16(), self.json()), (status, body));
    }

    /// This status, and `text` somewhere in the body.
    #[track_caller]
    pub(super) fn says(&self, status: u16, text: &str) {
        assert!(self.status.as_u16() == status && self.text.contains(text), "{} {}", self.status, self.text);
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Server {
    pub(super) async fn start() -> Self {
        Self::start_limited(BODIES_MAX_BYTES, CONNECTIONS_MAX).await
    }

    /// With other limits in total.
    pub(super) async fn start_limited(bodies_max_bytes: usize, connections_max: usize) -> Self {
        let disk = FakeDisk::new(Uuid::nil());
        let clock = Arc::new(TestClock(AtomicI64::new(START_SECONDS)));
        let (store, moved) = (Arc::new(disk.open().unwrap()), Arc::clone(&clock));
        let node = Arc::new(Node::start(store, moved).await.unwrap());
        let site = node.instance().site_named(DEFAULT_SITE).unwrap().id;
        let options = Options { bootstrap: Some((TokenHash::of(BOOTSTRAP), site)) };
        let app = limited(Arc::clone(&node), options, bodies_max_bytes, connections_max);
        Self { app, node, disk, clock, token: BOOTSTRAP.to_owned() }
    }

    /// The same server for the holder of a new token of a user.
    pub(super) async fn user(&self, areas: Value) -> Self {
        let body = json!({"name": "partner", "role": "user", "areas": areas});
        let made = self.post("/api/v1/tokens", body).await;
        self.with_token(made.json()["token"].as_str().unwrap())
    }

    pub(super) fn with_token(&self, token: &str) -> Self {
        let (app, node, disk) = (self.app.clone(), Arc::clone(&self.node), self.disk.clone());
        Self { app, node, disk, clock: Arc::clone(&self.clock), token: token.to_owned() }
    }

    pub(super) fn move_clock(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    pub(super) async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        match body {
            Some(body) => self.send_text(method, path, &body.to_string()).await,
            None => self.call(self.request(method, path).body(Body::empty()).unwrap()).await,
        }
    }

    /// A body that is what it is, declared as JSON.
    pub(super) async fn send_text(&self, method: &str, path: &str, body: &str) -> Answer {
        let request = self.request(method, path).header(header::CONTENT_TYPE, "application/json");
        self.call(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// A form, without a token.
    pub(super) async fn send_form(&self, path: &str, form: &str) -> Answer {
        let request = Request::builder().method("POST").uri(path);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.call(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    pub(super) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let authorization = format!("Bearer {}", self.token);
        Request::builder().method(method).uri(path).header(header::AUTHORIZATION, authorization)
    }

    pub(super) async fn call(&self, request: Request<Body>) -> Answer {
        let edge = &self.app.edge;
        let response = edge.answer(request, &edge.gate(), &mut Patience::default()).await;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }
}

pub(super) const TAGS: &str = "/api/v2/devices/device/tags";
pub(super) const RULES: &str = "/api/v2/deviceclassification/rules";
pub(super) const CLASSIFICATIONS: &str = "/api/v2/deviceclassification/tags";
pub(super) const STATUS: &str = "/api/v2/events/datasearch/clientstatus";
pub(super) const AUDIT: &str = "/api/v2/events/data/audit";
pub(super) const CHECKINS: &str = "/api/v1/checkins";
pub(super) const TOKENS: &str = "/api/v1/tokens";
