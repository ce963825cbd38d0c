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
use std::sync::atomic::{AtomicBool, Ordering};
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
use crate::health;
use crate::metrics::{self, Http};
use crate::routing::{Call, CallBody, Place, Table};

/// How long an answer may take, of which its request's body may take half.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// How often it is looked whether requests are still in hand, once the server stops.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// What is answered as long as there is a server, for whoever watches it.
const TO_THE_END: [&str; 3] = [health::ALIVE, health::READY, metrics::PATH];
const CLOSE: HeaderValue = HeaderValue::from_static("close");
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What stands around the handlers.
#[derive(Debug)]
pub(crate) struct Edge {
    ids: RequestIds,
    intake: Arc<Intake>,
    http: Arc<Http>,
    gate: Gate,
    table: Table,
    /// Whether no request is taken any more.
    stopping: AtomicBool,
}

impl Edge {
    /// Around the handlers of `table`, which go through `gate`.
    pub(crate) fn new(table: Table, gate: Gate, http: Arc<Http>, intake: Arc<Intake>) -> Self {
        let stopping = AtomicBool::new(false);
        Self { ids: RequestIds::new(), intake, http, gate, table, stopping }
    }

    /// A gate for the requests of one connection.
    pub(crate) fn gate(&self) -> Gate {
        self.gate.of_connection()
    }

    /// Takes no more requests: those that come are told so, those in hand are answered, and answers that would go on
    /// for as long as their clients like are ended, and no request waits for its turn longer than the server can.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.gate.streams().end();
        self.gate.lanes().stop();
    }

    /// Waits until no request is in hand. It looks again and again, so that requests pay nothing for being waited for.
    pub(crate) async fn idle(&self) {
        while self.http.in_flight() > 0 {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
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
        let is_late = self.stopping.load(Ordering::Relaxed) && !TO_THE_END.contains(&path);
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
                let answer = pin!(answer(place, dialect, is_late, call, ahead));
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
        if self.stopping.load(Ordering::Relaxed) {
            response.headers_mut().insert(header::CONNECTION, CLOSE);
        }
        response
    }
}

/// Has the handlers of a place answer, unless the request came too late for that. What that holds of the body is held until it is answered.
async fn answer(
    place: Option<&Place>,
    dialect: Dialect,
    is_late: bool,
    call: impl FnOnce(CallBody) -> Call,
    body: Ahead,
) -> Response {
    let (body, _held, upload) = match body {
        Ahead::Nothing => (CallBody::Nothing, None, None),
        Ahead::Here(bytes, held) => (CallBody::Here(bytes), Some(held), None),
        Ahead::Coming(upload) => (CallBody::Coming(upload.clone()), None, Some(upload)),
    };
    let response = match place {
        _ if is_late => Failure::Stopping.into_response(),
        Some(place) => place.answer(call(body)).await,
        // In a box of its own: hardly any request needs it, and the future of each would be twice its size.
        None => Box::pin(dialect.elsewhere(call(body))).await.into_response(),
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
