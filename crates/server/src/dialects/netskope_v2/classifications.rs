//! `/api/v2/deviceclassification/tags` (netskope-v2 §4).

use axum::http::StatusCode;
use axum::response::Response;
use domain::{ClassificationId, ClassificationName, Description, Error, Noun};
use site::catalogue;
use site::commands::{
    BULK_DEVICES_MAX, ChangeClassification, CreateClassifications, DeleteClassification,
    NewClassification as Create,
};
use wire::netskope_v2::{
    Classification, ClassificationsCreated, NewClassification, PatchClassification, PutClassification, Status,
};

use super::page::Page;
use crate::auth::{DeviceClassification, Manager, Viewer};
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;
use crate::violations::Violations;

const DONE: Status = Status { status: true };

/// Lists classifications
///
/// From the strongest on. Without `limit` all of them.
#[utoipa::path(
    get,
    path = "/api/v2/deviceclassification/tags",
    operation_id = "listClassifications",
    tag = "classifications",
    security(("token" = ["device_classification:view"])),
    params(Page),
    responses(
        (status = 200, description = "The classifications, as a bare array.", body = [Classification<'_>]),
        (status = 400, description = "A parameter is out of its limits, or `offset` stands without `limit`."),
    ),
)]
pub(super) async fn list(viewer: Viewer<DeviceClassification>, params: Params) -> Result<Response, Failure> {
    let page = Page::of(&params)?;
    let all = page.cut(viewer.site().catalogue.classifications.iter());
    Ok(reply::ok(&all.into_iter().map(shown).collect::<Vec<_>>()))
}

/// Shows a classification
#[utoipa::path(
    get,
    path = "/api/v2/deviceclassification/tags/{id}",
    operation_id = "getClassification",
    tag = "classifications",
    security(("token" = ["device_classification:view"])),
    params(parameters::Id),
    responses(
        (status = 200, description = "The classification.", body = Classification<'_>),
        (status = 400, description = "The id is no number."),
        (status = 404, description = "There is no such classification."),
    ),
)]
pub(super) async fn show(viewer: Viewer<DeviceClassification>, id: Id) -> Result<Response, Failure> {
    let id = ClassificationId(id.of(Noun::Classification)?);
    let found = viewer.site().catalogue.classifications.get(id);
    let found = found.ok_or_else(|| Error::not_found(Noun::Classification, id))?;
    Ok(reply::ok(&shown(found)))
}

/// Creates classifications
///
/// Up to 1000 at once, all or nothing. New ones go last: the weakest priority. An item with the name of an existing
/// classification and the same or no description answers that one's id, so a repeat does no harm.
#[utoipa::path(
    post,
    path = "/api/v2/deviceclassification/tags",
    operation_id = "createClassifications",
    tag = "classifications",
    security(("token" = ["device_classification:manage"])),
    request_body(
        content = Vec<NewClassification<'_>>,
        example = json!([{"name": "low risk", "description": "Devices with low risk classification"}]),
    ),
    responses(
        (status = 201, description = "Created, or already there.", body = ClassificationsCreated),
        (status = 400, description = "The body is not of the form asked for, or the site would have too many classifications."),
        (status = 409, description = "A classification of that name has another description, or the call names one twice with different ones."),
    ),
)]
pub(super) async fn create(
    manager: Manager<DeviceClassification>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let items = creations(&body.read::<Vec<NewClassification<'_>>>()?)?;
    let done = manager.run(CreateClassifications::new(items).within(manager.limits())).await?;
    let data = done.outcome.into_iter().map(|id| id.0).collect();
    let created = ClassificationsCreated { status: true, data };
    Ok(reply::at_version(done.version, reply::json(StatusCode::CREATED, &created)))
}

/// Changes name and description of a classification
#[utoipa::path(
    put,
    path = "/api/v2/deviceclassification/tags/{id}",
    operation_id = "putClassification",
    tag = "classifications",
    security(("token" = ["device_classification:manage"])),
    params(parameters::Id),
    request_body = PutClassification<'_>,
    responses(
        (status = 200, description = "Changed. Rules and policies stay attached.", body = Status),
        (status = 400, description = "The body is not of the form asked for, or the id is no number."),
        (status = 404, description = "There is no such classification."),
        (status = 409, description = "Another classification has that name."),
    ),
)]
pub(super) async fn put(
    manager: Manager<DeviceClassification>,
    id: Id,
    body: JsonBody,
) -> Result<Response, Failure> {
    let PutClassification { name, description } = body.read()?;
    let patch = PatchClassification { name: Some(name), description: Some(description), priority: None };
    change(&manager, &id, &patch).await
}

