//! `/api/v2/deviceclassification/rules` (netskope-v2 §6).

use axum::http::StatusCode;
use axum::response::Response;
use domain::{Error, Noun, Os, RuleId, fold};
use serde_json::value::RawValue;
use site::Site;
use site::catalogue;
use site::commands::{BULK_DEVICES_MAX, ChangeRule, CreateRules, DeleteRule, NewRule as Create};
use wire::netskope_v2::{NewRule, PatchRule, Rule};

use super::page::Page;
use crate::auth::{DeviceClassification, Manager, Viewer};
use crate::body::JsonBody;
use crate::dialects::rule_form::{RuleForm, RuleTexts};
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;
use crate::violations::Violations;

/// Lists rules
///
/// By id. Without `limit` all of them.
#[utoipa::path(
    get,
    path = "/api/v2/deviceclassification/rules",
    operation_id = "listRules",
    tag = "rules",
    security(("token" = ["device_classification:view"])),
    params(
        ("os" = Option<String>, Query, description = "Only rules for this operating system, in any case."),
        ("label" = Option<String>, Query, description = "Only rules of the classification of this name, in any case."),
        Page,
    ),
    responses(
        (status = 200, description = "The rules, as a bare array.", body = [Rule<'_>]),
        (status = 400, description = "There is no such `os`, a parameter is out of its limits, or `offset` stands without `limit`."),
    ),
)]
pub(super) async fn list(viewer: Viewer<DeviceClassification>, params: Params) -> Result<Response, Failure> {
    let page = Page::of(&params)?;
    let os = params.text("os").map(Os::new).transpose();
    let os = os.map_err(|error| Error::Invalid(vec![error.at("os")]))?;
    let label = params.text("label").map(fold);
    let wanted = viewer.site().catalogue.rules.iter().filter(|rule| {
        os.is_none_or(|os| rule.fields.os == os)
            && label.as_ref().is_none_or(|label| fold(label_of(viewer.site(), rule)) == *label)
    });
    let rules: Vec<_> = page.cut(wanted).into_iter().map(|rule| shown(viewer.site(), rule)).collect();
    Ok(reply::ok(&rules))
}

/// Shows a rule
#[utoipa::path(
    get,
    path = "/api/v2/deviceclassification/rules/{id}",
    operation_id = "getRule",
    tag = "rules",
    security(("token" = ["device_classification:view"])),
    params(parameters::Id),
    responses(
        (status = 200, description = "The rule.", body = Rule<'_>),
        (status = 400, description = "The id is no number."),
        (status = 404, description = "There is no such rule."),
    ),
)]
pub(super) async fn show(viewer: Viewer<DeviceClassification>, id: Id) -> Result<Response, Failure> {
    let id = RuleId(id.of(Noun::Rule)?);
    let rule = viewer.site().catalogue.rules.get(id).ok_or_else(|| Error::not_found(Noun::Rule, id))?;
    Ok(reply::ok(&shown(viewer.site(), rule)))
}

/// Creates rules
///
/// Up to 1000 at once, all or nothing; the next read shows them, and devices are classified by them already.
#[utoipa::path(
    post,
    path = "/api/v2/deviceclassification/rules",
    operation_id = "createRules",
    tag = "rules",
    security(("token" = ["device_classification:manage"])),
    request_body(
        content = Vec<NewRule<'_>>,
        example = json!([{"name": "low risk rule", "label": "low risk", "os": "windows",
            "conditions": {"$and": [{"$and": [
                {"$or": [{"device_tag_check": {"tag_id": 1137}}]},
                {"$or": [{"min_os_version_check": {"min_os_version": "0", "edition": "Windows All"}}]}
            ]}]}}]),
    ),
    responses(
        (status = 201, description = "Created. There is no body."),
        (status = 400, description = "The body is not of the form asked for, the label or a tag does not exist, the tree has a fault, or the site would have too many rules. All that is wrong is named."),
        (status = 409, description = "A rule of that name exists, or a rule of that operating system with the same criteria, or the call holds either twice."),
    ),
)]
pub(super) async fn create(
    manager: Manager<DeviceClassification>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let rules = creations(&body.read::<Vec<NewRule<'_>>>()?)?;
    let done = manager.run(CreateRules::new(rules).within(manager.limits())).await?;
    Ok(reply::at_version(done.version, reply::empty(StatusCode::CREATED)))
}

/// Changes a rule
///
/// With another `label` it moves to that classification.
#[utoipa::path(
    put,
    path = "/api/v2/deviceclassification/rules/{id}",
    operation_id = "putRule",
    tag = "rules",
    security(("token" = ["device_classification:manage"])),
    params(parameters::Id),
    request_body = NewRule<'_>,
    responses(
        (status = 200, description = "Changed. There is no body."),
        (status = 400, description = "As for creating, or `os` is not the rule's, or the id is no number."),
        (status = 404, description = "There is no such rule."),
        (status = 409, description = "Another rule has that name, or the same criteria for that operating system."),
    ),
)]
pub(super) async fn put(
    manager: Manager<DeviceClassification>,
    id: Id,
    body: JsonBody,
) -> Result<Response, Failure> {
    let NewRule { name, label, os, conditions } = body.read()?;
    let patch =
        PatchRule { name: Some(name), label: Some(label), os: Some(os), conditions: Some(conditions) };
    change(&manager, &id, &patch).await
}

