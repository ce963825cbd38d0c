//! Yardstick G: the plainest server that answers a job's requests: whose token it is, what is asked for, what is known of
//! that, and JSON made of it. It keeps what Fleetmark answered, and nothing in it ever changes.

use std::collections::HashMap;

use axum::http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bare;
use crate::failure::{Failure, Outcome};
use crate::load::{Blocking, Requests};
use crate::servers::Server;

/// What a request asks for.
#[derive(Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Asked {
    Path(String),
    Body(Body),
}

/// A body of `gettags`.
#[derive(Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(default)]
    devices: Vec<Device>,
    offset: Option<u64>,
    limit: Option<u64>,
}

#[derive(Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Device {
    nsdeviceuid: String,
    userkey: String,
    hostname: String,
}

/// Who may ask, and what is known.
#[derive(Debug)]
pub struct Known {
    tokens: bare::Tokens,
    answers: HashMap<Asked, Value>,
}

impl Known {
    /// What stands in a file that [`written`] gave.
    ///
    /// # Errors
    /// When it is not JSON.
    pub fn read(file: &[u8]) -> serde_json::Result<Self> {
        let answers: Vec<_> = serde_json::from_slice(file)?;
        Ok(Self { tokens: bare::Tokens::of_bench(), answers: answers.into_iter().collect() })
    }
}

impl bare::Service for Known {
    async fn answer(&self, request: Request<Incoming>) -> bare::Answer {
        if !self.tokens.know(&request) {
            return bare::refused(StatusCode::UNAUTHORIZED);
        }
        let asked = if request.method() == Method::POST {
            let Ok(body) = request.into_body().collect().await else {
                return bare::refused(StatusCode::BAD_REQUEST);
            };
            match serde_json::from_slice(&body.to_bytes()) {
                Ok(body) => Asked::Body(body),
                Err(_) => return bare::refused(StatusCode::BAD_REQUEST),
            }
        } else {
            Asked::Path(request.uri().to_string())
        };
        let Some(answer) = self.answers.get(&asked) else {
            return bare::refused(StatusCode::NOT_FOUND);
        };
        match serde_json::to_vec(answer) {
            Ok(body) => bare::answer(body.into()),
            Err(_) => bare::refused(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

/// What `server` answers to all requests, as a file.
///
/// # Errors
/// When it refuses one.
pub fn written(server: Server, requests: &Requests) -> Outcome<Vec<u8>> {
    let mut connection = Blocking::open(server.address)?;
    let mut answers = Vec::new();
    for request in requests.iter() {
        let answer: Value = json(connection.call(request)?)?;
        answers.push((asked(request)?, answer));
    }
    serde_json::to_vec(&answers).map_err(|error| Failure::new("cannot write answers", error))
}

fn asked(request: &[u8]) -> Outcome<Asked> {
    let text = String::from_utf8_lossy(request);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    if body.is_empty() {
        return Ok(Asked::Path(head.split(' ').nth(1).unwrap_or_default().to_owned()));
    }
    json(body.as_bytes()).map(Asked::Body)
}

fn json<'j, T: Deserialize<'j>>(text: &'j [u8]) -> Outcome<T> {
    serde_json::from_slice(text).map_err(|error| Failure::new("not the JSON that was expected", error))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::json;

    use super::*;
    use crate::load::request;

    #[test]
    fn what_requests_ask_for_is_told_apart() {
        let device = |uid: &str| json!({"devices": [{"nsdeviceuid": uid, "userkey": "u", "hostname": "h"}]});
        let requests = [
            request::get("/api/v1/devices/1"),
            request::get("/api/v1/devices/2"),
            request::post("/x", &device("a")),
            request::post("/x", &device("b")),
            request::post("/x", &json!({"offset": 50, "limit": 50})),
        ];
        let asked: HashSet<_> = requests.iter().map(|request| asked(request).expect("a request")).collect();
        assert_eq!(asked.len(), requests.len());
        let answers: Vec<_> = asked.into_iter().map(|asked| (asked, json!({"a": 1}))).collect();
        let known = Known::read(&serde_json::to_vec(&answers).expect("JSON")).expect("what was written");
        assert_eq!(known.answers.len(), requests.len());
    }
}
