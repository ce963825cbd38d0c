//! What a server that is told to stop does with the connections that are open (DESIGN §7): what was begun is finished,
//! what comes later is refused in each dialect's own form.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::json;

use crate::harness::{Answer, BOOTSTRAP_TOKEN, DEADLINE, Server, any_text, uid, until};
use crate::operations::{Dialect, operations};

/// A connection that is kept from one request to the next.
struct Kept(BufReader<TcpStream>);

impl Kept {
    fn open(server: &Server) -> Self {
        let connection = TcpStream::connect(server.base().strip_prefix("http://").unwrap()).unwrap();
        connection.set_read_timeout(Some(DEADLINE)).unwrap();
        Self(BufReader::new(connection))
    }

    fn send(&mut self, method: &str, path: &str, more: &str) {
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {BOOTSTRAP_TOKEN}\r\n");
        self.write(&format!("{head}{more}"));
    }

    fn write(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).unwrap();
    }

    /// One line without its end; empty at the end of all.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// The next answer, whose body has a length.
    fn answer(&mut self) -> Answer {
        let status = self.line().split(' ').nth(1).unwrap().parse().unwrap();
        let lines = std::iter::from_fn(|| Some(self.line()).filter(|line| !line.is_empty()));
        let headers: Vec<_> = lines
            .map(|line| {
                line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap()
            })
            .collect();
        let mut answer = Answer { request: String::new(), status, headers, text: String::new() };
        let length: u64 = answer.header("Content-Length").unwrap().parse().unwrap();
        (&mut self.0).take(length).read_to_string(&mut answer.text).unwrap();
        answer
    }

    /// All that comes until the server closes the connection.
    fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.0.read_to_string(&mut rest).unwrap();
        rest
    }
}

/// An operation of each dialect, and of each envelope of v2.
fn one_of_each() -> impl Iterator<Item = (&'static str, String, String, Dialect)> {
    let dialects = [
        Dialect::Classification,
        Dialect::Devices,
        Dialect::Search,
        Dialect::Events,
        Dialect::V1,
        Dialect::Ours,
    ];
    dialects.into_iter().flat_map(|dialect| {
        let of = |method| operations().into_iter().find(|one| one.dialect == dialect && one.method == method);
        of("GET").into_iter().chain(of("POST")).map(|one| {
            let body = one.body.map_or_else(String::new, |body| body.to_string());
            let length = body.len();
            let more = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}");
            (one.method, one.path, more, one.dialect)
        })
    })
}

#[test]
fn what_was_begun_is_finished_and_what_comes_later_is_refused_in_each_dialect() {
    let mut server = Server::start();
    let mut kept: Vec<_> = one_of_each()
        .chain([
            ("GET", "/nothing".to_owned(), "\r\n".to_owned(), Dialect::Ours),
            ("GET", "/api/v1/nothing?token=x".to_owned(), "\r\n".to_owned(), Dialect::V1),
        ])
        .map(|request| (Kept::open(&server), request))
        .collect();
    for (connection, (method, path, more, _)) in &mut kept {
        connection.send(method, path, more);
        let answer = connection.answer();
        assert!(answer.status < 500 && answer.header("Connection").is_none(), "{path}: {answer}");
    }
    let mut watching: Vec<_> = (0..3).map(|_| Kept::open(&server)).collect();
    for watching in &mut watching {
        watching.send("GET", "/healthz", "\r\n");
        watching.answer();
    }
    let mut stream = Kept::open(&server);
    stream.send("GET", "/api/v1/changes/stream", "\r\n");
    while !stream.line().is_empty() {}
    let check_in =
        json!({"checkins": [{"nsdeviceuid": uid(1), "userkey": "joe", "os": "linux"}]}).to_string();
    let (first, last) = check_in.split_at(check_in.len() / 2);
    let mut slow = Kept::open(&server);
    let length = check_in.len();
    slow.send(
        "POST",
        "/api/v1/checkins",
        &format!("Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{first}"),
    );
    let in_flight = || server.without_token().get("/metrics").text.contains("requests_in_flight 2.0\n");
    until("the upload to begin", || in_flight().then_some(()));

    server.signal("TERM");
    // No more connections are taken, and a stream ends whole.
    let address = server.base().strip_prefix("http://").unwrap().to_owned();
    until("no more connections", || TcpStream::connect(&address).is_err().then_some(()));
    until("the end of the stream", || (stream.line() == "0").then_some(()));
    for (mut connection, (method, path, more, dialect)) in kept {
        connection.send(method, &path, &more);
        let answer = connection.answer().expect(503, dialect.error(503));
        assert!(answer.text.contains("the server is stopping"), "{path}: {answer}");
        assert!(!answer.header("Retry-After").unwrap().is_empty(), "{answer}");
        answer.expect_header("Connection", "close");
        assert_eq!(connection.rest(), "", "{path}");
    }
    // Whoever watches the server is told of it to the end.
    let stopping = json!({"status": "unavailable", "reason": any_text()});
    let expected = [("/healthz", 200, json!({"status": "ok"})), ("/readyz", 503, stopping)];
    for (mut watching, (path, status, body)) in watching.drain(..2).zip(expected) {
        watching.send("GET", path, "\r\n");
        watching.answer().expect(status, body).expect_header("Connection", "close");
    }
    // One that is asked for nothing is closed when the last request was answered.
    slow.write(last);
    let answer = slow.answer().expect_status(200).expect_header("Connection", "close");
    assert_eq!(answer.json()["devices"][0]["status"], "Not Configured", "{answer}");
    assert_eq!((slow.rest(), watching.remove(0).rest()), (String::new(), String::new()));
    assert_eq!(server.ended().code, Some(0));
    server.restart();
    assert_eq!(server.get("/api/v1/devices").expect_status(200).json()["total"], 1);
}

#[test]
fn a_connection_on_which_nothing_goes_on_is_closed_at_once() {
    let mut server = Server::start();
    // In this order, so that an answer on the second says that the first was accepted.
    let (mut fresh, mut idle) = (Kept::open(&server), Kept::open(&server));
    idle.send("GET", "/api/v1/devices", "\r\n");
    idle.answer().expect_status(200);
    server.signal("TERM");
    assert_eq!((idle.rest(), fresh.rest()), (String::new(), String::new()));
    assert_eq!(server.ended().code, Some(0));
}
