//! What surrounds every request: its id, its line in the log, the time it may take, panics, and the wording of
//! failures.

mod access_log;
mod caught;
mod read_ahead;
mod request_id;
mod request_info;
mod worded;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use self::caught::caught;
use self::read_ahead::read_ahead;
pub(crate) use self::request_id::RequestIds;
pub(crate) use self::request_info::RequestInfo;
use self::worded::worded;
use crate::dialects::wording;
use crate::failure::Failure;

/// How long an answer may take, of which its request's body may take half.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Handles one request within the router.
#[expect(clippy::disallowed_methods, reason = "the edge measures how long an answer took")]
pub(crate) async fn edge(State(ids): State<Arc<RequestIds>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let info = Arc::new(RequestInfo::new(ids.of(request.headers().get(X_REQUEST_ID))));
    request.extensions_mut().insert(Arc::clone(&info));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let wording = wording(request.uri().path());

    let answered = tokio::time::timeout(REQUEST_TIMEOUT, caught(answer(request, next))).await;
    let response = match answered {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            tracing::error!(request_id = %info.id(), panic, "a request failed inside the server");
            Failure::Internal.into_response()
        }
        Err(_) => Failure::TimedOut.into_response(),
    };
    let mut response = worded(response, wording);
    if let Ok(id) = HeaderValue::from_str(info.id()) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    let micros = started.elapsed().as_micros();
    access_log::line(&method, route.as_ref(), response.status(), micros, &info);
    response
}

async fn answer(mut request: Request, next: Next) -> Response {
    match read_ahead(&mut request).await {
        Ok(None) => next.run(request).await,
        Ok(Some(upload)) => {
            let response = next.run(request).await;
            // In a task of its own: the answer does not wait for it.
            tokio::spawn(upload.discard());
            response
        }
        Err(failure) => failure.into_response(),
    }
}
