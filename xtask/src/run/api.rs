//! A small client of the Netskope v2 dialect: the tour shows what any other client would get.

use std::time::Duration;

use serde_json::Value;
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::failure::{Failure, Outcome};

const USER_AGENT: &str = concat!("Fleetmark-xtask-", env!("CARGO_PKG_VERSION"));
const TIMEOUT: Duration = Duration::from_secs(30);

/// A server and the token to call it with.
pub struct Api {
    agent: Agent,
    url: String,
    authorization: String,
}

/// What the server answered to a write.
pub struct Written {
    /// The JSON body; null when it is empty.
    pub body: Value,
    /// `Fleetmark-Version`: the version that holds the write.
    pub version: String,
}

impl Api {
    /// A client of the server at `url`.
    pub fn new(url: &str, token: &str) -> Self {
        let config = Agent::config_builder()
            .user_agent(USER_AGENT)
            .timeout_global(Some(TIMEOUT))
            // The server is on this machine, whatever the environment says of the way out.
            .proxy(None)
            .http_status_as_error(false);
        Self { agent: config.build().into(), url: url.to_owned(), authorization: format!("Bearer {token}") }
    }

    /// The server's address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// GET.
    ///
    /// # Errors
    /// When there is no answer, or one that is not a success with JSON.
    pub fn get(&self, path: &str) -> Outcome<Value> {
        let request = self.agent.get(format!("{}{path}", self.url));
        let answer = request.header("Authorization", &self.authorization).call();
        Ok(read("GET", path, answer)?.body)
    }

    /// POST of a JSON body.
    ///
    /// # Errors
    /// When there is no answer, or one that is not a success with JSON.
    pub fn post(&self, path: &str, body: &Value) -> Outcome<Written> {
        let request = self.agent.post(format!("{}{path}", self.url));
        let answer = request.header("Authorization", &self.authorization).send_json(body);
        read("POST", path, answer)
    }

    /// PATCH with a JSON body.
    ///
    /// # Errors
    /// When there is no answer, or one that is not a success with JSON.
    pub fn patch(&self, path: &str, body: &Value) -> Outcome<Written> {
        let request = self.agent.patch(format!("{}{path}", self.url));
        let answer = request.header("Authorization", &self.authorization).send_json(body);
        read("PATCH", path, answer)
    }
}

fn read(method: &str, path: &str, answer: Result<Response<Body>, ureq::Error>) -> Outcome<Written> {
    let failure = |why: String| Failure::new(format!("{method} {path}: {why}"));
    let mut answer = answer.map_err(|error| failure(error.to_string()))?;
    let status = answer.status();
    let version = answer.headers().get("fleetmark-version").and_then(|value| value.to_str().ok());
    let version = version.unwrap_or_default().to_owned();
    let text = answer.body_mut().read_to_string().map_err(|error| failure(error.to_string()))?;
    if !status.is_success() {
        return Err(failure(format!("{status}: {text}")));
    }
    if text.is_empty() {
        return Ok(Written { body: Value::Null, version });
    }
    let body = serde_json::from_str(&text).map_err(|error| failure(format!("not JSON: {error}")))?;
    Ok(Written { body, version })
}
