//! The token among the parameters is in no output of a run (netskope-v1.md "Form": it is never logged).

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{Answer, BOOTSTRAP_TOKEN, DEADLINE, Server};
use crate::secrets::files_below;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
/// Stands in queries beside the token: no query is told either.
const BESIDE: &str = "beside-the-token-5d0c";

/// Everything that is told of a run, by where.
#[derive(Default)]
struct Told(Vec<(String, Vec<u8>)>);

impl Told {
    fn answer(&mut self, what: &str, answer: &Answer) {
        self.0
            .push((format!("the answer to {what}"), format!("{:?} {}", answer.headers, answer.text).into()));
    }

    fn note(&mut self, what: &str, bytes: Vec<u8>) {
        self.0.push((what.to_owned(), bytes));
    }

    #[track_caller]
    fn holds_none_of(&self, secrets: &[String]) {
        for (what, bytes) in &self.0 {
            for secret in secrets {
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!found, "{secret} is in {what}: {}", String::from_utf8_lossy(bytes));
            }
        }
    }
}

/// Each byte as `%XX`.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A token in every place that one can stand in, good or bad, on paths that are answered and that fail in each way.
fn send_everywhere(server: &Server, token: &str, told: &mut Told) {
    let anonymous = server.without_token();
    let pairs = [
        format!("token={token}&{BESIDE}=1"),
        format!("{BESIDE}=1&token={token}"),
        format!("token={}", encoded(token)),
        format!("%74oken={token}"),
        format!("TOKEN={token}"),
        format!("token={token}&limit=x&skip={token}"),
        format!("token={token}&query={token}%20eq"),
        format!("token={token}&token={token}x"),
        format!("token={token}&timeperiod={BESIDE}"),
    ];
    let paths = ["clients", "alerts", "events", "quarantine", "nothing", "clients/7", "devices", "tokens"];
    for pair in &pairs {
        for path in paths {
            for separator in ["?", "&"] {
                let address = format!("/api/v1/{path}{separator}{pair}");
                for method in ["GET", "POST", "PUT"] {
                    told.answer(method, &anonymous.send(method, &address, None));
                }
            }
        }
        told.answer("a form", &anonymous.send_text("POST", "/api/v1/clients", FORM, pair));
        told.answer("a wrong type", &anonymous.send_text("POST", "/api/v1/clients", "text/plain", pair));
        told.answer("no JSON", &anonymous.send_text("POST", "/api/v1/clients", JSON, pair));
    }
    for body in [
        format!(r#"{{"token":"{token}"}}"#),
        format!(r#"{{"token":"{token}","token":"{token}x"}}"#),
        format!(r#"{{"token":"{token}""#),
        format!(r#"{{"token":["{token}"]}}"#),
        format!(r#"{{"token":"{token}","limit":"x","query":"{BESIDE} eq"}}"#),
        format!(r#"["{token}"]"#),
        format!(r#""{token}""#),
        format!(r#"{{"token":"{token}\\ud800"}}"#),
    ] {
        told.answer("JSON", &anonymous.send_text("POST", "/api/v1/clients", JSON, &body));
        told.answer("a check-in", &anonymous.send_text("POST", "/api/v1/checkins", JSON, &body));
    }
    let bearer = server.with_token(token);
    for path in ["clients?query=", "clients&skip=", "events?type="] {
        told.answer("beside a header", &bearer.get(&format!("/api/v1/{path}{token}")));
    }
    told.answer("a name", &bearer.with_header("User-Agent", &format!("tool/{token}")).get("/api/v1/clients"));
    // Longer than what is taken, as an address, as a header and as a body.
    let long = "x".repeat(1 << 17);
    for request in [
        anonymous.try_send("GET", &format!("/api/v1/clients?token={token}&{BESIDE}={long}"), None),
        anonymous.clone().with_header("X-Long", &format!("{token}{long}")).try_send("GET", "/healthz", None),
    ] {
        // The connection may be closed before all was sent.
        request.iter().for_each(|answer| told.answer("what is too long", answer));
    }
    let form = format!("token={token}&query={long}");
    told.answer("a long form", &anonymous.send_text("POST", "/api/v1/clients", FORM, &form));
    for request in [
        format!("GET /api/v1/clients?token={token} HTTP/9.9\r\n\r\n"),
        format!("GET /api/v1/clients?token={token}&q={BESIDE} x y HTTP/1.1\r\n\r\n"),
        format!("GET /api/v1/clients?token={token} HTTP/1.1\r\nno header {BESIDE}\r\n\r\n"),
        format!("G@T /api/v1/clients?token={token} HTTP/1.1\r\n\r\n"),
        format!("POST /api/v1/clients?token={token} HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n"),
    ] {
        let bytes = exchange(server, &request);
        told.note(&format!("the answer to {}", request.split(' ').next().unwrap()), bytes);
    }
}

/// What comes on a connection of its own until the server closes it.
fn exchange(server: &Server, request: &str) -> Vec<u8> {
    let address = server.base().strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(DEADLINE)).unwrap();
    connection.write_all(request.as_bytes()).unwrap();
    connection.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer);
    answer
}

#[test]
fn as_text_no_output_of_a_run_holds_a_token_or_a_query() {
    no_output_of_a_run_holds_a_token_or_a_query("text");
}

#[test]
fn as_json_no_output_of_a_run_holds_a_token_or_a_query() {
    no_output_of_a_run_holds_a_token_or_a_query("json");
}

fn no_output_of_a_run_holds_a_token_or_a_query(format: &str) {
    let mut server = Server::start_with(&[
        ("FLEETMARK_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN),
        ("FLEETMARK_LOG", "trace"),
        ("FLEETMARK_LOG_FORMAT", format),
        ("RUST_LOG", "trace"),
    ]);
    server.patch("/api/v1/sites/1", json!({"settings": {"pacing": {"netskopeV1": null}}})).expect_status(200);
    let made = |fields: Value| server.post("/api/v1/tokens", fields).expect_status(201).json();
    let text = |made: &Value| made["token"].as_str().unwrap().to_owned();
    let good = text(&made(json!({"name": "v1", "role": "administrator"})));
    let narrow = text(&made(json!({"name": "narrow", "role": "user", "areas": {}})));
    let revoked = made(json!({"name": "gone", "role": "administrator"}));
    server.delete(&format!("/api/v1/tokens/{}", revoked["id"])).expect_status(204);
    let revoked = text(&revoked);
    let tokens = [BOOTSTRAP_TOKEN, &good, &narrow, &revoked, "wrong-token-of-a-stranger-51d7"];

    let mut told = Told::default();
    let answered = |server: &Server, told: &mut Told| {
        tokens.iter().for_each(|token| send_everywhere(server, token, told));
    };
    answered(&server, &mut told);
    let statuses = told.0.iter().filter_map(|(_, bytes)| {
        let text = String::from_utf8_lossy(bytes);
        Some(text.split("\"errorCode\":\"").nth(1)?.split('"').next()?.to_owned())
    });
    let statuses: BTreeSet<_> = statuses.collect();
    let expected = ["Authorization Error", "Invalid Parameter", "Method Not Allowed", "Not Found"];
    assert!(expected.iter().all(|code| statuses.contains(*code)), "{statuses:?}");
    for settings in
        [json!({"movedTo": "https://new.example"}), json!({"movedTo": null, "maintenance": {"on": true}})]
    {
        server.patch("/api/v1/sites/1", json!({"settings": settings})).expect_status(200);
        send_everywhere(&server, &good, &mut told);
    }
    server.patch("/api/v1/sites/1", json!({"settings": {"maintenance": null}})).expect_status(200);
    for path in
        ["/metrics", "/readyz", "/api/v1/changes?limit=1000", "/api/v1/tokens", "/api/v2/events/data/audit"]
    {
        let answer = server.get(path).expect_status(200);
        told.answer(path, &answer);
    }
    // As the store is while it is used, after a crash, and when it was closed.
    note_files(&mut told, server.folder());
    server.kill9();
    note_files(&mut told, server.folder());
    server.restart();
    server.get("/readyz").expect_status(200);
    server.terminate();
    note_files(&mut told, server.folder());
    let printed = server.printed();
    assert!(printed.contains("fleetmark::access"), "trace logs every request");
    told.note("what was printed", printed.into_bytes());

    let mut secrets: Vec<_> = tokens.iter().flat_map(|token| [(*token).to_owned(), encoded(token)]).collect();
    told.holds_none_of(&secrets);
    // Answers may tell what a query was wrong with; nothing else may.
    told.0.retain(|(what, _)| !what.starts_with("the answer to"));
    secrets.push(BESIDE.to_owned());
    told.holds_none_of(&secrets);
}

fn note_files(told: &mut Told, folder: &Path) {
    for file in files_below(folder) {
        told.note(&file.display().to_string(), std::fs::read(&file).unwrap());
    }
}
