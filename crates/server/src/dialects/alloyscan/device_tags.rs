//! `/api/v1/devices/{deviceId}/tags`: putting tags on a device and taking them off (alloyscan, Tags).

use axum::http::StatusCode;
use axum::response::Response;
use domain::{Error, Limits, Noun, Timestamp};
use site::commands::{AttachTag, DetachTag};
use uuid::Uuid;
use wire::alloyscan::tags::{AttachedTag, CarriedTag, NamedTag};
use wire::management::List;

use super::{device_shown, named_tag, terms_form};
use crate::auth::{Devices, Manager};
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, TwoIds};
use crate::reply;
use crate::violations::Violations;

/// Attaches a tag to a device
///
/// One that there is, named by its id or by its name. Repeating it changes nothing, unless it gives another end: with
/// `expiresAt` or `expiresIn` the tag comes off by itself at that second, and rules are asked anew in the same commit.
#[utoipa::path(
    post,
    path = "/api/v1/devices/{deviceId}/tags",
    operation_id = "attachTag",
    tag = "devices",
    security(("token" = ["devices:manage"])),
    params(parameters::BelowDevice),
    request_body(content = AttachedTag, examples(
        ("by id" = (value = json!({"tagId": "0198502c-8a3b-8000-8000-000200000001"}))),
        ("by name" = (value = json!({"tagName": "Production"}))),
        ("for a day" = (value = json!({"tagName": "Quarantine", "expiresIn": "1d", "source": "manual"}))),
    )),
    responses(
        (status = 200, description = "What the device carries now, by name.", body = List<CarriedTag<'_>>),
        (status = 400, description = "The body is not of the form asked for, the site has no such tag, `expiresAt` has passed, or the device's id is no UUID."),
        (status = 404, description = "The site has no such device."),
        (status = 409, description = "The device carries 64 tags already."),
    ),
)]
pub(super) async fn attach(manager: Manager<Devices>, id: Id, body: JsonBody) -> Result<Response, Failure> {
    let body: AttachedTag = body.read()?;
    let attach = attached(id.uuid_as("deviceId")?, &body, manager.now()?, manager.limits())?;
    let device = attach.device;
    let done = manager.run(attach).await?;
    let carrier = done.state.device(device).ok_or_else(|| Error::not_found(Noun::Device, device))?;
    let items = device_shown::tags(&done.state, &carrier);
    Ok(reply::at_version(done.version, reply::ok(&List { total: items.len(), items })))
}

/// Detaches a tag from a device
///
/// The tag stays in the catalogue.
#[utoipa::path(
    delete,
    path = "/api/v1/devices/{deviceId}/tags/{tagId}",
    operation_id = "detachTag",
    tag = "devices",
    security(("token" = ["devices:manage"])),
    params(parameters::TagOnDevice),
    responses(
        (status = 204, description = "Detached. There is no body."),
        (status = 400, description = "An id is no UUID."),
        (status = 404, description = "The site has no such device, or the device does not carry such a tag."),
    ),
)]
pub(super) async fn detach(
    manager: Manager<Devices>,
    TwoIds(device, tag): TwoIds,
) -> Result<Response, Failure> {
    let done =
        manager.run(DetachTag { device: device.uuid_as("deviceId")?, tag: tag.uuid_as("tagId")? }).await?;
    Ok(reply::at_version(done.version, reply::empty(StatusCode::NO_CONTENT)))
}

fn attached(device: Uuid, body: &AttachedTag, now: Timestamp, limits: Limits) -> Result<AttachTag, Failure> {
    let AttachedTag { tag_id, tag_name, source, expires_at, expires_in } = body;
    let mut wrong = Violations::default();
    let named = NamedTag { tag_id: tag_id.clone(), tag_name: tag_name.clone() };
    let tag = named_tag::read(&named, "", &mut wrong);
    let terms =
        terms_form::read(source.as_deref(), expires_at.as_ref(), expires_in.as_deref(), now, &mut wrong);
    Ok(AttachTag { device, tag: wrong.complete(tag)?, terms, limits })
}
