//! `POST /api/v1/tags/{id}/merge`: one tag of two.

use axum::response::Response;
use domain::Error;
use site::commands::MergeTags;
use wire::alloyscan::tags::Tag;
use wire::bulk_tags::MergeTag;

use crate::auth::Administrator;
use crate::body::JsonBody;
use crate::dialects::alloyscan::tag_shown::{found, shown};
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::Id;
use crate::reply;
use crate::uuid_text::parsed_uuid;

/// Merges a tag into another one
///
/// Every device that carries it gets the other, and it is deleted, in one commit.
#[utoipa::path(
    post,
    path = "/api/v1/tags/{id}/merge",
    operation_id = "mergeTag",
    tag = "tags",
    security(("token" = ["administrator"])),
    params(parameters::TagId),
    request_body = MergeTag,
    responses(
        (status = 200, description = "The tag that stays, as it is now.", body = Tag<'_>),
        (status = 400, description = "The body is not of the form asked for, `into` is no other tag of the site, or the id is no UUID."),
        (status = 404, description = "The site has no such tag."),
        (status = 409, description = "Rules check the tag that goes: the message names them."),
    ),
)]
pub(super) async fn merge(administrator: Administrator, id: Id, body: JsonBody) -> Result<Response, Failure> {
    let MergeTag { into } = body.read()?;
    let site = administrator.snapshot()?;
    let from = found(&site, id.uuid()?)?.id;
    let into =
        parsed_uuid(&into).and_then(|id| found(&site, id).ok()).map(|tag| tag.id).ok_or_else(|| {
            let message = "into must be the UUID of a tag of this site; GET /api/v1/tags lists them";
            Error::invalid("into", "unknown_tag", message)
        })?;
    let done = administrator.run_on_site(MergeTags { from, into }).await?;
    let staying = found(&done.state, done.state.tag_id(into))?;
    Ok(reply::at_version(done.version, reply::ok(&shown(&done.state, staying))))
}
