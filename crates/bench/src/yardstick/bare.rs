//! hyper by itself, driven as Fleetmark drives it.

use std::convert::Infallible;
use std::io;

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, Request, Response, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");
const REQUEST_ID: HeaderValue = HeaderValue::from_static("0198502c-8a3b-7000-8000-000000000001");

/// What is answered.
pub type Answer = Response<Full<Bytes>>;

/// Has `respond` answer all requests. There is no router, and no time runs out.
///
/// # Errors
/// When no connection can be accepted.
pub async fn serve<R, F>(listener: &TcpListener, respond: R) -> io::Result<()>
where
    R: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Answer> + Send,
{
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let respond = respond.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| async { Ok::<_, Infallible>(respond(request).await) });
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
