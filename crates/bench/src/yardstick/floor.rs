//! Yardstick F: what hyper by itself costs for a job's own requests and answers.

use std::convert::Infallible;
use std::io;

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");
const REQUEST_ID: HeaderValue = HeaderValue::from_static("0198502c-8a3b-7000-8000-000000000001");

/// Reads requests to their end and answers each with the same bytes, under the headers that Fleetmark sends. There is
/// no router, nothing is looked at, and no time runs out.
///
/// # Errors
/// When no connection can be accepted.
pub async fn serve(listener: &TcpListener, answer: Bytes) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(exchange(stream, answer.clone()));
    }
}

async fn exchange(stream: TcpStream, answer: Bytes) {
    let service = service_fn(move |request| {
        let answer = answer.clone();
        async move { Ok::<_, Infallible>(respond(request, answer).await) }
    });
    // A connection that breaks is the load generator's to tell.
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

async fn respond(request: Request<Incoming>, answer: Bytes) -> Response<Full<Bytes>> {
    let mut body = request.into_body();
    while body.frame().await.is_some() {}
    let mut response = Response::new(Full::new(answer));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, APPLICATION_JSON);
    headers.insert(X_REQUEST_ID, REQUEST_ID);
    response
}
