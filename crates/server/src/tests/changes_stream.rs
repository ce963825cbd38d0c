use axum::body::{Body, Bytes, HttpBody};
use http_body_util::BodyExt;
use serde_json::json;

use super::harness::{Server, TAGS};
use crate::edge::Patience;

const PATH: &str = "/api/v1/changes/stream";

/// The body of a stream that was let through.
async fn open(server: &Server) -> Body {
    let edge = &server.app.edge;
    let request = server.request("GET", PATH).body(Body::empty()).unwrap();
    let response = edge.answer(request, &edge.gate(), &mut Patience::default()).await;
    assert_eq!(response.status(), 200);
    response.into_body()
}

/// What is sent next; none at the end.
async fn next(body: &mut Body) -> Option<Bytes> {
    body.frame().await.map(|frame| frame.unwrap().into_data().unwrap())
}

async fn administrator(server: &Server, expires_in: &str) -> Server {
    let body = json!({"name": "short", "role": "administrator", "expiresIn": expires_in});
    let made = server.post("/api/v1/tokens", body).await;
    server.with_token(made.json()["token"].as_str().unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_stream_says_something_now_and_then_and_ends_when_its_token_expires() {
    let server = Server::start().await;
    let reader = administrator(&server, "1h").await;
    let mut stream = open(&reader).await;
    assert!(next(&mut stream).await.unwrap().starts_with(b"retry: 2000\n\nid: "));
    assert_eq!(next(&mut stream).await.unwrap(), ":\n\n");
    server.move_clock(3599);
    assert_eq!(next(&mut stream).await.unwrap(), ":\n\n");
    server.move_clock(1);
    assert_eq!(next(&mut stream).await, None);
    assert!(stream.is_end_stream() || next(&mut stream).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn what_a_reader_does_not_take_is_not_held_for_it() {
    let server = Server::start().await;
    let reader = administrator(&server, "1h").await;
    let mut stream = open(&reader).await;
    next(&mut stream).await.unwrap();
    // Each some hundreds of bytes long, so that parts of 64 KiB fill.
    for number in 0..2000 {
        server.post(TAGS, json!({"name": format!("tag {number}")})).await;
    }
    let (mut parts, mut entries) = (0, 0);
    while entries < 2000 {
        let part = next(&mut stream).await.unwrap();
        assert!(part.len() < 2 * (64 << 10), "{}", part.len());
        parts += 1;
        entries += part.windows(7).filter(|bytes| *bytes == b"\ndata: ").count();
    }
    assert_eq!(entries, 2000);
    assert!(parts > 3, "they came in parts: {parts}");
}

#[tokio::test(start_paused = true)]
async fn streams_end_when_the_server_does() {
    let server = Server::start().await;
    let mut stream = open(&administrator(&server, "1h").await).await;
    next(&mut stream).await.unwrap();
    server.app.edge.stop();
    assert_eq!(next(&mut stream).await, None);
    server.get(PATH).await.says(503, "stopping");
}
