//! `/api/v1/events`: what people and integrations did, and what devices reported last (netskope-v1, events).

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::response::Response;
use domain::{Timestamp, Violation};
use site::Site;
use site::queries::client_status::{ClientStatus as Rows, Page, Window};
use site::queries::language::{Field, Query};
use site::queries::{audit, client_status};
use wire::netskope_v1::{DeviceEvent, EventsBody, Reply};
use wire::netskope_v2::AuditEvent;

use super::asked::Asked;
use super::client_shown::device_event;
use super::page;
use super::span::Span;
use crate::auth::{ClientStatus, Viewer};
use crate::dialects::netskope_v2::audit as trail;
use crate::failure::Failure;
use crate::heavy::HEAVY_DEVICES;
use crate::params::Params;
use crate::reply;
use crate::violations::Violations;

pub(super) const AUDIT: &str = "audit";
pub(super) const INFRASTRUCTURE: &str = "infrastructure";

/// Lists events
///
/// Newest first. `audit`: what people and integrations did; `infrastructure`: what each device reported last.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    operation_id = "listEvents",
    tag = "events",
    security(("token" = ["client_status:view"])),
    params(Search),
    responses(
        (status = 200, description = "A page of events, of the kind asked for.", body = Reply<Event<'_>>),
        (status = 400, description = "A parameter cannot be understood."),
    ),
)]
pub(super) async fn list(Asked(params): Asked, viewer: Viewer<ClientStatus>) -> Result<Response, Failure> {
    let mut wrong = Violations::default();
    let kind = params.text("type").filter(|kind| [AUDIT, INFRASTRUCTURE].contains(kind));
    if kind.is_none() {
        wrong.push(Violation::new("type", "value", format!("type must be {AUDIT} or {INFRASTRUCTURE}")));
    }
    let (span, page) = (Span::of(&params, viewer.now(), &mut wrong), page::read(&params, &mut wrong));
    if kind == Some(INFRASTRUCTURE) {
        let query = query(&params, &mut wrong);
        wrong.finish()?;
        return devices(&viewer, span, page, query).await;
    }
    let query = query::<audit::Field>(&params, &mut wrong);
    wrong.finish()?;
    let Page { offset, limit } = page;
    let search = trail::Search { start: span.start, end: span.end, query, offset, limit };
    Ok(reply::ok(&Reply::from(trail::found(&viewer, search).await?)))
}

/// Lists events, the parameters in the body
#[utoipa::path(
    post,
    path = "/api/v1/events",
    operation_id = "postEvents",
    tag = "events",
    security(("token" = ["client_status:view"])),
    params(Search),
    request_body(content(
        (EventsBody = "application/json"),
        (EventsBody = "application/x-www-form-urlencoded"),
    )),
    responses(
        (status = 200, description = "A page of events, of the kind asked for.", body = Reply<Event<'_>>),
        (status = 400, description = "A parameter cannot be understood."),
    ),
)]
pub(super) async fn post(asked: Asked, viewer: Viewer<ClientStatus>) -> Result<Response, Failure> {
    list(asked, viewer).await
}

fn query<F: Field>(params: &Params, wrong: &mut Violations) -> Option<Query<F>> {
    let query = params.text("query").map(Query::parse).transpose();
    query.unwrap_or_else(|error| {
        wrong.push(Violation::new("query", "syntax", format!("query: {error}")));
        None
    })
}

async fn devices(
    viewer: &Viewer<ClientStatus>,
    span: Span,
    page: Page,
    query: Option<Query<client_status::Field>>,
) -> Result<Response, Failure> {
    let end_seconds = span.end.map_or(i64::MAX, Timestamp::seconds);
    let window = Window { start_seconds: span.start.seconds(), end_seconds };
    let site = Arc::clone(viewer.site());
    let heavy = site.fleet.len() >= HEAVY_DEVICES;
    let answer = move |left: &AtomicBool| newest(&site, window, page, query.as_ref(), left);
    if heavy { viewer.search(answer).await } else { Ok(answer(&AtomicBool::new(false))) }
}

fn newest(
    site: &Site,
    window: Window,
    page: Page,
    query: Option<&Query<client_status::Field>>,
    left: &AtomicBool,
) -> Response {
    let devices = Rows::new(site, window).matching(query).until(left).newest(page);
    let events: Vec<_> = devices.iter().map(|device| device_event(site, device)).collect();
    reply::ok(&Reply::from(events))
}

/// An event of either kind, for the document.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes what others write")]
enum Event<'a> {
    Audit(AuditEvent),
    Device(DeviceEvent<'a>),
}

/// The parameters.
pub(super) enum Search {}
