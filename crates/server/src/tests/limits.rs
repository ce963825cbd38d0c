use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::harness::{BOOTSTRAP, CHECKINS, RULES, STATUS, Server, TAGS};
use crate::serve;

const HELD_MAX: usize = 100_000;

/// A connection to the server, which serves from now on.
async fn connect(server: &Server) -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, None, server.app.clone(), std::future::pending()));
    TcpStream::connect(address).await.unwrap()
}

fn head(bytes: usize) -> String {
    format!(
        "POST {TAGS} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nNetskope-Api-Token: {BOOTSTRAP}\r\n\
         Content-Type: application/json\r\nContent-Length: {bytes}\r\n\r\n"
    )
}

/// Bytes of bodies in memory, as the figures tell them.
async fn held(server: &Server) -> usize {
    let figures = server.get("/metrics").await.text;
    let line =
        figures.lines().find_map(|line| line.strip_prefix("fleetmark_http_request_bodies_held_bytes "));
    line.unwrap().strip_suffix(".0").unwrap().parse().unwrap()
}

#[tokio::test]
async fn bodies_beyond_what_is_held_in_all_are_503_in_the_words_of_their_path() {
    let server = Server::start_limited(HELD_MAX, 10).await;
    let mut slow = connect(&server).await;
    let (start, end) = (" ".repeat(HELD_MAX - 100), r#"{"name":"large"}"#);
    slow.write_all(head(start.len() + end.len()).as_bytes()).await.unwrap();
    slow.write_all(start.as_bytes()).await.unwrap();
    while held(&server).await < start.len() {
        tokio::task::yield_now().await;
    }

    let body = json!({"name": "x".repeat(200)});
    for (path, told) in [
        (TAGS, json!({"success": false})),
        (RULES, json!({"statusCode": 503, "error": "Service Unavailable"})),
        (CHECKINS, json!({"error": "overloaded"})),
    ] {
        let answer = server.post(path, body.clone()).await;
        answer.says(503, "send it again in a moment");
        assert_eq!(answer.header("retry-after"), Some("1"));
        for (member, value) in told.as_object().unwrap() {
            assert_eq!(answer.json()[member], *value, "{}", answer.text);
        }
    }
    // Who has no token is told so, and holds nothing.
    server.with_token("none").post(TAGS, body.clone()).await.says(401, "token");
    // What holds no body goes on, and a small one still fits in.
    assert_eq!(server.get(STATUS).await.status, 200);
    assert_eq!(server.post(TAGS, json!({"name": "small"})).await.status, 201);

    slow.write_all(end.as_bytes()).await.unwrap();
    let mut told = String::new();
    slow.read_to_string(&mut told).await.unwrap();
    assert!(told.starts_with("HTTP/1.1 201 "), "{told}");
    let answer = server.post(TAGS, body).await;
    answer.says(400, "name");
    let figures = server.get("/metrics").await.text;
    assert!(figures.contains("fleetmark_http_refused_total{limit=\"bodies_held\"} 3\n"), "{figures}");
    assert_eq!(held(&server).await, 0);
}

#[tokio::test]
async fn a_body_in_pieces_is_the_body_whole() {
    let server = Server::start().await;
    let mut connection = connect(&server).await;
    let chunked = head(0).replace("Content-Length: 0", "Transfer-Encoding: chunked");
    connection.write_all(chunked.as_bytes()).await.unwrap();
    for byte in r#"{"name":"in pieces"}"#.chars() {
        connection.write_all(format!("1\r\n{byte}\r\n").as_bytes()).await.unwrap();
        tokio::task::yield_now().await;
    }
    connection.write_all(b"0\r\n\r\n").await.unwrap();
    let mut told = String::new();
    connection.read_to_string(&mut told).await.unwrap();
    assert!(told.starts_with("HTTP/1.1 201 ") && told.contains(r#""name":"in pieces""#), "{told}");
}

#[tokio::test]
async fn a_connection_too_many_waits_for_a_place() {
    const ASK: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    async fn exchange(connection: &mut TcpStream) {
        connection.write_all(ASK).await.unwrap();
        let mut start = [0; 15];
        connection.read_exact(&mut start).await.unwrap();
        assert_eq!(&start, b"HTTP/1.1 200 OK");
        let mut rest = vec![0; 1000];
        let read = connection.read(&mut rest).await.unwrap();
        assert!(rest[..read].ends_with(b"}"));
    }
    let server = Server::start_limited(HELD_MAX, 2).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, None, server.app.clone(), std::future::pending()));
    let mut one = TcpStream::connect(address).await.unwrap();
    let mut two = TcpStream::connect(address).await.unwrap();
    exchange(&mut one).await;
    exchange(&mut two).await;

    let mut three = TcpStream::connect(address).await.unwrap();
    three.write_all(ASK).await.unwrap();
    for _ in 0..50 {
        exchange(&mut one).await;
        exchange(&mut two).await;
    }
    let refused = three.try_read(&mut [0]).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::WouldBlock, "nobody has answered it");
    assert_eq!(server.app.connections.open(), 2);
    drop(one);
    let mut start = [0; 15];
    three.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200 OK");
}
