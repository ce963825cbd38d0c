//! `/api/v1/segments` (alloyscan, Segments).

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use domain::{Ranges, SegmentFields, SegmentId, SegmentName, SegmentType};
use site::Site;
use site::commands::{ChangeSegment, CreateSegment, DeleteSegment};
use wire::alloyscan::segments::{NewSegment, PatchSegment, Segment};
use wire::management::List;

use super::paging::Paging;
use super::segment_form::{ranges, tag_of};
use super::segment_shown::{found, shown};
use crate::auth::Administrator;
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;
use crate::violations::Violations;

/// Lists segments
///
/// In the order in which they were made, with the devices that are on each at this moment.
#[utoipa::path(
    get,
    path = "/api/v1/segments",
    operation_id = "listSegments",
    tag = "segments",
    security(("token" = ["administrator"])),
    params(Paging),
    responses(
        (status = 200, description = "A page of segments.", body = List<Segment<'_>>),
        (status = 400, description = "A parameter is out of its limits."),
    ),
)]
pub(super) async fn list(administrator: Administrator, params: Params) -> Result<Response, Failure> {
    let Paging { offset, limit } = Paging::of(&params)?;
    let site = administrator.snapshot()?;
    let populations = administrator.populations(&site).await?;
    let segments = &site.catalogue.segments;
    let page = segments.iter().skip(offset).take(limit);
    let items = page.map(|segment| shown(&site, segment, &populations)).collect();
    Ok(reply::ok(&List { items, total: segments.len() }))
}

/// Creates a segment
#[utoipa::path(
    post,
    path = "/api/v1/segments",
    operation_id = "createSegment",
    tag = "segments",
    security(("token" = ["administrator"])),
    request_body = NewSegment,
    responses(
        (status = 201, description = "Created.", body = Segment<'_>),
        (status = 400, description = "The body is not of the form asked for, or there is no such tag."),
        (status = 409, description = "The name or a range belongs to another segment, or there would be too many."),
    ),
)]
pub(super) async fn create(administrator: Administrator, body: JsonBody) -> Result<Response, Failure> {
    let fields = creation(&*administrator.snapshot()?, &body.read()?)?;
    let done = administrator.run_on_site(CreateSegment { fields }).await?;
    let told = told(&administrator, &done.state, done.outcome, StatusCode::CREATED).await?;
    Ok(reply::at_version(done.version, told))
}

/// Shows a segment
#[utoipa::path(
    get,
    path = "/api/v1/segments/{id}",
    operation_id = "getSegment",
    tag = "segments",
    security(("token" = ["administrator"])),
    params(parameters::SegmentId),
    responses(
        (status = 200, description = "The segment.", body = Segment<'_>),
        (status = 400, description = "The id is no UUID."),
        (status = 404, description = "The site has no such segment."),
    ),
)]
pub(super) async fn show(administrator: Administrator, id: Id) -> Result<Response, Failure> {
    let site = administrator.snapshot()?;
    let segment = found(&site, id.uuid()?)?.id;
    told(&administrator, &site, segment, StatusCode::OK).await
}

/// Changes a segment
///
/// Tags that it gave stay where they are; devices that are on it already get none. Its type stays.
#[utoipa::path(
    patch,
    path = "/api/v1/segments/{id}",
    operation_id = "patchSegment",
    tag = "segments",
    security(("token" = ["administrator"])),
    params(parameters::SegmentId),
    request_body = PatchSegment,
    responses(
        (status = 200, description = "The segment as it is now.", body = Segment<'_>),
        (status = 400, description = "The body is not of the form asked for, there is no such tag, or the id is no UUID."),
        (status = 404, description = "The site has no such segment."),
        (status = 409, description = "The name or a range belongs to another segment, or there would be too many."),
    ),
)]
pub(super) async fn patch(administrator: Administrator, id: Id, body: JsonBody) -> Result<Response, Failure> {
    let patch: PatchSegment = body.read()?;
    let site = administrator.snapshot()?;
    let command = change(&site, found(&site, id.uuid()?)?, &patch)?;
    let segment = command.id;
    let done = administrator.run_on_site(command).await?;
    let told = told(&administrator, &done.state, segment, StatusCode::OK).await?;
    Ok(reply::at_version(done.version, told))
}

/// Deletes a segment
///
/// Tags that it gave stay where they are.
#[utoipa::path(
    delete,
    path = "/api/v1/segments/{id}",
    operation_id = "deleteSegment",
    tag = "segments",
    security(("token" = ["administrator"])),
    params(parameters::SegmentId),
    responses(
        (status = 204, description = "Deleted. There is no body."),
        (status = 400, description = "The id is no UUID."),
        (status = 404, description = "The site has no such segment."),
    ),
)]
pub(super) async fn delete(administrator: Administrator, id: Id) -> Result<Response, Failure> {
    let id = found(&*administrator.snapshot()?, id.uuid()?)?.id;
    let done = administrator.run_on_site(DeleteSegment { id }).await?;
    Ok(reply::at_version(done.version, reply::empty(StatusCode::NO_CONTENT)))
}

fn creation(site: &Site, body: &NewSegment) -> Result<SegmentFields, Failure> {
    let mut wrong = Violations::default();
    let name = wrong.take("name", SegmentName::new(&body.name));
    let kind = wrong.take("type", SegmentType::new(&body.kind));
    let ranges = kind.and_then(|kind| ranges(kind, &body.ranges, &mut wrong));
    let auto_tag = body.auto_tag_id.as_deref().map(|id| tag_of(site, "autoTagId", id, &mut wrong));
    let (name, ranges) = wrong.complete(name.zip(ranges))?;
    Ok(SegmentFields { name, ranges, auto_tag: auto_tag.flatten() })
}

fn change(
    site: &Site,
    segment: &site::catalogue::Segment,
    body: &PatchSegment,
) -> Result<ChangeSegment, Failure> {
    let mut wrong = Violations::default();
    let name = wrong.take_some("name", body.name.as_deref().map(SegmentName::new));
    let kind = segment.fields.ranges.kind();
    let ranges: Option<Ranges> = body.ranges.as_ref().and_then(|texts| ranges(kind, texts, &mut wrong));
    let auto_tag = body.auto_tag_id.as_ref().map(|said| {
        let id = said.as_deref()?;
        tag_of(site, "autoTagId", id, &mut wrong)
    });
    wrong.finish()?;
    Ok(ChangeSegment { id: segment.id, name, ranges, auto_tag })
}

/// The segment as `site` has it.
async fn told(
    administrator: &Administrator,
    site: &Arc<Site>,
    id: SegmentId,
    status: StatusCode,
) -> Result<Response, Failure> {
    let populations = administrator.populations(site).await?;
    let segment = found(site, site.segment_id(id))?;
    Ok(reply::json(status, &shown(site, segment, &populations)))
}
