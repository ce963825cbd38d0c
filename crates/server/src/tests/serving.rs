use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::harness::{BOOTSTRAP, Server, TAGS};
use crate::{DRAIN_SECONDS, serve};

async fn exchange(address: SocketAddr, requests: &str) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(requests.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_connection_is_kept_alive_and_the_server_ends_when_told() {
    let server = Server::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move { stopped.await.unwrap_or_default() };
    let serving = tokio::spawn(serve(listener, None, server.app.clone(), shutdown));

    let first = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answers = exchange(address, &format!("{first}{last}")).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");

    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(first.as_bytes()).await.unwrap();
    let mut start = [0; 15];
    idle.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200 OK");
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    // It is closed after its answer; another server may already have the port.
    let mut rest = String::new();
    idle.read_to_string(&mut rest).await.unwrap();
    assert!(!rest.contains("HTTP/1.1"), "{rest}");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_does_not_end_keeps_the_server_from_stopping_for_half_a_minute_at_most() {
    let server = Server::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move { stopped.await.unwrap_or_default() };
    let serving = tokio::spawn(serve(listener, None, server.app.clone(), shutdown));
    let mut slow = TcpStream::connect(address).await.unwrap();
    let head = format!("POST {TAGS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n");
    let head = format!("{head}Netskope-Api-Token: {BOOTSTRAP}\r\nContent-Length: 20\r\n\r\n");
    slow.write_all(head.as_bytes()).await.unwrap();
    while !server.get("/metrics").await.text.contains("requests_in_flight 2.0\n") {
        tokio::task::yield_now().await;
    }
    let told = Instant::now();
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    let waited = told.elapsed().as_secs();
    assert!((1..=DRAIN_SECONDS).contains(&waited), "{waited} s");
}

#[tokio::test]
async fn a_refusal_before_the_body_was_read_keeps_the_connection() {
    let server = Server::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, None, server.app.clone(), std::future::pending()));
    let mut connection = TcpStream::connect(address).await.unwrap();
    let head = "POST /api/v2/devices/device/tags HTTP/1.1\r\nHost: x\r\nContent-Length: 14\r\n";
    // The head alone first: the server could refuse before it sees the body.
    for last in ["\r\n", "Connection: close\r\n\r\n"] {
        connection.write_all(format!("{head}{last}").as_bytes()).await.unwrap();
        tokio::task::yield_now().await;
        connection.write_all(br#"{"name":"fine"#).await.unwrap();
        connection.write_all(b"\"").await.unwrap();
    }
    let mut answers = String::new();
    connection.read_to_string(&mut answers).await.unwrap();
    assert_eq!(answers.matches("HTTP/1.1 401").count(), 2, "{answers}");
}

/// The server's answer to a body that is sent to its end before anything is read.
async fn upload(address: SocketAddr, head: &str, bytes: usize) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let head = format!("{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {bytes}\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(&vec![b' '; bytes]).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_still_uploads_gets_its_answer() {
    let server = Server::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, None, server.app.clone(), std::future::pending()));
    let json = format!("Content-Type: application/json\r\nNetskope-Api-Token: {BOOTSTRAP}");
    let text = format!("Content-Type: text/plain\r\nNetskope-Api-Token: {BOOTSTRAP}");
    let none = "Content-Type: application/json";
    for (status, path, headers) in [
        (413, TAGS, json.as_str()),
        (415, TAGS, text.as_str()),
        (401, TAGS, none),
        (404, "/api/v2/nothing", none),
        (405, "/healthz", none),
    ] {
        let head = format!("POST {path} HTTP/1.1\r\n{headers}");
        let answer = upload(address, &head, 20 << 20).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{status}: {answer}");
    }
}

#[tokio::test]
async fn a_client_that_waits_for_the_word_to_send_is_refused_at_once() {
    let server = Server::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, None, server.app.clone(), std::future::pending()));
    let head =
        format!("POST {TAGS} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 20000000\r\n");
    let json = format!("Content-Type: application/json\r\nNetskope-Api-Token: {BOOTSTRAP}\r\n");
    for (status, headers) in [(401, ""), (413, json.as_str())] {
        // Nothing of the body is sent, and the connection ends with the answer.
        let answer = exchange(address, &format!("{head}{headers}\r\n")).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{status}: {answer}");
    }
}
