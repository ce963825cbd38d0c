//! What surrounds every request: its id, its line in the log, the time it may take, panics, and the wording of
//! failures.

mod access_log;
mod caught;
mod patience;
mod read_ahead;
mod request_id;
mod request_info;
mod worded;

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Bytes, HttpBody};
use axum::http::{HeaderName, HeaderValue, Method, Request, header};
use axum::response::{IntoResponse, Response};
use tower::BoxError;

use self::access_log::Answered;
use self::caught::caught;
pub(crate) use self::patience::Patience;
use self::read_ahead::{Ahead, read_ahead};
use self::request_id::RequestIds;
pub(crate) use self::request_info::{RequestInfo, UsedToken};
use self::worded::worded;
use crate::auth::Gate;
use crate::body::{BODY_TIMEOUT, Intake};
use crate::dialects::{Dialect, netskope_v1};
use crate::failure::Failure;
use crate::metrics::Http;
use crate::routing::{Call, CallBody, Place, Table};

/// How long an answer may take, of which its request's body may take half.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What stands around the handlers.
#[derive(Debug)]
pub(crate) struct Edge {
    ids: RequestIds,
    intake: Arc<Intake>,
    http: Arc<Http>,
    gate: Gate,
    table: Table,
}

impl Edge {
    /// Around the handlers of `table`, which go through `gate`.
    pub(crate) fn new(table: Table, gate: Gate, http: Arc<Http>, intake: Arc<Intake>) -> Self {
        Self { ids: RequestIds::new(), intake, http, gate, table }
    }

    /// A gate for the requests of one connection.
    pub(crate) fn gate(&self) -> Gate {
        self.gate.of_connection()
    }

    /// Ends all answers that would go on for as long as their clients like, and lets none begin.
    pub(crate) fn end_streams(&self) {
        self.gate.streams().end();
    }

    /// Lets no request wait for its turn longer than the server can, which stops.
    pub(crate) fn end_waiting(&self) {
        self.gate.lanes().stop();
    }

    /// Answers one request, whatever happens.
    #[expect(clippy::disallowed_methods, reason = "the edge measures how long an answer took")]
    pub(crate) async fn answer<B>(
        &self,
        request: Request<B>,
        gate: &Gate,
        patience: &mut Patience,
    ) -> Response
    where
        B: HttpBody<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<BoxError>,
    {
        let http = &*self.http;
        let started = Instant::now();
        let _in_flight = http.begin();
        let (mut head, body) = request.into_parts();
        if let Some(mended) = netskope_v1::mended(&head.uri) {
            head.uri = mended;
        }
        let info = Arc::new(RequestInfo::new(self.ids.of(head.headers.get(X_REQUEST_ID))));
        let method = head.method.clone();
        let path = head.uri.path();
        let found = self.table.at(path);
        let dialect = Dialect::of(&head.uri, found.is_some());
        let wording = dialect.wording(path);
        let (place, ids) =
            found.map_or_else(Default::default, |(place, ids)| (Some(place), ids.map(str::to_owned)));
        let route = place.map_or_else(|| http.unmatched(dialect), |place| &*place.figures);

        // Futures are pinned where they are made. Each that is handed on as it is would be copied, and the request in
        // it, and would make those around it larger by twice its size.
        let handled = {
            let handled = pin!(async {
                let ahead = {
                    let ahead = pin!(read_ahead(&head.headers, body, &self.intake));
                    patience.within(started + BODY_TIMEOUT, ahead).await
                };
                let ahead = ahead.unwrap_or(Err(Failure::BodyTimedOut))?;
                let call = |body| {
                    let (gate, info) = (gate.clone(), Arc::clone(&info));
                    Call { gate, info, head, ids, dialect, token: None, had_its_turn: false, body }
                };
                let answer = pin!(answer(place, dialect, call, ahead));
                patience.within(started + REQUEST_TIMEOUT, answer).await.ok_or(Failure::TimedOut)
            });
            caught(handled).await
        };
        let response = match handled {
            Ok(Ok(response)) => response,
            Ok(Err(failure)) => failure.into_response(),
            Err(panic) => {
                http.panicked();
                tracing::error!(request_id = info.id().as_str(), panic, "a request failed inside the server");
                Failure::Internal.into_response()
            }
        };
        if let Some(limit) = response.extensions().get::<Failure>().and_then(|failure| failure.limit(&method))
        {
            http.refused(limit);
        }
        let mut response = worded(response, wording, &info);
        if dialect == Dialect::NetskopeV2
            && let Some(rate) = info.rate()
        {
            rate.tell(response.headers_mut());
        }
        if method == Method::HEAD {
            response = without_body(response);
        }
        let (status, took) = (response.status(), started.elapsed());
        route.count(&method, status, took);
        access_log::line(&Answered { method: &method, route: route.template(), status, took, info: &info });
        response.headers_mut().insert(X_REQUEST_ID, info.into_id().into_header());
        response
    }
}

/// Has the handlers of a place answer. What that holds of the body is held until it is answered.
async fn answer(
    place: Option<&Place>,
    dialect: Dialect,
    call: impl FnOnce(CallBody) -> Call,
    body: Ahead,
) -> Response {
    let (body, _held, upload) = match body {
        Ahead::Nothing => (CallBody::Nothing, None, None),
        Ahead::Here(bytes, held) => (CallBody::Here(bytes), Some(held), None),
        Ahead::Coming(upload) => (CallBody::Coming(upload.clone()), None, Some(upload)),
    };
    let response = match place {
        Some(place) => place.answer(call(body)).await,
        None => dialect.elsewhere(call(body)).await.into_response(),
    };
    if let Some(upload) = upload {
        // In a task of its own: the answer does not wait for it.
        tokio::spawn(upload.discard());
    }
    response
}

/// The head of an answer alone, with the length of its body.
fn without_body(mut response: Response) -> Response {
    let body = std::mem::take(response.body_mut());
    if let Some(bytes) = body.size_hint().exact() {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    }
    response
}
