//! Requests as bytes, built before the clock runs.

use serde_json::Value;

/// Requests that the connections send in turn.
pub type Requests = std::sync::Arc<[Box<[u8]>]>;

/// `GET /`, as the yardstick H is asked.
pub fn hello() -> Box<[u8]> {
    b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n".as_slice().into()
}

/// A POST of a JSON body with a token. The yardsticks get the very same bytes as Fleetmark.
pub fn post(path: &str, token: &str, body: &Value) -> Box<[u8]> {
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\nUser-Agent: Fleetmark-bench-0.1\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    request.into_bytes().into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_post_says_how_long_its_body_is() {
        let request = post("/x", "secret-token", &json!({"tags": []}));
        let text = std::str::from_utf8(&request).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        assert_eq!(body, r#"{"tags":[]}"#);
        assert!(head.ends_with("Content-Length: 11"), "{head}");
    }
}
