//! What surrounds every request: its id, its line in the log, the time it may take, panics, and the wording of
//! failures.

mod access_log;
mod caught;
mod patience;
mod read_ahead;
mod request_id;
mod request_info;
mod worded;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use tower::{BoxError, Service};

use self::access_log::Answered;
use self::caught::caught;
pub(crate) use self::patience::Patience;
use self::read_ahead::{Ahead, read_ahead};
use self::request_id::RequestIds;
pub(crate) use self::request_info::{RequestInfo, UsedToken};
use self::worded::worded;
use crate::body::{BODY_TIMEOUT, Intake, ReadAhead, Upload};
use crate::dialects;
use crate::failure::Failure;
use crate::metrics::Http;

/// How long an answer may take, of which its request's body may take half.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What stands around the router. It is no layer of it: a layer is cloned and boxed for every request.
#[derive(Debug)]
pub(crate) struct Edge {
    ids: RequestIds,
    intake: Arc<Intake>,
    http: Arc<Http>,
    router: Router,
}

impl Edge {
    /// Around `router`, whose paths `http` knows.
    pub(crate) fn new(router: Router, http: Arc<Http>, intake: Arc<Intake>) -> Self {
        Self { ids: RequestIds::new(), intake, http, router }
    }

    /// Answers one request, whatever happens.
    #[expect(clippy::disallowed_methods, reason = "the edge measures how long an answer took")]
    pub(crate) async fn answer<B>(&self, request: Request<B>, patience: &mut Patience) -> Response
    where
        B: HttpBody<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<BoxError>,
    {
        let http = &*self.http;
        let started = Instant::now();
        let _in_flight = http.begin();
        let (mut parts, body) = request.into_parts();
        let info = Arc::new(RequestInfo::new(self.ids.of(parts.headers.get(X_REQUEST_ID))));
        parts.extensions.insert(Arc::clone(&info));
        let method = parts.method.clone();
        let path = parts.uri.path();
        let (route, wording) = (http.route(path), dialects::wording(path));

        let handled = async {
            let body = patience.within(started + BODY_TIMEOUT, read_ahead(body, &self.intake)).await;
            let body = body.unwrap_or(Err(Failure::BodyTimedOut))?;
            patience.within(started + REQUEST_TIMEOUT, self.route(parts, body)).await.ok_or(Failure::TimedOut)
        };
        let response = match caught(handled).await {
            Ok(Ok(response)) => response,
            Ok(Err(failure)) => failure.into_response(),
            Err(panic) => {
                http.panicked();
                tracing::error!(request_id = %info.id(), panic, "a request failed inside the server");
                Failure::Internal.into_response()
            }
        };
        if let Some(limit) = response.extensions().get::<Failure>().and_then(|failure| failure.limit(&method))
        {
            http.refused(limit);
        }
        let mut response = worded(response, &method, wording);
        if let Ok(id) = HeaderValue::from_str(info.id()) {
            response.headers_mut().insert(X_REQUEST_ID, id);
        }
        let (status, took) = (response.status(), started.elapsed());
        route.count(&method, status, took);
        access_log::line(&Answered { method: &method, route: route.template(), status, took, info: &info });
        response
    }

    /// Has a handler answer. What that holds of the body is held until it is answered.
    async fn route(&self, mut parts: Parts, body: Ahead) -> Response {
        let mut router = self.router.clone();
        let mut answer = async |parts| {
            let Ok(response) = router.call(Request::from_parts(parts, Body::empty())).await;
            response
        };
        match body {
            Ahead::Here(bytes, _held) => {
                parts.extensions.insert(ReadAhead(bytes));
                answer(parts).await
            }
            Ahead::Nothing => answer(parts).await,
            Ahead::Coming(body, held) => {
                let upload = Upload::of(&mut parts, body, held);
                let response = answer(parts).await;
                // In a task of its own: the answer does not wait for it.
                tokio::spawn(upload.discard());
                response
            }
        }
    }
}
