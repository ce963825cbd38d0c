//! `POST /api/v1/rules/preview` (decided, Preview): what changes of rules and priorities would do.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::response::Response;
use domain::{ClassificationId, Limits};
use site::queries::lint::{self, Finding};
use site::what_if::{Draft, WhatIf, what_if};
use site::{Context, Site};
use wire::preview::{Drafts, Move, Preview};

use super::rules_lint::shown as shown_finding;
use super::rules_preview_form::{self, Places};
use crate::auth::{DeviceClassification, Viewer};
use crate::body::JsonBody;
use crate::dialects::alloyscan::device_shown;
use crate::failure::Failure;
use crate::reply;

/// Most moves of one answer.
const MOVES_MAX: usize = 1000;
/// Most devices that are named of one move.
const SAMPLE_MAX: usize = 5;

/// Previews changes of rules and priorities
///
/// What the whole fleet would be if rules were made, changed or deleted, or classifications moved, as it is now: exact,
/// and nothing is saved. What the change itself would be refused for is refused here alike.
#[utoipa::path(
    post,
    path = "/api/v1/rules/preview",
    operation_id = "previewRules",
    tag = "rules",
    security(("token" = ["device_classification:view"])),
    request_body(
        content = Drafts<'_>,
        example = json!({"label": "low risk", "os": "windows",
            "conditions": {"$and": [{"device_tag_check": {"tag_id": 1137}}]}}),
    ),
    responses(
        (status = 200, description = "What the drafts together would do.", body = Preview<'_>),
        (status = 400, description = "The body is not of the form asked for, there are more than 100 drafts, or a draft would be refused for what it says. All that is wrong with the first such draft is named."),
        (status = 404, description = "A draft names a rule or classification by an id that there is none of."),
        (status = 409, description = "A draft would be refused as it is, or together with one before it: for its name or criteria, or for a limit of the site."),
    ),
)]
pub(super) async fn preview(
    viewer: Viewer<DeviceClassification>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let (drafts, places) = rules_preview_form::read(&body)?;
    let (site, limits, context) = (Arc::clone(viewer.site()), viewer.limits(), viewer.context());
    viewer.judgement(move |left| answer(&site, drafts, limits, places, &context, left)).await?
}

fn answer(
    site: &Site,
    drafts: Vec<Draft>,
    limits: Limits,
    places: Places,
    context: &Context,
    left: &AtomicBool,
) -> Result<Response, Failure> {
    let what = what_if(site, drafts, limits, context, left).map_err(|refused| places.failure(refused))?;
    // Who has left does not read what it would be.
    let what = what.ok_or(Failure::TimedOut)?;
    let findings = lint::of_drafts(site, &what, left).ok_or(Failure::TimedOut)?;
    Ok(reply::ok(&shown(site, &what, &findings)))
}

fn shown<'a>(site: &'a Site, what: &'a WhatIf, findings: &'a [Finding]) -> Preview<'a> {
    let moves = what.largest_first();
    Preview {
        of: site.fleet.len().into(),
        matched: what.matching.matched,
        unknown: what.matching.unknown,
        moved: moves.iter().map(|moved| moved.devices.len()).sum(),
        moves: moves.into_iter().take(MOVES_MAX).map(|moved| shown_move(site, moved)).collect(),
        lint: findings.iter().map(|finding| shown_finding(&what.drafted, finding)).collect(),
    }
}

fn shown_move<'a>(site: &'a Site, moved: &site::Move) -> Move<'a> {
    let name = |id: &ClassificationId| site.catalogue.classifications.name(*id);
    let (from, to) = (&moved.from, &moved.to);
    let sample = moved.iter().filter_map(|number| site.fleet.get(number)).take(SAMPLE_MAX);
    Move {
        from: from.classification.as_ref().map(name),
        to: to.classification.as_ref().map(name),
        from_status: from.status.name(),
        to_status: to.status.name(),
        from_undetermined: from.undetermined.iter().map(name).collect(),
        to_undetermined: to.undetermined.iter().map(name).collect(),
        count: moved.devices.len(),
        sample: sample.map(|device| device_shown::names(site, &device)).collect(),
    }
}
