//! A token from its first use to its end, in every dialect's way of presenting it (DESIGN §6, netskope-v2.md §2,
//! netskope-v1.md "Form", alloyscan.md "Authentication").

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::harness::{Client, Server};

const PATH: &str = "/api/v1/tokens";
const CLASSIFICATIONS: &str = "/api/v2/deviceclassification/tags";

/// One connection that is kept alive.
struct Connection(BufReader<TcpStream>);

impl Connection {
    fn open(server: &Client) -> Self {
        Self(BufReader::new(TcpStream::connect(server.base().strip_prefix("http://").unwrap()).unwrap()))
    }

    /// The status and body of the answer to a request, which is its head without the end, and its body.
    fn ask(&mut self, head: &str, body: &str) -> (u16, String) {
        let length = body.len();
        let request = format!("{head}\r\nHost: fleet.example\r\nContent-Length: {length}\r\n\r\n{body}");
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut status, mut length) = (0, 0);
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the connection is kept");
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(rest) = line.strip_prefix("http/1.1 ") {
                status = rest[..3].parse().unwrap();
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        (status, String::from_utf8(body).unwrap())
    }
}

/// How each dialect presents a token: a name, the request's head without its end, its body, and the status when it is
/// refused.
fn ways(token: &str) -> Vec<(&'static str, String, String, u16)> {
    let clients = "/api/v1/clients";
    let typed = |kind: &str| format!("POST {clients} HTTP/1.1\r\nContent-Type: {kind}");
    let get = |path: &str, header: &str| format!("GET {path} HTTP/1.1\r\n{header}{token}");
    let nothing = String::new;
    vec![
        ("v2, by its header", get(CLASSIFICATIONS, "Netskope-Api-Token: "), nothing(), 401),
        ("v2, bearer", get(CLASSIFICATIONS, "Authorization: Bearer "), nothing(), 401),
        ("alloyscan, bearer", get("/api/v1/tags", "Authorization: Bearer "), nothing(), 401),
        ("ours, bearer", get("/api/v1/rules/lint", "Authorization: Bearer "), nothing(), 401),
        ("v1, in the address", format!("GET {clients}?token={token} HTTP/1.1"), nothing(), 403),
        ("v1, behind &", format!("GET {clients}&token={token} HTTP/1.1"), nothing(), 403),
        ("v1, in JSON", typed("application/json"), json!({"token": token}).to_string(), 403),
        ("v1, in a form", typed("application/x-www-form-urlencoded"), format!("token={token}"), 403),
    ]
}

fn make(server: &Client) -> (String, String) {
    let body = json!({"name": "partner", "role": "administrator", "expiresIn": "30d"});
    let made = server.post(PATH, body).expect_status(201).json();
    (format!("{PATH}/{}", made["id"]), made["token"].as_str().unwrap().to_owned())
}

#[test]
fn a_token_ends_between_two_requests_on_one_connection_in_every_dialect() {
    let server = Server::start();
    let (path, token) = make(&server);
    let mut connection = Connection::open(&server);
    let mut all = |expected: &dyn Fn(u16) -> (u16, &'static str)| {
        for (way, head, body, refused) in ways(&token) {
            let (status, text) = connection.ask(&head, &body);
            let (expected, why) = expected(refused);
            assert!(status == expected && text.contains(why), "{way} {status} {text}");
        }
    };
    all(&|_| (200, ""));
    server.patch(&path, json!({"expiresAt": "2020-01-01T00:00:00Z"})).expect_status(200);
    all(&|refused| (refused, "the token has expired"));
    server.patch(&path, json!({"expiresIn": "12h"})).expect_status(200);
    all(&|_| (200, ""));
    server.patch(&path, json!({"role": "user"})).expect_status(200);
    all(&|_| (403, ""));
    server.patch(&path, json!({"role": "administrator"})).expect_status(200);
    all(&|_| (200, ""));
    server.delete(&path).expect_status(204);
    all(&|refused| (refused, "the token is unknown or was revoked"));
}

#[test]
fn a_use_is_shown_with_its_client_in_every_dialect_also_after_a_restart() {
    let mut server = Server::start();
    let last = |server: &Server, path: &str| {
        let shown = server.get(path).expect_status(200).json();
        ["lastUsedAt", "lastUsedBy", "lastUsedFrom"].map(|member| shown[member].clone())
    };
    let mut uses = Vec::new();
    for number in 0..ways("").len() {
        let (path, token) = make(&server);
        assert_eq!(last(&server, &path), [Value::Null, Value::Null, Value::Null]);
        let (way, head, body, _) = ways(&token).swap_remove(number);
        let agent = format!("Acme-sync-{number}");
        let (status, _) = Connection::open(&server).ask(&format!("{head}\r\nUser-Agent: {agent}"), &body);
        assert_eq!(status, 200, "{way}");
        let [at, by, from] = last(&server, &path);
        assert!(at.is_string(), "{way}");
        assert_eq!((&by, &from), (&json!(agent), &json!("127.0.0.1")), "{way}");
        uses.push((path, [at, by, from]));
    }
    server.terminate();
    server.restart();
    for (path, used) in uses {
        assert_eq!(last(&server, &path), used);
    }
}
