//! `GET /api/v1/rules/lint`: what is wrong with rules (DESIGN §5).

use axum::response::Response;
use domain::{ClassificationId, Os, RuleId};
use site::Site;
use site::queries::lint;
use wire::lint::{Finding, Named};
use wire::management::List;

use crate::auth::{DeviceClassification, Viewer};
use crate::dialects::alloyscan::Paging;
use crate::dialects::alloyscan::device_shown;
use crate::failure::Failure;
use crate::params::Params;
use crate::reply;

/// Finds what is wrong with the rules
///
/// Rules that no device can pass or every device passes, rules that never decide or make no difference, and
/// classifications without a rule for a system that the fleet has. What is said is proved for all devices, not only
/// those of the fleet; where a proof would take too long, nothing is said. All rules that are called `duplicate`,
/// `shadowed` or `redundant` can be deleted together, and every device keeps its classification.
#[utoipa::path(
    get,
    path = "/api/v1/rules/lint",
    operation_id = "lintRules",
    tag = "rules",
    security(("token" = ["device_classification:view"])),
    params(Paging),
    responses(
        (status = 200, description = "A page of findings: those on rules from the strongest classification to the weakest, then missing rules.", body = List<Finding<'_>>),
        (status = 400, description = "A parameter is out of its limits."),
    ),
)]
pub(super) async fn lint(viewer: Viewer<DeviceClassification>, params: Params) -> Result<Response, Failure> {
    let Paging { offset, limit } = Paging::of(&params)?;
    let site = viewer.site().clone();
    viewer
        .judgement(move |left| {
            let findings = lint::of(&site, left).ok_or(Failure::TimedOut)?;
            let items =
                findings.iter().skip(offset).take(limit).map(|finding| shown(&site, finding)).collect();
            Ok(reply::ok(&List { items, total: findings.len() }))
        })
        .await?
}

/// A finding on `site`, as it is shown.
pub(super) fn shown<'a>(site: &'a Site, finding: &'a lint::Finding) -> Finding<'a> {
    let rule =
        |id: RuleId| Some(Named { id: id.0, name: site.catalogue.rules.get(id)?.fields.name.as_str() });
    let classification =
        |id: ClassificationId| Named { id: id.0, name: site.catalogue.classifications.name(id) };
    Finding {
        code: finding.code.name(),
        rule: finding.rule.and_then(rule),
        classification: classification(finding.classification),
        os: finding.os.map(Os::name),
        others: finding.others.iter().copied().filter_map(rule).collect(),
        message: finding.message.clone(),
        witness: finding.witness.and_then(|number| Some(device_shown::names(site, &site.fleet.get(number)?))),
    }
}
