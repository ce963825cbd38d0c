//! `/api/v1/tags`: the tag catalogue (alloyscan, Tags).

use axum::http::StatusCode;
use axum::response::Response;
use domain::{Colour, Description, TagFields, TagId, TagName};
use site::Site;
use site::commands::{ChangeTag, CreateTag, DeleteTag};
use wire::alloyscan::tags::{NewTag, PatchTag, Tag};

use super::tag_shown::{found, shown};
use crate::auth::{Administrator, Devices, Viewer};
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;
use crate::violations::Violations;

/// Creates a tag
#[utoipa::path(
    post,
    path = "/api/v1/tags",
    operation_id = "createTag",
    tag = "tags",
    security(("token" = ["administrator"])),
    request_body = NewTag,
    responses(
        (status = 201, description = "Created.", body = Tag<'_>),
        (status = 400, description = "The body is not of the form asked for: the name or the colour is missing or is none."),
        (status = 409, description = "A tag of that name exists on the site, whatever its case, or the site has too many tags."),
    ),
)]
pub(super) async fn create(administrator: Administrator, body: JsonBody) -> Result<Response, Failure> {
    let fields = creation(&body.read()?)?;
    let done = administrator.run_on_site(CreateTag::new(fields).within(administrator.limits())).await?;
    let created = told(&done.state, done.outcome, StatusCode::CREATED)?;
    Ok(reply::at_version(done.version, created))
}

/// Shows a tag
#[utoipa::path(
    get,
    path = "/api/v1/tags/{id}",
    operation_id = "getTag",
    tag = "tags",
    security(("token" = ["devices:view"])),
    params(parameters::TagId, ("at" = Option<String>, Query, description = "As of this moment of the past: RFC 3339 or Unix seconds. Absent: now.")),
    responses(
        (status = 200, description = "The tag.", body = Tag<'_>),
        (status = 400, description = "The id is no UUID, or `at` is no moment of the past."),
        (status = 404, description = "The site has, or had then, no such tag."),
        (status = 410, description = "History so old was pruned."),
    ),
)]
pub(super) async fn show(viewer: Viewer<Devices>, id: Id, params: Params) -> Result<Response, Failure> {
    let id = id.uuid()?;
    let site = viewer.site_at(params.moment("at", || viewer.now())?).await?;
    Ok(reply::ok(&shown(&site, found(&site, id)?)))
}

/// Renames or recolours a tag
///
/// It stays on the devices that carry it.
#[utoipa::path(
    patch,
    path = "/api/v1/tags/{id}",
    operation_id = "patchTag",
    tag = "tags",
    security(("token" = ["administrator"])),
    params(parameters::TagId),
    request_body = PatchTag,
    responses(
        (status = 200, description = "The tag as it is now.", body = Tag<'_>),
        (status = 400, description = "The body is not of the form asked for, or the id is no UUID."),
        (status = 404, description = "The site has no such tag."),
        (status = 409, description = "Another tag of the site has that name, whatever its case."),
    ),
)]
pub(super) async fn patch(administrator: Administrator, id: Id, body: JsonBody) -> Result<Response, Failure> {
    let patch: PatchTag = body.read()?;
    let mut wrong = Violations::default();
    let name = wrong.take_some("name", patch.name.as_deref().map(TagName::new));
    let colour = wrong.take_some("color", patch.color.as_deref().map(Colour::named));
    wrong.finish()?;
    let id = found(&*administrator.snapshot()?, id.uuid()?)?.id;
    let done = administrator.run_on_site(ChangeTag { id, name, description: None, colour }).await?;
    Ok(reply::at_version(done.version, told(&done.state, id, StatusCode::OK)?))
}

/// Deletes a tag
///
/// It is taken off every device that carries it.
#[utoipa::path(
    delete,
    path = "/api/v1/tags/{id}",
    operation_id = "deleteTag",
    tag = "tags",
    security(("token" = ["administrator"])),
    params(parameters::TagId),
    responses(
        (status = 204, description = "Deleted. There is no body."),
        (status = 400, description = "The id is no UUID."),
        (status = 404, description = "The site has no such tag."),
        (status = 409, description = "Rules check it: the message names them."),
    ),
)]
pub(super) async fn delete(administrator: Administrator, id: Id) -> Result<Response, Failure> {
    let id = found(&*administrator.snapshot()?, id.uuid()?)?.id;
    let done = administrator.run_on_site(DeleteTag { id, force: true }).await?;
    Ok(reply::at_version(done.version, reply::empty(StatusCode::NO_CONTENT)))
}

fn creation(body: &NewTag) -> Result<TagFields, Failure> {
    let mut wrong = Violations::default();
    let name = wrong.take("name", TagName::new(&body.name));
    let colour = wrong.take("color", Colour::named(&body.color));
    let fields = name.zip(colour);
    let (name, colour) = wrong.complete(fields)?;
    Ok(TagFields { name, description: Description::empty(), colour })
}

/// The tag as `site` has it.
fn told(site: &Site, id: TagId, status: StatusCode) -> Result<Response, Failure> {
    let tag = found(site, site.tag_id(id))?;
    Ok(reply::json(status, &shown(site, tag)))
}
