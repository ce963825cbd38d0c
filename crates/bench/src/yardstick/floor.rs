//! Yardstick F: what hyper by itself costs for a job's own requests and answers.

use axum::body::Bytes;
use axum::http::Request;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::bare;

/// Reads requests to their end and answers each with the same bytes; nothing is looked at.
#[derive(Debug)]
pub struct Floor(pub Bytes);

impl bare::Service for Floor {
    async fn answer(&self, request: Request<Incoming>) -> bare::Answer {
        let mut body = request.into_body();
        while body.frame().await.is_some() {}
        bare::answer(self.0.clone())
    }
}
