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

use self::access_log::Answered;
use self::caught::caught;
use self::read_ahead::{Ahead, read_ahead};
pub(crate) use self::request_id::RequestIds;
pub(crate) use self::request_info::{RequestInfo, UsedToken};
use self::worded::worded;
use crate::body::Intake;
use crate::dialects;
use crate::failure::Failure;
use crate::metrics::Http;

/// How long an answer may take, of which its request's body may take half.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the edge keeps from request to request.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) ids: RequestIds,
    pub(crate) intake: Arc<Intake>,
    pub(crate) http: Arc<Http>,
}

/// Handles one request within the router.
#[expect(clippy::disallowed_methods, reason = "the edge measures how long an answer took")]
pub(crate) async fn edge(State(edge): State<Arc<Edge>>, mut request: Request, next: Next) -> Response {
    let Edge { ids, intake, http } = &*edge;
    let started = Instant::now();
    let _in_flight = http.begin();
    let info = Arc::new(RequestInfo::new(ids.of(request.headers().get(X_REQUEST_ID))));
    request.extensions_mut().insert(Arc::clone(&info));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let (dialect, wording) = (dialects::name(request.uri().path()), dialects::wording(request.uri().path()));

    let answered = tokio::time::timeout(REQUEST_TIMEOUT, caught(answer(intake, request, next))).await;
    let response = match answered {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            http.panicked();
            tracing::error!(request_id = %info.id(), panic, "a request failed inside the server");
            Failure::Internal.into_response()
        }
        Err(_) => Failure::TimedOut.into_response(),
    };
    if let Some(limit) = response.extensions().get::<Failure>().and_then(|failure| failure.limit(&method)) {
        http.refused(limit);
    }
    let mut response = worded(response, wording);
    if let Ok(id) = HeaderValue::from_str(info.id()) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    let (route, status, took) = (route.as_ref(), response.status(), started.elapsed());
    http.answered(dialect, route, &method, status, took);
    access_log::line(&Answered { method: &method, route, status, took, info: &info });
    response
}

async fn answer(intake: &Arc<Intake>, mut request: Request, next: Next) -> Response {
    match read_ahead(&mut request, intake).await {
        Ok(Ahead::Here(_held)) => next.run(request).await,
        Ok(Ahead::Coming(upload)) => {
            let response = next.run(request).await;
            // In a task of its own: the answer does not wait for it.
            tokio::spawn(upload.discard());
            response
        }
        Err(failure) => failure.into_response(),
    }
}
