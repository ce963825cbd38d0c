//! `/api/v2/devices/device/tags`: creating, changing and deleting device tags (netskope-v2 §8).

use axum::http::StatusCode;
use axum::response::Response;
use domain::{Colour, Description, Noun, TagFields, TagId, TagName};
use site::commands::{ChangeTag, CreateTag, DeleteTag};
use wire::netskope_v2::{DeletedTag, DeviceTag, NewDeviceTag, PatchDeviceTag, Success};

use crate::auth::{Devices, Manager};
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::params::{Id, Params};
use crate::reply;
use crate::violations::Violations;

pub(super) async fn create(manager: Manager<Devices>, body: JsonBody) -> Result<Response, Failure> {
    let fields = creation(&body.read()?)?;
    let done = manager.run(CreateTag { fields: fields.clone() }).await?;
    let created = Success::from(shown(done.outcome, &fields));
    Ok(reply::at_version(done.version, reply::json(StatusCode::CREATED, &created)))
}

pub(super) async fn patch(manager: Manager<Devices>, id: Id, body: JsonBody) -> Result<Response, Failure> {
    let id = TagId(id.of(Noun::Tag)?);
    let patch: PatchDeviceTag<'_> = body.read()?;
    let mut found = Violations::default();
    let name = found.take_some("name", patch.name.as_deref().map(TagName::netskope));
    let description = found.take_some("description", patch.description.as_deref().map(Description::netskope));
    found.finish()?;
    let done = manager.run(ChangeTag { id, name, description }).await?;
    Ok(reply::at_version(done.version, reply::ok(&Success::from(shown(id, &done.outcome)))))
}

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
