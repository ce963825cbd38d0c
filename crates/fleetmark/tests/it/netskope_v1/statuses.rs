//! The seed's table of statuses, row by row: each provoked, and its whole answer compared (netskope-v1.md "Form").
//! What no client can provoke from outside (500, a store that is away) is in the server's own tests.

use serde_json::{Value, json};

use crate::harness::{Answer, BOOTSTRAP_TOKEN, Client, Server};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// How a request is sent: its method, its address with `<token>` where the token of the bootstrap stands, and its
/// content type and body, if it has one.
type Request = (&'static str, &'static str, Option<(&'static str, &'static str)>);

#[track_caller]
fn send(client: &Client, (method, path, body): Request) -> Answer {
    let filled = |text: &str| text.replace("<token>", BOOTSTRAP_TOKEN);
    match body {
        Some((content_type, body)) => client.send_text(method, &filled(path), content_type, &filled(body)),
        None => client.send(method, &filled(path), None),
    }
}

/// Exactly this status and envelope.
#[track_caller]
fn is(answer: &Answer, status: u16, code: &str, errors: &[&str]) {
    let envelope = json!({"status": "error", "errorCode": code, "errors": errors});
    assert_eq!((answer.status, answer.json()), (status, envelope), "{answer}");
    assert_eq!(answer.header("Content-Type"), Some("application/json"), "{answer}");
    let authenticate = answer.header("WWW-Authenticate").is_some();
    assert_eq!(
        authenticate,
        status == 403 && errors[0].contains("token") && !errors[0].contains("area"),
        "{answer}"
    );
}

const MISSING: &str = "the token is missing; send it as the parameter token";
const NOT_OURS: &str =
    "the token is invalid or expired: this is no token of this server; check that it is whole";
const REVOKED: &str =
    "the token is invalid or expired: the token is unknown or was revoked; ask for a new one";
const EXPIRED: &str =
    "the token is invalid or expired: the token has expired; have it extended or ask for a new one";
const TOO_NARROW: &str = "this call needs a token with the area client_status at level view";

