//! `/api/v1/devices/{id}/explain` (decided, Preview and explain).

use std::sync::atomic::AtomicBool;

use axum::response::Response;
use domain::{Error, Noun, Timestamp};
use site::Site;
use site::queries::explain;
use uuid::Uuid;
use wire::explain::Explanation;

use super::explanation_shown;
use crate::auth::{Devices, Viewer};
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;

/// Explains a device's classification
///
/// What every check of every rule looked at and says, why each stronger classification does not match, and the single
/// facts and tags that would change the outcome.
#[utoipa::path(
    get,
    path = "/api/v1/devices/{id}/explain",
    operation_id = "explainDevice",
    tag = "devices",
    security(("token" = ["devices:view"])),
    params(parameters::DeviceId, ("at" = Option<String>, Query, description = "As of this moment of the past: RFC 3339 or Unix seconds. Absent: now.")),
    responses(
        (status = 200, description = "The proof.", body = Explanation<'_>),
        (status = 400, description = "The id is no UUID, or `at` is no moment of the past."),
        (status = 404, description = "The site has, or had then, no such device."),
        (status = 410, description = "History so old was pruned."),
    ),
)]
pub(super) async fn show(viewer: Viewer<Devices>, id: Id, params: Params) -> Result<Response, Failure> {
    let id = id.uuid()?;
    let at = params.moment("at", || viewer.now())?;
    let site = viewer.site_at(at).await?;
    let at = at.unwrap_or_else(|| viewer.now());
    // A site can have rules enough to take a while.
    viewer.search(move |left| answer(&site, id, at, left)).await?
}

/// Nothing of worth once the caller has `left`.
fn answer(site: &Site, id: Uuid, at: Timestamp, left: &AtomicBool) -> Result<Response, Failure> {
    let device = site.device(id).ok_or_else(|| Error::not_found(Noun::Device, id))?;
    let explanation = explain::explain(site, &device, left).ok_or(Failure::TimedOut)?;
    Ok(reply::ok(&explanation_shown::whole(site, &device, &explanation, at)))
}
