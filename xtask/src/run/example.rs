//! The example that a new site starts with: the integration guide's classifications, with rules that
//! sort a mixed fleet.
//!
//! Strongest first: **high risk** for whatever carries the tag "risky", **low risk** for a device that is
//! recent, encrypted and protected (or carries the guide's own tag), **medium risk** for what is at least
//! still supported. The rest is Unmanaged. Only what is absent is created: changes made since stay.

use serde_json::{Value, json};

use super::api::Api;
use crate::failure::{Failure, Outcome};
use crate::say;

/// The device tag that makes a device high risk.
pub const TAG: &str = "risky";
const TAG_LOW: &str = "low risk";

const CLASSIFICATIONS: &str = "/api/v2/deviceclassification/tags";
const RULES: &str = "/api/v2/deviceclassification/rules";
const TAGS: &str = "/api/v2/devices/device/tags";

/// Creates what the site does not have yet.
///
/// # Errors
/// When the server does not answer as documented.
pub fn load(api: &Api) -> Outcome {
    let classifications = absent(api, CLASSIFICATIONS, classifications())?;
    if !classifications.is_empty() {
        api.post(CLASSIFICATIONS, &json!(classifications))?;
    }
    let risky = tag_or_make(api, TAG, "Put on by hand when something is wrong")?;
    let low = tag_or_make(api, TAG_LOW, "Devices with low risk classification")?;
    let rules = absent(api, RULES, rules(&risky, &low))?;
    if !rules.is_empty() {
        api.post(RULES, &json!(rules))?;
        say::note(&format!(
            "example loaded: {} classifications, {} rules",
            classifications.len(),
            rules.len()
        ));
    }
    Ok(())
}

/// The id of a device tag that the example has created.
///
/// # Errors
/// When it has been deleted since, or the server does not answer as documented.
pub fn tag_id(api: &Api, name: &str) -> Outcome<Value> {
    find_tag(api, name)?.ok_or_else(|| Failure::new(format!("the tag \"{name}\" has been deleted")))
}

fn find_tag(api: &Api, name: &str) -> Outcome<Option<Value>> {
    let found = api.post(&format!("{TAGS}/gettags"), &json!({"name": name}))?;
    Ok(found.body["data"]["data"].get(0).map(|tag| tag["id"].clone()))
}

fn tag_or_make(api: &Api, name: &str, description: &str) -> Outcome<Value> {
    if let Some(id) = find_tag(api, name)? {
        return Ok(id);
    }
    let made = api.post(TAGS, &json!({"name": name, "description": description}))?;
    Ok(made.body["data"]["id"].clone())
}

/// The wanted objects whose name the list at `path` does not have; names compare without case.
fn absent(api: &Api, path: &str, wanted: Vec<Value>) -> Outcome<Vec<Value>> {
    let list = api.get(path)?;
    let list = list.as_array().ok_or_else(|| Failure::new(format!("GET {path} answered no array")))?;
    let name = |object: &Value| object["name"].as_str().unwrap_or_default().to_lowercase();
    let present: Vec<String> = list.iter().map(name).collect();
    Ok(wanted.into_iter().filter(|object| !present.contains(&name(object))).collect())
}

/// In this order they become the priorities 1, 2 and 3.
fn classifications() -> Vec<Value> {
    vec![
        json!({"name": "high risk", "description": "devices that are at high risk"}),
        json!({"name": "low risk", "description": "Devices with low risk classification"}),
        json!({"name": "medium risk", "description": "devices that are at medium risk"}),
    ]
}

/// The tag rules are per operating system because every rule is. Servers and Chromebooks get none: the tour
/// shows them as Not Configured.
fn rules(risky: &Value, low: &Value) -> Vec<Value> {
    let tagged = |id: &Value| vec![json!({"device_tag_check": {"tag_id": id}})];
    let version = |version: &str| vec![json!({"min_os_version_check": {"min_os_version": version}})];
    let windows = |version: &str| {
        vec![json!({"min_os_version_check": {"min_os_version": version, "edition": "Windows All"}})]
    };
    let encrypted = |product: &str| vec![json!({"disk_enc_check": {"product": product}})];
    let protected = vec![json!({"av_check": {"product_name": "any", "signature_up_to_date": true}})];
    let (passcode, intact) =
        (vec![json!({"passcode_required_check": {}})], vec![json!({"device_not_compromised_check": {}})]);

    let mut rules: Vec<Value> = [("Windows", "windows"), ("Mac", "mac"), ("Linux", "linux")]
        .map(|(name, os)| rule(&format!("high risk rule - {name}"), "high risk", os, &[tagged(risky)]))
        .into();
    rules.extend([
        rule("low risk tag rule", "low risk", "windows", &[tagged(low)]),
        rule(
            "low risk rule - Windows",
            "low risk",
            "windows",
            &[windows("10.0.19045"), encrypted("bitlocker"), protected],
        ),
        rule("low risk rule - Mac", "low risk", "mac", &[version("14.0"), encrypted("filevault")]),
        rule("low risk rule - Linux", "low risk", "linux", &[encrypted("luks")]),
        rule(
            "low risk rule - Android",
            "low risk",
            "android",
            &[version("13"), passcode.clone(), intact.clone()],
        ),
        rule("low risk rule - iOS", "low risk", "ios", &[version("17"), passcode, intact]),
        rule("medium risk rule - Windows", "medium risk", "windows", &[windows("10.0.19044")]),
        rule("medium risk rule - Mac", "medium risk", "mac", &[version("12.0")]),
        rule("medium risk rule - Linux", "medium risk", "linux", &[version("0")]),
        rule("medium risk rule - Android", "medium risk", "android", &[version("12")]),
        rule("medium risk rule - iOS", "medium risk", "ios", &[version("16")]),
    ]);
    rules
}

/// A rule that holds when at least one check of every group passes; the tree has the guide's three levels.
fn rule(name: &str, label: &str, os: &str, groups: &[Vec<Value>]) -> Value {
    let groups: Vec<Value> = groups.iter().map(|checks| json!({"$or": checks})).collect();
    json!({"name": name, "label": label, "os": os, "conditions": {"$and": [{"$and": groups}]}})
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_rule_has_its_own_name_and_a_classification_of_the_example() {
        let rules = rules(&json!(1), &json!(2));
        let names: HashSet<&str> = rules.iter().filter_map(|rule| rule["name"].as_str()).collect();
        assert_eq!(names.len(), rules.len());
        let classifications = classifications();
        for rule in &rules {
            assert!(classifications.iter().any(|classification| classification["name"] == rule["label"]));
        }
    }

    #[test]
    fn a_condition_tree_has_the_guides_three_levels() {
        let rule = rule("r", "low risk", "mac", &[vec![json!({"mdm_check": {}})]]);
        assert_eq!(rule["conditions"], json!({"$and": [{"$and": [{"$or": [{"mdm_check": {}}]}]}]}));
    }
}
