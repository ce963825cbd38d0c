use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::harness::Server;
use crate::serve;

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
    assert!(TcpStream::connect(address).await.is_err());
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
