//! `POST /api/v1/segments/{id}/backfill`: what people ask of auto tags once they have made one (alloyscan, Segments).

use std::sync::atomic::AtomicBool;

use axum::response::Response;
use domain::{DeviceNumber, Error, Limits, Noun, SegmentId, TagId};
use site::Site;
use site::catalogue::Tag;
use site::commands::{Backfill, tag_given};
use site::queries::segments::members;
use wire::alloyscan::segments::Backfilled;

use crate::auth::Administrator;
use crate::dialects::alloyscan::segment_shown::found;
use crate::dialects::alloyscan::tag_shown::carried;
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;

/// Gives a segment's tag to the devices that are on it
///
/// To all that lack it, in one record. An auto tag itself is given to new devices only.
#[utoipa::path(
    post,
    path = "/api/v1/segments/{id}/backfill",
    operation_id = "backfillSegment",
    tag = "segments",
    security(("token" = ["administrator"])),
    params(
        parameters::SegmentId,
        ("dryRun" = Option<bool>, Query, description = "Say what would be done, and do nothing."),
    ),
    responses(
        (status = 200, description = "What was done, or would be.", body = Backfilled<'_>),
        (status = 400, description = "The segment gives no tag, `dryRun` is neither true nor false, or the id is no UUID."),
        (status = 404, description = "The site has no such segment."),
    ),
)]
pub(super) async fn backfill(
    administrator: Administrator,
    id: Id,
    params: Params,
) -> Result<Response, Failure> {
    let (site, dry_run) = (administrator.snapshot()?, params.flag("dryRun")?);
    let segment = found(&site, id.uuid()?)?.id;
    let tag = tag_given(&site, segment)?;
    let (at, limits) = (site.clone(), administrator.limits());
    let devices = administrator.search(move |left| lacking(&at, segment, tag, &limits, left)).await?;
    let tag = carried(&site, shown_tag(&site, tag)?);
    if dry_run {
        let devices = u32::try_from(devices.len()).unwrap_or(u32::MAX);
        return Ok(reply::ok(&Backfilled { tag, devices, dry_run }));
    }
    let done = administrator.run_on_site(Backfill::new(segment, devices).within(limits)).await?;
    let backfilled = Backfilled { tag, devices: done.outcome, dry_run };
    Ok(reply::at_version(done.version, reply::ok(&backfilled)))
}

fn shown_tag(site: &Site, tag: TagId) -> Result<&Tag, Failure> {
    site.catalogue.tags.get(tag).ok_or_else(|| Error::not_found(Noun::Tag, tag).into())
}

/// The devices of a segment that lack its tag and have room for it.
fn lacking(
    site: &Site,
    segment: SegmentId,
    tag: TagId,
    limits: &Limits,
    left: &AtomicBool,
) -> Vec<DeviceNumber> {
    members(site, segment, |device| site::commands::has_room(device, tag, 0, limits), left)
}