#[test]
fn status_200_carries_what_was_found_also_when_that_is_nothing() {
    let server = Server::start_unpaced();
    let nothing = json!({"status": "success", "msg": "", "data": []});
    let requests: [Request; 9] = [
        ("GET", "/api/v1/clients?token=<token>", None),
        ("GET", "/api/v1/clients&token=<token>&op=query", None),
        ("GET", "/api/v1/alerts?token=<token>", None),
        ("GET", "/api/v1/events?token=<token>&type=infrastructure", None),
        ("POST", "/api/v1/clients?token=<token>", None),
        ("POST", "/api/v1/clients", Some((JSON, r#"{"token":"<token>","limit":5}"#))),
        ("POST", "/api/v1/clients", Some((FORM, "token=<token>&limit=5"))),
        ("POST", "/api/v1/alerts", Some((JSON, r#"{"token":"<token>"}"#))),
        ("POST", "/api/v1/events", Some((FORM, "type=infrastructure&token=<token>"))),
    ];
    for request in requests {
        let answer = send(&server.without_token(), request);
        assert_eq!((answer.status, answer.json()), (200, nothing.clone()), "{answer}");
    }
    let audit = send(&server.without_token(), ("GET", "/api/v1/events?type=audit&token=<token>", None));
    assert_eq!(audit.status, 200, "{audit}");
    let audit = audit.json();
    assert_eq!((&audit["status"], &audit["msg"]), (&json!("success"), &json!("")), "{audit}");
    assert_eq!(audit["data"][1]["audit_log_event"], "Create Site", "{audit}");
}

#[test]
fn status_302_keeps_path_and_query_without_the_token() {
    let server = Server::start_unpaced();
    let moved = json!({"settings": {"movedTo": "https://new.example:8443"}});
    server.patch("/api/v1/sites/1", moved).expect_status(200);
    let rows: [(Request, &str); 8] = [
        (("GET", "/api/v1/clients?token=<token>", None), "/api/v1/clients"),
        (("GET", "/api/v1/clients&token=<token>&op=query&limit=5", None), "/api/v1/clients?op=query&limit=5"),
        (
            ("GET", "/api/v1/clients?query=a%20eq%20b&%74oken=<token>&skip=5", None),
            "/api/v1/clients?query=a%20eq%20b&skip=5",
        ),
        (("POST", "/api/v1/clients?token=<token>&limit=5", None), "/api/v1/clients?limit=5"),
        (
            ("POST", "/api/v1/clients?limit=5", Some((JSON, r#"{"token":"<token>"}"#))),
            "/api/v1/clients?limit=5",
        ),
        (("POST", "/api/v1/alerts", Some((FORM, "token=<token>"))), "/api/v1/alerts"),
        (("GET", "/api/v1/quarantine?token=<token>&op=x", None), "/api/v1/quarantine?op=x"),
        (("GET", "/api/v1/nothing&token=<token>", None), "/api/v1/nothing"),
    ];
    for (request, location) in rows {
        let answer = send(&server.without_token(), request);
        is(&answer, 302, "Redirect", &["the site has moved; the header Location says where this is now"]);
        let location = format!("https://new.example:8443{location}");
        assert_eq!(answer.header("Location"), Some(location.as_str()), "{answer}");
        assert!(!format!("{answer}").split('→').nth(1).unwrap().contains(BOOTSTRAP_TOKEN), "{answer}");
    }
}

#[test]
fn status_400_names_all_that_is_wrong_at_once() {
    let server = Server::start_unpaced();
    let (limit, skip) =
        ("limit must be a whole number from 1 to 5000", "skip must be a whole number from 0 on");
    let query = "query: expected a value at position 12, found the end";
    let rows: [(Request, &[&str]); 9] = [
        (
            ("GET", "/api/v1/clients?op=delete&query=hostname%20eq&limit=0&skip=-1", None),
            &["op must be query", query, limit, skip],
        ),
        (("POST", "/api/v1/clients", Some((JSON, r#"{"limit":5001,"skip":"x"}"#))), &[limit, skip]),
        (("POST", "/api/v1/clients", Some((FORM, "limit=x&skip=1.5"))), &[limit, skip]),
        (
            ("GET", "/api/v1/alerts?timeperiod=7&limit=x", None),
            &["timeperiod must be one of 3600, 86400, 604800, 2592000", limit],
        ),
        (
            ("GET", "/api/v1/events?limit=x&starttime=noon", None),
            &["type must be audit or infrastructure", "starttime must be Unix seconds", limit],
        ),
        (
            ("GET", "/api/v1/clients?limit=1&limit=2", None),
            &["limit is given more than once, and differs; give it once"],
        ),
        (
            ("POST", "/api/v1/clients?skip=0", Some((JSON, r#"{"skip":1}"#))),
            &["skip is given more than once, and differs; give it once"],
        ),
        (
            ("POST", "/api/v1/clients", Some((JSON, "{"))),
            &["the body must be strict JSON: EOF while parsing an object at line 1 column 1"],
        ),
        (("POST", "/api/v1/clients", Some((JSON, "[]"))), &["the body must be an object of parameters"]),
    ];
    for (request, errors) in rows {
        is(&send(&server, request), 400, "Invalid Parameter", errors);
    }
}

#[test]
fn status_403_tells_a_token_that_is_missing_from_one_that_does_not_count() {
    let server = Server::start_unpaced();
    let make = |fields: Value| server.post("/api/v1/tokens", fields).expect_status(201).json();
    let revoked = make(json!({"name": "gone", "role": "administrator"}));
    server.delete(&format!("/api/v1/tokens/{}", revoked["id"])).expect_status(204);
    let expired = make(json!({"name": "old", "role": "administrator"}));
    let end = json!({"expiresAt": "2020-01-01T00:00:00Z"});
    server.patch(&format!("/api/v1/tokens/{}", expired["id"]), end).expect_status(200);
    let narrow = make(json!({"name": "narrow", "role": "user", "areas": {"devices": "manage"}}));
    let text = |made: &Value| made["token"].as_str().unwrap().to_owned();
    let (revoked, expired, narrow) = (text(&revoked), text(&expired), text(&narrow));
    let rows: [(Option<&str>, &str); 6] = [
        (None, MISSING),
        (Some(""), MISSING),
        (Some("wrong"), NOT_OURS),
        (Some(&revoked), REVOKED),
        (Some(&expired), EXPIRED),
        (Some(&narrow), TOO_NARROW),
    ];
    for (token, error) in rows {
        let client = server.without_token();
        let pair = token.map_or_else(|| "x=y".to_owned(), |token| format!("token={token}"));
        let object = token.map_or_else(|| json!({}), |token| json!({"token": token}));
        for answer in [
            client.get(&format!("/api/v1/clients?{pair}")),
            client.get(&format!("/api/v1/alerts&{pair}")),
            // The token is judged before the parameters.
            client.get(&format!("/api/v1/events?limit=x&{pair}")),
            client.send("POST", &format!("/api/v1/clients?{pair}"), None),
            client.post("/api/v1/clients", object),
            client.send_text("POST", "/api/v1/clients", FORM, &pair),
        ] {
            is(&answer, 403, "Authorization Error", &[error]);
        }
    }
}

#[test]
fn status_404_is_for_what_is_no_endpoint_once_the_token_counts() {
    let server = Server::start_unpaced();
    let others = [
        "report",
        "app_instances",
        "userconfig",
        "uploadtoken",
        "quarantine",
        "updateUrlList",
        "updateFileHashList",
        "nothing",
        "clients/7",
        "clients/",
        "Clients",
    ];
    for endpoint in others {
        for method in ["GET", "POST"] {
            let path = format!("/api/v1/{endpoint}?token={BOOTSTRAP_TOKEN}&op=x");
            let answer = server.without_token().send(method, &path, None);
            is(&answer, 404, "Not Found", &["this server has no such endpoint"]);
            let answer =
                server.without_token().send(method, &format!("/api/v1/{endpoint}&token=wrong"), None);
            is(&answer, 403, "Authorization Error", &[NOT_OURS]);
        }
    }
}

#[test]
fn status_405_413_and_415_are_for_the_form_of_the_request() {
    let server = Server::start_unpaced();
    let allow = "this path takes other methods; see the header Allow";
    for method in ["PUT", "PATCH", "DELETE", "OPTIONS"] {
        for path in ["/api/v1/clients", "/api/v1/alerts", "/api/v1/events", "/api/v1/clients&token=wrong"] {
            let answer = server.without_token().send(method, path, None);
            is(&answer, 405, "Method Not Allowed", &[allow]);
            assert_eq!(answer.header("Allow"), Some("GET,HEAD,POST"), "{answer}");
        }
    }
    let long = format!("token=x&query={}", "a".repeat(64 << 10));
    for content_type in [FORM, JSON] {
        let answer = server.send_text("POST", "/api/v1/clients", content_type, &long);
        is(
            &answer,
            413,
            "Payload Too Large",
            &["the body may be at most 65536 bytes long; send it in several calls"],
        );
    }
    for content_type in ["text/plain", "multipart/form-data", "application/xml"] {
        let answer = server.send_text("POST", "/api/v1/clients", content_type, "token=x");
        is(
            &answer,
            415,
            "Unsupported Media Type",
            &["the body must be sent as Content-Type: application/json or application/x-www-form-urlencoded"],
        );
    }
}

#[test]
fn status_429_is_for_whom_no_place_to_wait_is_left() {
    let server = Server::start();
    let only_one =
        json!({"settings": {"pacing": {"netskopeV1": {"atOnce": 1, "waiting": 0, "seconds": 30}}}});
    server.patch("/api/v1/sites/1", only_one).expect_status(200);
    let requests: [Request; 3] = [
        ("GET", "/api/v1/clients?token=<token>", None),
        ("POST", "/api/v1/events", Some((FORM, "type=audit&token=<token>"))),
        ("GET", "/api/v1/nothing&token=<token>", None),
    ];
    assert_eq!(send(&server.without_token(), requests[0]).status, 200);
    let error = "too many requests of this token wait for their turn; come again after Retry-After";
    for request in requests {
        let answer = send(&server.without_token(), request);
        is(&answer, 429, "Too Many Requests", &[error]);
        let seconds: u32 = answer.header("Retry-After").unwrap().parse().unwrap();
        assert!((1..=30).contains(&seconds), "{answer}");
    }
    let answer = send(&server.without_token(), ("GET", "/api/v1/clients", None));
    is(&answer, 403, "Authorization Error", &[MISSING]);
}

#[test]
fn status_503_tells_when_to_come_again() {
    let server = Server::start_unpaced();
    let site = |maintenance: Value| {
        server.patch("/api/v1/sites/1", json!({"settings": {"maintenance": maintenance}})).expect_status(200);
    };
    let whole = |maintenance: Value| {
        server.patch("/api/v1/maintenance", maintenance).expect_status(200);
    };
    let none = || json!({"on": false, "message": null, "retryAfter": 120});
    let both: [(&dyn Fn(Value), &str); 2] = [(&site, "site"), (&whole, "server")];
    for (maintain, what) in both {
        for (change, retry_after, said) in [
            (json!({"on": true}), "120", "; come again after Retry-After"),
            (json!({"message": "moving house", "retryAfter": 9}), "9", ": moving house"),
        ] {
            maintain(change);
            let requests: [Request; 6] = [
                ("GET", "/api/v1/clients?token=<token>", None),
                ("GET", "/api/v1/clients&token=<token>&limit=x", None),
                ("POST", "/api/v1/alerts", Some((JSON, r#"{"token":"<token>"}"#))),
                ("POST", "/api/v1/events", Some((FORM, "token=<token>"))),
                ("GET", "/api/v1/quarantine?token=<token>", None),
                ("GET", "/api/v1/nothing?token=<token>", None),
            ];
            for request in requests {
                let answer = send(&server.without_token(), request);
                let error = format!("the {what} is under maintenance{said}");
                is(&answer, 503, "Service Under Maintenance", &[&error]);
                assert_eq!(answer.header("Retry-After"), Some(retry_after), "{answer}");
            }
            let answer = send(&server.without_token(), ("GET", "/api/v1/clients", None));
            is(&answer, 403, "Authorization Error", &[MISSING]);
        }
        maintain(none());
        send(&server.without_token(), ("GET", "/api/v1/clients?token=<token>", None)).expect_status(200);
    }
}
