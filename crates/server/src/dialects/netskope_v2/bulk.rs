//! `bulkadd`, `bulkremove` and `bulkreplace`: putting tags on devices and taking them off (netskope-v2 §8).

use axum::response::Response;
use domain::{DeviceName, TagId, UserKey, Violation};
use site::commands::{Assign, Assigned, Assignment, BULK_DEVICES_MAX, UnknownDevice};
use wire::Text;
use wire::netskope_v2::{Bulk, BulkData, NamedDevice, Success};

use super::named_devices;
use crate::auth::{Devices, Manager};
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::reply;
use crate::violations::Violations;

/// Puts tags on devices
///
/// On up to 1000 devices in one commit: all or nothing.
#[utoipa::path(
    post,
    path = "/api/v2/devices/device/tags/bulkadd",
    operation_id = "addDeviceTags",
    tag = "device tags",
    security(("token" = ["devices:manage"])),
    request_body(content = Bulk<'_>, example = json!({"tags": [1137], "devices": [
        {"nsdeviceuid": "416012FE-30F4-97F4-A7DC-59E6E1A8CC7D", "userkey": "joe@corp.example"}
    ], "device_classifications": []})),
    responses(
        (status = 200, description = "Done. Devices that the site does not know are listed, not created.", body = Success<BulkData<'_>>),
        (status = 400, description = "The body is not of the form asked for, a tag does not exist, or a device would carry more tags than it may, five unless the site has that set otherwise: each is named with its count."),
    ),
)]
pub(super) async fn add(manager: Manager<Devices>, body: JsonBody) -> Result<Response, Failure> {
    assign(&manager, &body, Assignment::Add).await
}

/// Takes tags off devices
///
/// Off up to 1000 devices in one commit: all or nothing.
#[utoipa::path(
    post,
    path = "/api/v2/devices/device/tags/bulkremove",
    operation_id = "removeDeviceTags",
    tag = "device tags",
    security(("token" = ["devices:manage"])),
    request_body(content = Bulk<'_>, example = json!({"tags": [1137], "devices": [
        {"nsdeviceuid": "416012FE-30F4-97F4-A7DC-59E6E1A8CC7D", "userkey": "joe@corp.example"}
    ], "device_classifications": []})),
    responses(
        (status = 200, description = "Done. Devices that the site does not know are listed, not created.", body = Success<BulkData<'_>>),
        (status = 400, description = "The body is not of the form asked for, or a tag does not exist."),
    ),
)]
pub(super) async fn remove(manager: Manager<Devices>, body: JsonBody) -> Result<Response, Failure> {
    assign(&manager, &body, Assignment::Remove).await
}

/// Gives devices exactly these tags
///
/// Up to 1000 devices in one commit: all or nothing. No tags clear them. Of more tags than a device may
/// carry, five unless the site has that set otherwise, the first by name count.
#[utoipa::path(
    post,
    path = "/api/v2/devices/device/tags/bulkreplace",
    operation_id = "replaceDeviceTags",
    tag = "device tags",
    security(("token" = ["devices:manage"])),
    request_body(content = Bulk<'_>, example = json!({"tags": [1137], "devices": [
        {"nsdeviceuid": "416012FE-30F4-97F4-A7DC-59E6E1A8CC7D", "userkey": "joe@corp.example"}
    ], "device_classifications": []})),
    responses(
        (status = 200, description = "Done. Devices that the site does not know are listed, not created. Tags beyond what a device may carry are listed as skipped.", body = Success<BulkData<'_>>),
        (status = 400, description = "The body is not of the form asked for, or a tag does not exist."),
    ),
)]
pub(super) async fn replace(manager: Manager<Devices>, body: JsonBody) -> Result<Response, Failure> {
    assign(&manager, &body, Assignment::Replace).await
}

async fn assign(
    manager: &Manager<Devices>,
    body: &JsonBody,
    assignment: Assignment,
) -> Result<Response, Failure> {
    let body: Bulk<'_> = body.read()?;
    let (tags, devices) = checked(&body)?;
    let limit = manager.limits().netskope_tags_per_device.get() as usize;
    let done = manager.run(Assign::new(assignment, tags, devices, limit)).await?;
    let message = match assignment {
        Assignment::Add => "Tags added successfully",
        Assignment::Remove => "Tags removed successfully",
        Assignment::Replace => "Tags replaced successfully",
    };
    let data = told(&body, &done.outcome, message);
    Ok(reply::at_version(done.version, reply::ok(&Success::from(data))))
}

fn checked(body: &Bulk<'_>) -> Result<(Vec<TagId>, Vec<DeviceName>), Failure> {
    let mut found = Violations::default();
    found.at_most("tags", body.tags.len(), BULK_DEVICES_MAX);
    if body.device_classifications.as_ref().is_some_and(|ids| !ids.is_empty()) {
        let message = "device_classifications must be empty: classifications come from rules, not by hand";
        found.push(Violation::new("device_classifications", "not_assignable", message));
    }
    let mut tags = Vec::with_capacity(body.tags.len().min(BULK_DEVICES_MAX));
    for (index, tag) in body.tags.iter().enumerate() {
        match u32::try_from(*tag) {
            Ok(id) => tags.push(TagId(id)),
            Err(_) => {
                let message = format!("tag {tag} does not exist; gettags lists the device tags there are");
                found.push(Violation::new(format!("tags[{index}]"), "unknown_tag", message));
            }
        }
    }
    found.finish()?;
    Ok((tags, named_devices::read(&body.devices)?))
}

fn told<'a>(body: &'a Bulk<'_>, assigned: &Assigned, message: &'static str) -> BulkData<'a> {
    BulkData {
        affected_device_tags: assigned.affected,
        affected_device_classification_tags: 0,
        message,
        unknown_devices: assigned
            .unknown_devices
            .iter()
            .filter_map(|unknown| Some(shown(body.devices.get(unknown.place)?, unknown)))
            .collect(),
        skipped_tags: assigned.skipped_tags.iter().map(|tag| tag.0).collect(),
    }
}

/// An item as it was named; of several users only those that have no device there.
fn shown<'a>(named: &NamedDevice<'a>, unknown: &UnknownDevice) -> NamedDevice<'a> {
    let mut shown = named.clone();
    if !unknown.users.is_empty() {
        let users: Vec<_> = unknown.users.iter().map(UserKey::as_str).collect();
        shown.userkey = Some(Text(users.join(",").into()));
    }
    shown
}