/// Changes some of a classification
///
/// With `priority` it moves to that place, and the others close up: priorities stay 1, 2, 3 …
#[utoipa::path(
    patch,
    path = "/api/v2/deviceclassification/tags/{id}",
    operation_id = "patchClassification",
    tag = "classifications",
    security(("token" = ["device_classification:manage"])),
    params(parameters::Id),
    request_body = PatchClassification<'_>,
    responses(
        (status = 200, description = "Changed.", body = Status),
        (status = 400, description = "The body is not of the form asked for, there is no such place, or the id is no number."),
        (status = 404, description = "There is no such classification."),
        (status = 409, description = "Another classification has that name."),
    ),
)]
pub(super) async fn patch(
    manager: Manager<DeviceClassification>,
    id: Id,
    body: JsonBody,
) -> Result<Response, Failure> {
    change(&manager, &id, &body.read()?).await
}

/// Deletes a classification
#[utoipa::path(
    delete,
    path = "/api/v2/deviceclassification/tags/{id}",
    operation_id = "deleteClassification",
    tag = "classifications",
    security(("token" = ["device_classification:manage"])),
    params(parameters::Id),
    responses(
        (status = 200, description = "Deleted.", body = Status),
        (status = 400, description = "Rules still give it: the message names them. Or the id is no number."),
        (status = 404, description = "There is no such classification."),
    ),
)]
pub(super) async fn delete(manager: Manager<DeviceClassification>, id: Id) -> Result<Response, Failure> {
    let id = ClassificationId(id.of(Noun::Classification)?);
    let done = manager.run(DeleteClassification(id)).await?;
    Ok(reply::at_version(done.version, reply::ok(&DONE)))
}

async fn change(
    manager: &Manager<DeviceClassification>,
    id: &Id,
    patch: &PatchClassification<'_>,
) -> Result<Response, Failure> {
    let id = ClassificationId(id.of(Noun::Classification)?);
    let mut found = Violations::default();
    let name = found.take_some("name", patch.name.as_deref().map(ClassificationName::new));
    let description = found.take_some("description", patch.description.as_deref().map(Description::new));
    found.finish()?;
    // The core has fewer places and names how many there are.
    let priority = patch.priority.map(|priority| u32::try_from(priority).unwrap_or(u32::MAX));
    let done = manager.run(ChangeClassification { id, name, description, priority }).await?;
    Ok(reply::at_version(done.version, reply::ok(&DONE)))
}

fn creations(items: &[NewClassification<'_>]) -> Result<Vec<Create>, Failure> {
    let mut found = Violations::default();
    found.at_most("", items.len(), BULK_DEVICES_MAX);
    let mut creations = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let name = found.take(format!("[{index}].name"), ClassificationName::new(&item.name));
        let description = item.description.as_deref().map(Description::new);
        let description = found.take_some(format!("[{index}].description"), description);
        creations.extend(name.map(|name| Create { name, description }));
    }
    found.finish()?;
    Ok(creations)
}

fn shown((priority, known): (u32, &catalogue::Classification)) -> Classification<'_> {
    Classification {
        id: known.id.0,
        priority,
        name: known.fields.name.as_str(),
        description: known.fields.description.as_str(),
        modified_by: known.modified.by.as_str(),
        modified_time: known.modified.at.to_string(),
        policy_names: Vec::new(),
    }
}
