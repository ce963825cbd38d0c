//! `GET /api/v1/tags`: the catalogue as a list (alloyscan, Tags).

use axum::response::Response;
use domain::Error;
use site::queries::client_status::Page;
use site::queries::tags::{self, TagOrder};
use wire::alloyscan::tags::Tag;
use wire::management::List;

use super::paging::Paging;
use super::tag_shown::shown;
use crate::auth::{Devices, Viewer};
use crate::failure::Failure;
use crate::params::Params;
use crate::reply;

/// Lists tags
///
/// With their exact usage at this moment.
#[utoipa::path(
    get,
    path = "/api/v1/tags",
    operation_id = "listTags",
    tag = "tags",
    security(("token" = ["devices:view"])),
    params(
        Paging,
        ("q" = Option<String>, Query, description = "A part of the name, in any case."),
        ("sort" = Option<String>, Query, description = "`name` (if absent) or `usage`; with `-` before it the other way round. Tags of one usage come by name."),
        ("at" = Option<String>, Query, description = "As of this moment of the past: RFC 3339 or Unix seconds. Absent: now."),
    ),
    responses(
        (status = 200, description = "A page of tags.", body = List<Tag<'_>>),
        (status = 400, description = "A parameter is out of its limits, or `at` is no moment of the past."),
        (status = 410, description = "History so old was pruned."),
    ),
)]
pub(super) async fn list(viewer: Viewer<Devices>, params: Params) -> Result<Response, Failure> {
    let Paging { offset, limit } = Paging::of(&params)?;
    let order = order(&params)?;
    let site = viewer.site_at(params.moment("at", || viewer.now())?).await?;
    let found = tags::list(&site, params.text("q"), order, Page { offset, limit });
    let items = found.tags.iter().map(|tag| shown(&site, tag)).collect();
    Ok(reply::ok(&List { items, total: found.total }))
}

fn order(params: &Params) -> Result<TagOrder, Failure> {
    match params.text("sort") {
        None | Some("name") => Ok(TagOrder::Name),
        Some("-name") => Ok(TagOrder::NameDescending),
        Some("usage") => Ok(TagOrder::Usage),
        Some("-usage") => Ok(TagOrder::UsageDescending),
        Some(_) => {
            let message = "sort must be one of name, -name, usage and -usage";
            Err(Error::invalid("sort", "unknown_order", message).into())
        }
    }
}
