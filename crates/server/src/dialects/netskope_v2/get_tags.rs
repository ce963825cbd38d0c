//! `POST /api/v2/devices/device/tags/gettags`: the catalogue, a tag, the tags of devices (netskope-v2 §8).

use std::collections::BTreeSet;

use axum::response::Response;
use domain::{Error, TagId};
use site::Site;
use site::catalogue::Tag;
use site::queries::client_status::device_id_prefix;
use wire::netskope_v2::{AssignableTag, FoundTags, GetTags, ListedTag, TagPage, TagsOfDevice};

use super::{named_devices, tag_page};
use crate::auth::{Devices, Viewer};
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::reply;

const LIMIT_DEFAULT: u64 = 20;
const LIMIT_MAX: u64 = 1000;

/// Finds device tags
///
/// The whole catalogue, one tag by `id` or `name`, or those that any of some `devices` carries; a tag or device that is
/// not there is an empty list. With `device_id` the answer has a short form: all tags, and a mark on those that this
/// machine carries. At most one of the four may be given.
#[utoipa::path(
    post,
    path = "/api/v2/devices/device/tags/gettags",
    operation_id = "findDeviceTags",
    tag = "device tags",
    security(("token" = ["devices:view"])),
    request_body(content = GetTags<'_>, examples(
        ("catalogue" = (value = json!({"devices": [], "offset": 0, "limit": 10}))),
        ("by name" = (value = json!({"name": "low risk"}))),
        ("of devices" = (value = json!({"devices": [{"nsdeviceuid": "416012FE-30F4-97F4-A7DC-59E6E1A8CC7D",
            "userkey": "joe@corp.example"}]}))),
        ("of a machine" = (value = json!({"device_id": "416012FE-30F4-97F4-A7DC-59E6E1A8CC7D"}))),
    )),
    responses(
        (status = 200, description = "A page of tags; for `device_id` the short form.", body = FoundTags<'_>),
        (status = 400, description = "The body is not of the form asked for, or asks in several ways at once."),
    ),
)]
pub(super) async fn get_tags(viewer: Viewer<Devices>, body: JsonBody) -> Result<Response, Failure> {
    let body: GetTags<'_> = body.read()?;
    let site = viewer.site();
    match wanted(site, &body)? {
        Wanted::OfDevice(device_id) => Ok(reply::ok(&FoundTags::OfDevice(of_device(site, device_id)))),
        Wanted::All => {
            let tags = &site.catalogue.tags;
            Ok(reply::written(tag_page::written(&page(site, &body, tags.iter(), tags.len())?)))
        }
        Wanted::These(tags) => {
            Ok(reply::written(tag_page::written(&page(site, &body, tags.iter().copied(), tags.len())?)))
        }
    }
}

/// What a body asks for.
enum Wanted<'a> {
    /// The whole catalogue.
    All,
    /// Some tags of it, by id.
    These(Vec<&'a Tag>),
    /// The catalogue in the short form, with what this machine carries.
    OfDevice(&'a str),
}

fn wanted<'a>(site: &'a Site, body: &'a GetTags<'_>) -> Result<Wanted<'a>, Failure> {
    let tags = &site.catalogue.tags;
    let devices = body.devices.as_deref().filter(|devices| !devices.is_empty());
    match (body.id, &body.name, devices, &body.device_id) {
        (None, None, None, None) => Ok(Wanted::All),
        (Some(id), None, None, None) => {
            let tag = u32::try_from(id).ok().and_then(|id| tags.get(TagId(id)));
            Ok(Wanted::These(tag.into_iter().collect()))
        }
        (None, Some(name), None, None) => Ok(Wanted::These(tags.named(name).into_iter().collect())),
        (None, None, Some(devices), None) => {
            let mut carried: Vec<TagId> = Vec::new();
            let names = named_devices::read(devices)?;
            named_devices::for_each(site, &names, |device| carried.extend(device.tags()));
            carried.sort_unstable();
            carried.dedup();
            Ok(Wanted::These(carried.into_iter().filter_map(|id| tags.get(id)).collect()))
        }
        (None, None, None, Some(device_id)) => Ok(Wanted::OfDevice(device_id)),
        _ => {
            let message = "give one of id, name, devices and device_id, or none for all tags";
            Err(Error::invalid("", "ambiguous", message).into())
        }
    }
}

/// A page of `tags`, of which there are `total`.
fn page<'a>(
    site: &'a Site,
    body: &GetTags<'_>,
    tags: impl Iterator<Item = &'a Tag>,
    total: usize,
) -> Result<TagPage<'a>, Failure> {
    let (offset, limit) = (body.offset.unwrap_or(0), body.limit.unwrap_or(LIMIT_DEFAULT));
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(Error::invalid("limit", "range", format!("limit must be 1 to {LIMIT_MAX}")).into());
    }
    let wide = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let (offset, limit) = (wide(offset), wide(limit));
    let data = tags.skip(offset).take(limit).map(|tag| listed(site, tag)).collect();
    Ok(TagPage { data, total_count: total, offset, limit })
}

fn listed<'a>(site: &Site, tag: &'a Tag) -> ListedTag<'a> {
    let catalogue = &site.catalogue;
    // Most tags are asked for by no rule, which the rulebook knows at once.
    let device_classification_count = if catalogue.rulebook().tags.contains(&tag.id) {
        let classifications = catalogue.rules.asking_for(tag.id).map(|rule| rule.fields.classification);
        classifications.collect::<BTreeSet<_>>().len()
    } else {
        0
    };
    ListedTag {
        id: tag.id.0,
        name: tag.fields.name.as_str(),
        description: tag.fields.description.as_str(),
        device_count: catalogue.tags.usage(tag.id),
        device_classification_count,
    }
}

/// All tags, those that the machine carries marked. It is named by its uid, or by the `device_id` of status rows.
fn of_device<'a>(site: &'a Site, device_id: &str) -> TagsOfDevice<'a> {
    let prefixed = device_id.strip_prefix(&device_id_prefix(site)).and_then(|rest| rest.strip_prefix('_'));
    let carried: BTreeSet<_> =
        site.fleet.of_machine(prefixed.unwrap_or(device_id)).flat_map(|device| device.tags()).collect();
    let tag = |tag: &'a Tag| AssignableTag {
        id: tag.id.0,
        name: tag.fields.name.as_str(),
        assigned: carried.contains(&tag.id),
    };
    TagsOfDevice { data: site.catalogue.tags.iter().map(tag).collect() }
}
