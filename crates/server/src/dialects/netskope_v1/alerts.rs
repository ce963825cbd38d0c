//! `/api/v1/alerts`: what policies raised on devices (netskope-v1, alerts). There are no policies yet, so there is none.

use axum::response::Response;
use wire::netskope_v1::{Alert, EventsBody, Reply};

use super::asked::Asked;
use super::page;
use super::span::Span;
use crate::auth::{ClientStatus, Viewer};
use crate::failure::Failure;
use crate::reply;
use crate::violations::Violations;

/// Lists alerts
///
/// What policies raised on devices. Nothing raises any yet.
#[utoipa::path(
    get,
    path = "/api/v1/alerts",
    operation_id = "listAlerts",
    tag = "events",
    security(("token" = ["client_status:view"])),
    params(Search),
    responses(
        (status = 200, description = "A page of alerts.", body = Reply<Alert>),
        (status = 400, description = "A parameter cannot be understood."),
    ),
)]
pub(super) async fn list(Asked(params): Asked, viewer: Viewer<ClientStatus>) -> Result<Response, Failure> {
    let mut wrong = Violations::default();
    Span::of(&params, viewer.now(), &mut wrong);
    page::read(&params, &mut wrong);
    wrong.finish()?;
    Ok(reply::ok(&Reply::<Alert>::from(Vec::new())))
}

/// Lists alerts, the parameters in the body
#[utoipa::path(
    post,
    path = "/api/v1/alerts",
    operation_id = "postAlerts",
    tag = "events",
    security(("token" = ["client_status:view"])),
    params(Search),
    request_body(content(
        (EventsBody = "application/json"),
        (EventsBody = "application/x-www-form-urlencoded"),
    )),
    responses(
        (status = 200, description = "A page of alerts.", body = Reply<Alert>),
        (status = 400, description = "A parameter cannot be understood."),
    ),
)]
pub(super) async fn post(asked: Asked, viewer: Viewer<ClientStatus>) -> Result<Response, Failure> {
    list(asked, viewer).await
}

/// The parameters.
pub(super) enum Search {}
