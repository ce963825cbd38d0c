//! hyper by itself, driven as Fleetmark drives it.

use std::collections::HashSet;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use crate::servers::TOKEN;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");
const REQUEST_ID: HeaderValue = HeaderValue::from_static("0198502c-8a3b-7000-8000-000000000001");

/// What is answered.
pub type Answer = Response<Full<Bytes>>;

/// What answers requests.
pub trait Service: Send + Sync + 'static {
    /// The answer to one.
    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Answer> + Send;
}

/// Has `service` answer all requests. There is no router, and no time runs out.
///
/// # Errors
/// When no connection can be accepted.
pub async fn serve(listener: &TcpListener, service: impl Service) -> io::Result<()> {
    let service = Arc::new(service);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            let service = service_fn(|request| async { Ok::<_, Infallible>(service.answer(request).await) });
            // A connection that breaks is the load generator's to tell.
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

/// A body under the headers that Fleetmark sends.
pub fn answer(body: Bytes) -> Answer {
    let mut response = Response::new(Full::new(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, APPLICATION_JSON);
    headers.insert(X_REQUEST_ID, REQUEST_ID);
    response
}

/// The answer to what is refused.
pub fn refused(status: StatusCode) -> Answer {
    let mut answer = answer(Bytes::new());
    *answer.status_mut() = status;
    answer
}

/// The tokens of those who may ask, as hashes.
#[derive(Debug)]
pub struct Tokens(HashSet<[u8; 32]>);

impl Tokens {
    /// The one with which the bench asks.
    pub fn of_bench() -> Self {
        Self([Sha256::digest(TOKEN).into()].into())
    }

    /// Whether a request has one of them.
    pub fn know(&self, request: &Request<Incoming>) -> bool {
        let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer "));
        token.is_some_and(|token| self.0.contains::<[u8; 32]>(&Sha256::digest(token).into()))
    }
}
