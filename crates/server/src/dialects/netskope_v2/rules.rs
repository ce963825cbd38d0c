//! `/api/v2/deviceclassification/rules` (netskope-v2 §6).

use axum::http::StatusCode;
use axum::response::Response;
use domain::{ClassificationName, Conditions, Error, Noun, Os, RuleId, RuleName, fold};
use serde_json::value::RawValue;
use site::Site;
use site::catalogue;
use site::commands::{BULK_DEVICES_MAX, ChangeRule, CreateRules, DeleteRule, NewRule as Create};
use wire::netskope_v2::{NewRule, PatchRule, Rule};

use super::page::Page;
use crate::auth::{DeviceClassification, Manager, Viewer};
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::params::{Id, Params};
use crate::reply;
use crate::violations::Violations;

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

pub(super) async fn show(viewer: Viewer<DeviceClassification>, id: Id) -> Result<Response, Failure> {
    let id = RuleId(id.of(Noun::Rule)?);
    let rule = viewer.site().catalogue.rules.get(id).ok_or_else(|| Error::not_found(Noun::Rule, id))?;
    Ok(reply::ok(&shown(viewer.site(), rule)))
}

pub(super) async fn create(
    manager: Manager<DeviceClassification>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let rules = creations(&body.read::<Vec<NewRule<'_>>>()?)?;
    let done = manager.run(CreateRules(rules)).await?;
    Ok(reply::at_version(done.version, reply::empty(StatusCode::CREATED)))
}

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

pub(super) async fn patch(
    manager: Manager<DeviceClassification>,
    id: Id,
    body: JsonBody,
) -> Result<Response, Failure> {
    change(&manager, &id, &body.read()?).await
}

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
    let mut found = Violations::default();
    let name = found.take_some("name", patch.name.as_deref().map(RuleName::new));
    let label = found.take_some("label", patch.label.as_deref().map(ClassificationName::new));
    let os = found.take_some("os", patch.os.as_deref().map(Os::new));
    let conditions = patch.conditions.map(|conditions| Conditions::new(conditions.get()));
    let conditions = found.take_some("conditions", conditions);
    found.finish()?;
    let done = manager.run(ChangeRule { id, name, label, os, conditions }).await?;
    Ok(reply::at_version(done.version, reply::empty(StatusCode::OK)))
}

fn creations(items: &[NewRule<'_>]) -> Result<Vec<Create>, Failure> {
    let mut found = Violations::default();
    found.at_most("", items.len(), BULK_DEVICES_MAX);
    let mut creations = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let at = |member: &str| format!("[{index}].{member}");
        let name = found.take(at("name"), RuleName::new(&item.name));
        let label = found.take(at("label"), ClassificationName::new(&item.label));
        let os = found.take(at("os"), Os::new(&item.os));
        let conditions = found.take(at("conditions"), Conditions::new(item.conditions.get()));
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
