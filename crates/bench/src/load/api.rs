//! The API for what is not measured: filling, looking up, asking for figures.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;

use crate::failure::{Failure, Outcome};

const TIMEOUT: Duration = Duration::from_secs(300);
/// A page of 10,000 full rows has some 20 MiB.
const ANSWER_BYTES_MAX: u64 = 256 << 20;

/// A caller with a token.
pub struct Api {
    agent: Agent,
    base: String,
    authorization: String,
}

impl Api {
    /// A caller of the server at `address`.
    pub fn new(address: SocketAddr, token: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(TIMEOUT));
        let agent = config.user_agent("Fleetmark-bench-0.1").build().into();
        Self { agent, base: format!("http://{address}"), authorization: format!("Bearer {token}") }
    }

    /// The JSON answer of a POST; null when it is empty.
    ///
    /// # Errors
    /// When it is refused, or is no JSON.
    pub fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        let request = self.agent.post(self.url(path)).header("Authorization", &self.authorization);
        json("POST", path, request.send_json(body))
    }

    /// The JSON answer of a PATCH; null when it is empty.
    ///
    /// # Errors
    /// As [`Api::post`].
    pub fn patch(&self, path: &str, body: &Value) -> Outcome<Value> {
        let request = self.agent.patch(self.url(path)).header("Authorization", &self.authorization);
        json("PATCH", path, request.send_json(body))
    }

    /// The JSON answer of a GET.
    ///
    /// # Errors
    /// As [`Api::post`].
    pub fn get(&self, path: &str) -> Outcome<Value> {
        json("GET", path, self.get_raw(path))
    }

    /// The text answer of a GET.
    ///
    /// # Errors
    /// When it is refused.
    pub fn text(&self, path: &str) -> Outcome<String> {
        text("GET", path, self.get_raw(path))
    }

    fn get_raw(&self, path: &str) -> Result<Response<ureq::Body>, ureq::Error> {
        self.agent.get(self.url(path)).header("Authorization", &self.authorization).call()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

fn json(method: &str, path: &str, answer: Result<Response<ureq::Body>, ureq::Error>) -> Outcome<Value> {
    let text = text(method, path, answer)?;
    if text.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&text).map_err(|error| Failure::new(format!("{method} {path}: {text}"), error))
}

fn text(method: &str, path: &str, answer: Result<Response<ureq::Body>, ureq::Error>) -> Outcome<String> {
    let failure = |error| Failure::new(format!("{method} {path}"), error);
    let mut answer = answer.map_err(failure)?;
    let status = answer.status();
    let text = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string().map_err(failure)?;
    if status.is_success() {
        Ok(text)
    } else {
        Err(Failure::new(format!("{method} {path} answered {status}"), text))
    }
}
