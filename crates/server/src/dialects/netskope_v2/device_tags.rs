//! `/api/v2/devices/device/tags`: creating, changing and deleting device tags (netskope-v2 §8).

use axum::http::StatusCode;
use axum::response::Response;
use domain::{Colour, Description, Noun, TagFields, TagId, TagName};
use site::commands::{ChangeTag, CreateTag, DeleteTag};
use wire::netskope_v2::{DeletedTag, DeviceTag, NewDeviceTag, PatchDeviceTag, Success};

use crate::auth::{Devices, Manager};
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;
use crate::violations::Violations;

/// Creates a device tag
#[utoipa::path(
    post,
    path = "/api/v2/devices/device/tags",
    operation_id = "createDeviceTag",
    tag = "device tags",
    security(("token" = ["devices:manage"])),
    request_body = NewDeviceTag<'_>,
    responses(
        (status = 201, description = "Created.", body = Success<DeviceTag<'_>>),
        (status = 400, description = "The body is not of the form asked for, or the site would have too many tags."),
        (status = 409, description = "A tag of that name exists, whatever its case."),
    ),
)]
pub(super) async fn create(manager: Manager<Devices>, body: JsonBody) -> Result<Response, Failure> {
    let fields = creation(&body.read()?)?;
    let done = manager.run(CreateTag::new(fields.clone()).within(manager.limits())).await?;
    let created = Success::from(shown(done.outcome, &fields));
    Ok(reply::at_version(done.version, reply::json(StatusCode::CREATED, &created)))
}

/// Changes a device tag
///
/// It stays on the devices that carry it.
#[utoipa::path(
    patch,
    path = "/api/v2/devices/device/tags/{id}",
    operation_id = "patchDeviceTag",
    tag = "device tags",
    security(("token" = ["devices:manage"])),
    params(parameters::Id),
    request_body = PatchDeviceTag<'_>,
    responses(
        (status = 200, description = "The tag as it is now.", body = Success<DeviceTag<'_>>),
        (status = 400, description = "The body is not of the form asked for, or the id is no number."),
        (status = 404, description = "There is no such tag."),
        (status = 409, description = "Another tag has that name, whatever its case."),
    ),
)]
pub(super) async fn patch(manager: Manager<Devices>, id: Id, body: JsonBody) -> Result<Response, Failure> {
    let id = TagId(id.of(Noun::Tag)?);
    let patch: PatchDeviceTag<'_> = body.read()?;
    let mut found = Violations::default();
    let name = found.take_some("name", patch.name.as_deref().map(TagName::netskope));
    let description = found.take_some("description", patch.description.as_deref().map(Description::netskope));
    found.finish()?;
    let done = manager.run(ChangeTag { id, name, description, colour: None }).await?;
    Ok(reply::at_version(done.version, reply::ok(&Success::from(shown(id, &done.outcome)))))
}

/// Deletes a device tag
///
/// To take a tag off a device, use `bulkremove`.
#[utoipa::path(
    delete,
    path = "/api/v2/devices/device/tags/{id}",
    operation_id = "deleteDeviceTag",
    tag = "device tags",
    security(("token" = ["devices:manage"])),
    params(
        parameters::Id,
        ("force" = Option<bool>, Query, description = "Take it off all devices first. Rules that check it still keep it."),
    ),
    responses(
        (status = 200, description = "Deleted.", body = Success<DeletedTag>),
        (status = 400, description = "Devices carry it or rules check it: the message counts them. Or the id is no number."),
        (status = 404, description = "There is no such tag."),
    ),
)]
pub(super) async fn delete(manager: Manager<Devices>, id: Id, params: Params) -> Result<Response, Failure> {
    let id = TagId(id.of(Noun::Tag)?);
    let force = params.flag("force")?;
    let done = manager.run(DeleteTag { id, force }).await?;
    Ok(reply::at_version(done.version, reply::ok(&Success::from(DeletedTag { id: id.0 }))))
}

fn creation(body: &NewDeviceTag<'_>) -> Result<TagFields, Failure> {
    let mut found = Violations::default();
    let name = found.take("name", TagName::netskope(&body.name));
    let description = body.description.as_deref().map(Description::netskope);
    let description = found.take_some("description", description).unwrap_or_else(Description::empty);
    Ok(TagFields { name: found.complete(name)?, description, colour: Colour::default() })
}

fn shown(id: TagId, fields: &TagFields) -> DeviceTag<'_> {
    DeviceTag { id: id.0, name: fields.name.as_str(), description: fields.description.as_str() }
}
