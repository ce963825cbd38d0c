//! A client of the server: one token, one line a request.

use std::time::Duration;

use serde_json::Value;
use ureq::http;

use super::Answer;
use super::wait::DEADLINE;

/// Sends requests with a fixed set of headers. Clones share their connections.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
    headers: Vec<(String, String)>,
}

impl Client {
    /// A client that says nothing about who it is. `base` is `http://ADDR`.
    pub fn anonymous(base: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .max_redirects(0)
            .timeout_global(Some(DEADLINE))
            .timeout_connect(Some(Duration::from_secs(10)))
            .build();
        Self { agent: config.into(), base: base.to_owned(), headers: Vec::new() }
    }

    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same server, addressed with `token` and nothing else.
    pub fn with_token(&self, token: &str) -> Self {
        self.without_token().with_header("Authorization", &format!("Bearer {token}"))
    }

    /// The same server, addressed without a token.
    pub fn without_token(&self) -> Self {
        Self { headers: Vec::new(), ..self.clone() }
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    #[track_caller]
    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None)
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(body))
    }

    #[track_caller]
    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, Some(body))
    }

    #[track_caller]
    pub fn patch(&self, path: &str, body: Value) -> Answer {
        self.send("PATCH", path, Some(body))
    }

    /// Any method, with a JSON body or none.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.try_send(method, path, body).unwrap_or_else(|why| panic!("{method} {path}: {why}"))
    }

    /// The same, for a server that may be gone: whether the request was carried out is then not known.
    pub fn try_send(&self, method: &str, path: &str, body: Option<Value>) -> Result<Answer, ureq::Error> {
        match body {
            Some(body) => self.exchange(method, path, Some("application/json"), Some(body.to_string())),
            None => self.exchange(method, path, None, None),
        }
    }

    /// A body that is what it is, good JSON or not, with the content type given.
    #[track_caller]
    pub fn send_text(&self, method: &str, path: &str, content_type: &str, body: &str) -> Answer {
        let answer = self.exchange(method, path, Some(content_type), Some(body.to_owned()));
        answer.unwrap_or_else(|why| panic!("{method} {path}: {why}"))
    }

    fn exchange(
        &self,
        method: &str,
        path: &str,
        content_type: Option<&str>,
        body: Option<String>,
    ) -> Result<Answer, ureq::Error> {
        let mut request = http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(content_type) = content_type {
            request = request.header("Content-Type", content_type);
        }
        let excerpt: String = body.iter().flat_map(|body| body.chars()).take(1000).collect();
        let response = match body {
            Some(body) => self.agent.run(request.body(body)?)?,
            None => self.agent.run(request.body(())?)?,
        };
        let (parts, mut body) = response.into_parts();
        Ok(Answer {
            request: format!("{method} {path} {excerpt}"),
            status: parts.status.as_u16(),
            headers: parts
                .headers
                .iter()
                .map(|(name, value)| {
                    (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect(),
            text: body.with_config().limit(64 << 20).read_to_string()?,
        })
    }
}