/// Changes some of a rule
#[utoipa::path(
    patch,
    path = "/api/v2/deviceclassification/rules/{id}",
    operation_id = "patchRule",
    tag = "rules",
    security(("token" = ["device_classification:manage"])),
    params(parameters::Id),
    request_body = PatchRule<'_>,
    responses(
        (status = 200, description = "Changed. There is no body."),
        (status = 400, description = "As for creating, or `os` is not the rule's, or the id is no number."),
        (status = 404, description = "There is no such rule."),
        (status = 409, description = "Another rule has that name, or the same criteria for that operating system."),
    ),
)]
pub(super) async fn patch(
    manager: Manager<DeviceClassification>,
    id: Id,
    body: JsonBody,
) -> Result<Response, Failure> {
    change(&manager, &id, &body.read()?).await
}

/// Deletes a rule
#[utoipa::path(
    delete,
    path = "/api/v2/deviceclassification/rules/{id}",
    operation_id = "deleteRule",
    tag = "rules",
    security(("token" = ["device_classification:manage"])),
    params(parameters::Id),
    responses(
        (status = 200, description = "Deleted. There is no body."),
        (status = 400, description = "The id is no number."),
        (status = 404, description = "There is no such rule."),
    ),
)]
pub(super) async fn delete(manager: Manager<DeviceClassification>, id: Id) -> Result<Response, Failure> {
    let id = RuleId(id.of(Noun::Rule)?);
    let done = manager.run(DeleteRule(id)).await?;
    Ok(reply::at_version(done.version, reply::empty(StatusCode::OK)))
}

async fn change(
    manager: &Manager<DeviceClassification>,
    id: &Id,
    patch: &PatchRule<'_>,
) -> Result<Response, Failure> {
    let id = RuleId(id.of(Noun::Rule)?);
    let PatchRule { name, label, os, conditions } = patch;
    let texts =
        RuleTexts { name: name.as_ref(), label: label.as_ref(), os: os.as_ref(), conditions: *conditions };
    let mut found = Violations::default();
    let RuleForm { name, label, os, conditions } = texts.read("", &mut found);
    found.finish()?;
    let done = manager.run(ChangeRule { id, name, label, os, conditions }).await?;
    Ok(reply::at_version(done.version, reply::empty(StatusCode::OK)))
}

fn creations(items: &[NewRule<'_>]) -> Result<Vec<Create>, Failure> {
    let mut found = Violations::default();
    found.at_most("", items.len(), BULK_DEVICES_MAX);
    let mut creations = Vec::new();
    for (index, NewRule { name, label, os, conditions }) in items.iter().enumerate() {
        let texts =
            RuleTexts { name: Some(name), label: Some(label), os: Some(os), conditions: Some(conditions) };
        let RuleForm { name, label, os, conditions } = texts.read(&format!("[{index}]."), &mut found);
        if let (Some(name), Some(label), Some(os), Some(conditions)) = (name, label, os, conditions) {
            creations.push(Create { name, label, os, conditions });
        }
    }
    found.finish()?;
    Ok(creations)
}

fn shown<'a>(site: &'a Site, rule: &'a catalogue::Rule) -> Rule<'a> {
    let conditions: &RawValue = serde_json::from_str(rule.fields.conditions.as_str())
        .expect("conditions were read as JSON before they were kept");
    Rule {
        id: rule.id.0,
        name: rule.fields.name.as_str(),
        label: label_of(site, rule),
        os: rule.fields.os.name(),
        conditions,
        modified_by: rule.modified.by.as_str(),
        modified_time: rule.modified.at.to_string(),
    }
}

fn label_of<'a>(site: &'a Site, rule: &catalogue::Rule) -> &'a str {
    site.catalogue.classifications.name(rule.fields.classification)
}
