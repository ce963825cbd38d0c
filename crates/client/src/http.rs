//! One call: attempts, waits, the reply's status and body.

use std::{error::Error as _, io, iter, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{
    Method, Response, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, Options, Retry, ServerUrl, Token, random_unit};

/// The most bytes of a reply that are read.
const MAX_REPLY_BYTES: usize = 64 << 20;

/// The most characters of a server's message that are shown.
const MAX_MESSAGE_CHARS: usize = 500;

/// A client of one server with one token. A clone shares its connections.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    http: reqwest::Client,
    server: ServerUrl,
    authorization: HeaderValue,
    retry: Retry,
}

/// Why one attempt failed, and whether another may succeed.
struct Failure {
    error: Error,
    passing: bool,
}

impl Client {
    /// A client; nothing is called yet.
    ///
    /// # Errors
    /// [`Error::CaFile`] or [`Error::Tls`] when certificates cannot be loaded.
    pub fn new(server: ServerUrl, token: &Token, options: &Options) -> Result<Self, Error> {
        let http = options.http(&server)?;
        let inner = Inner { http, server, authorization: token.authorization(), retry: options.retry };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The server that is called.
    pub fn server(&self) -> &ServerUrl {
        &self.inner.server
    }

    /// Posts a body whose repetition changes nothing, and repeats it after 429, 503 and every failed connection, also
    /// one that failed after the server may have taken the call.
    pub(crate) async fn post_repeatable<B, R>(&self, path: &str, body: &B) -> Result<R, Error>
    where
        B: Serialize + Sync,
        R: DeserializeOwned,
    {
        let body = json(body);
        let mut attempt = 1;
        loop {
            let failure = match self.attempt(Method::POST, path, Some(body.clone()), attempt).await {
                Ok(reply) => return self.parse(&reply),
                Err(failure) => failure,
            };
            let wait = self.inner.retry.wait(attempt, failure.error.retry_after(), random_unit());
            let (true, Some(wait)) = (failure.passing, wait) else {
                return Err(failure.error);
            };
            tracing::info!(attempt, wait_ms = wait.as_millis(), error = %failure.error, "call failed, repeating it");
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// Posts a body once: a repetition could do the thing twice.
    pub(crate) async fn post_once<B, R>(&self, path: &str, body: &B) -> Result<R, Error>
    where
        B: Serialize + Sync,
        R: DeserializeOwned,
    {
        self.once(Method::POST, path, Some(json(body))).await
    }

    /// Asks for what is at a path.
    pub(crate) async fn get<R: DeserializeOwned>(&self, path: &str) -> Result<R, Error> {
        self.once(Method::GET, path, None).await
    }

    /// Changes what is at a path.
    pub(crate) async fn patch<B, R>(&self, path: &str, body: &B) -> Result<R, Error>
    where
        B: Serialize + Sync,
        R: DeserializeOwned,
    {
        self.once(Method::PATCH, path, Some(json(body))).await
    }

    async fn once<R: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Bytes>,
    ) -> Result<R, Error> {
        let reply = self.attempt(method, path, body, 1).await.map_err(|failure| failure.error)?;
        self.parse(&reply)
    }

    fn parse<R: DeserializeOwned>(&self, reply: &[u8]) -> Result<R, Error> {
        serde_json::from_slice(reply).map_err(|error| self.bad_reply(error.to_string()))
    }

    /// An answer that is not what a Fleetmark server gives.
    pub(crate) fn bad_reply(&self, reason: String) -> Error {
        Error::BadReply { server: self.inner.server.clone(), reason }
    }

    /// No answer: trying again helps, unless it is TLS that fails.
    fn unreachable(&self, error: reqwest::Error, attempts: u32) -> Failure {
        let server = self.inner.server.clone();
        let tls = is_tls(&error);
        let reason = reason(error);
        let error = if tls {
            Error::Untrusted { server, reason }
        } else {
            Error::Unreachable { server, attempts, reason }
        };
        Failure { error, passing: !tls }
    }

    async fn attempt(
        &self,
        method: Method,
        path: &str,
        body: Option<Bytes>,
        attempts: u32,
    ) -> Result<Bytes, Failure> {
        let unreachable = |error| self.unreachable(error, attempts);
        let mut request = self
            .inner
            .http
            .request(method, self.inner.server.call(path))
            .header(AUTHORIZATION, self.inner.authorization.clone());
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let mut response = request.send().await.map_err(unreachable)?;
        let (status, retry_after) = (response.status(), retry_after(&response));
        let mut reply = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if reply.len() + chunk.len() > MAX_REPLY_BYTES {
                let error = self.bad_reply(format!("the reply is larger than {MAX_REPLY_BYTES} bytes"));
                return Err(Failure { error, passing: false });
            }
            reply.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return Ok(reply.freeze());
        }
        let message = message(status, &reply);
        let status = status.as_u16();
        Err(match status {
            429 | 503 => Failure { error: Error::Busy { status, message, retry_after }, passing: true },
            _ => Failure { error: Error::Refused { status, message }, passing: false },
        })
    }
}

fn json<B: Serialize>(body: &B) -> Bytes {
    Bytes::from(
        serde_json::to_vec(body).expect("a body of strings, numbers and maps with string keys is JSON"),
    )
}

/// `Retry-After` in whole seconds, the only form that these APIs use.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// What the server said, from the error body of any of its dialects, or the status in words.
fn message(status: StatusCode, body: &[u8]) -> String {
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let said = body["message"].as_str().map(str::to_owned).or_else(|| {
        let several = body["message"].as_array()?;
        Some(several.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(", "))
    });
    let said = said
        .or_else(|| body["error"]["message"].as_str().map(str::to_owned))
        .or_else(|| body["error"].as_str().map(str::to_owned))
        .unwrap_or_else(|| status.canonical_reason().unwrap_or("no message").to_owned());
    said.chars().filter(|c| !c.is_control()).take(MAX_MESSAGE_CHARS).collect()
}

/// Whether TLS is at the bottom of a transport error.
fn is_tls(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| {
        // An I/O error does not give what it wraps as its source.
        let mut wrapped: &(dyn std::error::Error + 'static) = cause;
        while let Some(inner) = wrapped.downcast_ref().and_then(io::Error::get_ref) {
            wrapped = inner;
        }
        wrapped.is::<rustls::Error>()
    })
}

/// What lies under a transport error, the deepest last.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    iter::successors(error.source(), |error| (**error).source())
}

/// What a transport error says, down to its cause, without the address.
pub(crate) fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    iter::once(error.to_string())
        .chain(causes(&error).map(ToString::to_string))
        .collect::<Vec<_>>()
        .join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_message_is_found_in_every_dialect() {
        let said = |body: &str| message(StatusCode::BAD_REQUEST, body.as_bytes());
        assert_eq!(said(r#"{"message":"no tag","error":"Bad Request"}"#), "no tag");
        assert_eq!(said(r#"{"statusCode":400,"message":["a","b"]}"#), "a, b");
        assert_eq!(said(r#"{"success":false,"error":{"message":"no device","errors":[]}}"#), "no device");
        assert_eq!(said(r#"{"error":"invalid_client"}"#), "invalid_client");
        assert_eq!(said("<html>"), "Bad Request");
        assert_eq!(said(r#"{"message":"red\u001b[31m"}"#), "red[31m");
    }
}
