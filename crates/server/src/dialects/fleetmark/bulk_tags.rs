//! `POST /api/v1/devices/tags/bulk`: tags of many devices, for people and scripts.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::response::Response;
use site::commands::{Retag, Wanted};
use site::{Command as _, Context, Site, State as _};
use wire::bulk_tags::{BulkTagged, BulkTags};

use super::bulk_tags_form::{self, Devices as Who};
use super::bulk_tags_shown::shown;
use crate::auth::{Devices, Manager, Viewer};
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::params::Params;
use crate::reply;

/// Puts tags on devices and takes tags off them
///
/// Each device is judged alone, and those that can be done are done in one commit. A device that carries a tag keeps
/// it, one that lacks it lacks it. With `expiresAt` or `expiresIn` the tags of `add` come off by themselves at that second.
#[utoipa::path(
    post,
    path = "/api/v1/devices/tags/bulk",
    operation_id = "bulkTagDevices",
    tag = "devices",
    security(("token" = ["devices:manage"])),
    params(("dryRun" = Option<bool>, Query, description = "Answer as if it were done, and do nothing.")),
    request_body(content = BulkTags, examples(
        ("devices" = (value = json!({"add": [{"tagName": "Production"}], "remove": [{"tagName": "Lab"}], "devices": [
            {"id": "0198502c-8a3b-8000-8000-000100000001"},
            {"nsdeviceuid": "416012FE-30F4-97F4-A7DC-59E6E1A8CC7D", "userkey": "joe@corp.example"}]}))),
        ("for a day" = (value = json!({"add": [{"tagName": "Quarantine"}], "expiresIn": "1d", "source": "manual",
            "filter": {"q": "build-"}}))),
        ("filter" = (value = json!({"add": [{"tagName": "Build"}], "filter": {"q": "build-"}}))),
    )),
    responses(
        (status = 200, description = "What came of it for each device.", body = BulkTagged<'_>),
        (status = 400, description = "The body is not of the form asked for, a tag does not exist, or `expiresAt` has passed."),
        (status = 409, description = "What would have to be recorded is more than one record holds."),
    ),
)]
pub(super) async fn tag(
    manager: Manager<Devices>,
    viewer: Viewer<Devices>,
    params: Params,
    body: JsonBody,
) -> Result<Response, Failure> {
    let dry_run = params.flag("dryRun")?;
    let body: BulkTags = body.read()?;
    let (add, remove, who, terms) = bulk_tags_form::read(&body, viewer.site(), viewer.now())?;
    let retag = Retag::new(add, remove, wanted(&viewer, who).await?).on(terms).within(manager.limits());
    if dry_run {
        let (site, context) = (Arc::clone(viewer.site()), viewer.context());
        return viewer.search(move |_| supposed(&site, retag, &context, &body)).await?;
    }
    let done = manager.run(retag).await?;
    Ok(reply::at_version(done.version, reply::ok(&shown(&done.state, &body, &done.outcome))))
}

/// What the real run would answer on this state.
fn supposed(site: &Site, mut retag: Retag, context: &Context, body: &BulkTags) -> Result<Response, Failure> {
    retag.decide(site, context)?;
    let outcome = retag.outcome(site);
    Ok(reply::at_version(site.version(), reply::ok(&shown(site, body, &outcome))))
}

async fn wanted(viewer: &Viewer<Devices>, who: Who) -> Result<Wanted, Failure> {
    let filter = match who {
        Who::Named(devices) => return Ok(Wanted::Named(devices)),
        Who::Filter(filter) => filter,
    };
    let site = Arc::clone(viewer.site());
    let found = viewer.search(move |left: &AtomicBool| filter.numbers(&site, left)).await?;
    found.map(Wanted::Found).ok_or(Failure::TimedOut)
}
