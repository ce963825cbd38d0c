//! `/api/v1/devices` (alloyscan, Devices).

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use domain::{Error, Noun};
use site::Site;
use site::commands::RemoveDevice;
use site::queries::client_status::Page;
use site::queries::devices;
use wire::management::List;

use super::device_shown;
use crate::auth::{Devices, Manager, Viewer};
use crate::failure::Failure;
use crate::heavy::HEAVY_DEVICES;
use crate::params::{Id, Params};
use crate::reply;

const LIMIT_DEFAULT: usize = 50;
const LIMIT_MAX: usize = 1000;

pub(super) async fn list(viewer: Viewer<Devices>, params: Params) -> Result<Response, Failure> {
    let limit = params.limit(LIMIT_MAX)?.unwrap_or(LIMIT_DEFAULT);
    let page = Page { offset: params.count("offset")?.unwrap_or(0), limit };
    let search = params.text("q").map(str::to_owned);
    let site = as_of(&viewer, &params).await?;
    let heavy = site.fleet.len() >= HEAVY_DEVICES;
    let answer = move || listed(&site, search.as_deref(), page);
    if heavy { viewer.heavy(answer).await } else { Ok(answer()) }
}

pub(super) async fn show(viewer: Viewer<Devices>, id: Id, params: Params) -> Result<Response, Failure> {
    let id = id.uuid()?;
    let site = as_of(&viewer, &params).await?;
    let device = site.device(id).ok_or_else(|| Error::not_found(Noun::Device, id))?;
    Ok(reply::ok(&device_shown::whole(&site, &device)))
}

pub(super) async fn delete(manager: Manager<Devices>, id: Id) -> Result<Response, Failure> {
    let done = manager.run(RemoveDevice { id: id.uuid()? }).await?;
    Ok(reply::at_version(done.version, reply::empty(StatusCode::NO_CONTENT)))
}

/// The site as of the moment that `at` names, or of the request's beginning.
async fn as_of(viewer: &Viewer<Devices>, params: &Params) -> Result<Arc<Site>, Failure> {
    viewer.site_at(params.moment("at", viewer.now())?).await
}

fn listed(site: &Site, search: Option<&str>, page: Page) -> Response {
    let found = devices::list(site, search, page);
    let items = found.devices.iter().map(|device| device_shown::listed(site, device)).collect();
    reply::ok(&List { items, total: found.total })
}
