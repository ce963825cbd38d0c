//! Yardstick F: what hyper by itself costs for a job's own requests and answers.

use std::io;

use axum::body::Bytes;
use axum::http::Request;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::net::TcpListener;

use super::bare;

/// Reads requests to their end and answers each with the same bytes; nothing is looked at.
///
/// # Errors
/// When no connection can be accepted.
pub async fn serve(listener: &TcpListener, answer: Bytes) -> io::Result<()> {
    let respond = move |request: Request<Incoming>| {
        let answer = answer.clone();
        async move {
            let mut body = request.into_body();
            while body.frame().await.is_some() {}
            bare::answer(answer)
        }
    };
    bare::serve(listener, respond).await
}
