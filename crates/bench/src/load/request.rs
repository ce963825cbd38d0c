//! Requests as bytes, built before the clock runs.

use serde_json::Value;

use crate::servers::TOKEN;

/// Requests that the connections send in turn.
pub type Requests = std::sync::Arc<[Box<[u8]>]>;

/// `GET /`, as the yardstick H is asked.
pub fn hello() -> Box<[u8]> {
    b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n".as_slice().into()
}

/// A GET with the token. What `path` holds is percent-encoded already.
pub fn get(path: &str) -> Box<[u8]> {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: bench\r\nUser-Agent: Fleetmark-bench-0.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    );
    request.into_bytes().into()
}

/// A POST of a JSON body with the token. The yardsticks get the very same bytes as Fleetmark.
pub fn post(path: &str, body: &Value) -> Box<[u8]> {
    with_body("POST", path, body)
}

/// A PATCH of a JSON body with the token.
pub fn patch(path: &str, body: &Value) -> Box<[u8]> {
    with_body("PATCH", path, body)
}

fn with_body(method: &str, path: &str, body: &Value) -> Box<[u8]> {
    let body = body.to_string();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: bench\r\nUser-Agent: Fleetmark-bench-0.1\r\n\
         Authorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
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
        let request = post("/x", &json!({"tags": []}));
        let text = std::str::from_utf8(&request).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        assert_eq!(body, r#"{"tags":[]}"#);
        assert!(head.ends_with("Content-Length: 11"), "{head}");
    }

    #[test]
    fn a_get_ends_with_its_head() {
        let request = get("/y?limit=1");
        let text = std::str::from_utf8(&request).expect("text");
        assert!(text.starts_with("GET /y?limit=1 HTTP/1.1\r\n") && text.ends_with("\r\n\r\n"), "{text}");
    }
}
