//! What is offered to the author of a rule is what rules are read by.

use domain::Os;
use proptest::prelude::*;
use proptest::string::string_regex;
use rules::options;
use serde_json::{Map, Value, json};

use crate::{check, generate};

fn accepted(os: Os, name: &str, parameters: &Value) -> bool {
    check(&json!({ "$and": [{ name: parameters }] }), os).is_ok()
}

/// Every check that is offered, with its schema, and the smallest parameters that the schema allows.
fn offered() -> Vec<(Os, &'static str, Value, Map<String, Value>)> {
    let of = |os: Os| {
        options::checks(os).into_iter().map(move |(name, schema)| {
            let smallest = smallest(&schema);
            (os, name, schema, smallest)
        })
    };
    Os::ALL.into_iter().flat_map(of).collect()
}

fn smallest(schema: &Value) -> Map<String, Value> {
    let needed = schema["required"].as_array().unwrap().iter();
    let one_of_several = schema["anyOf"][0]["required"].as_array().into_iter().flatten();
    let names = needed.chain(one_of_several).map(|name| name.as_str().unwrap().to_owned());
    names.map(|name| (name.clone(), schema["properties"][&name]["examples"][0].clone())).collect()
}

#[test]
fn every_check_of_an_operating_system_is_offered() {
    for os in Os::ALL {
        let mut names: Vec<_> = options::checks(os).into_iter().map(|(name, _)| name).collect();
        let mut wanted = generate::check_names(os);
        wanted.retain(|name| *name != "opswat_check");
        names.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(names, wanted, "{os:?}");
    }
}

#[test]
fn the_smallest_parameters_that_a_schema_allows_are_enough_and_none_of_them_can_go() {
    for (os, name, _, parameters) in offered() {
        assert!(accepted(os, name, &parameters.clone().into()), "{os:?} {name} {parameters:?}");
        for member in parameters.keys() {
            let mut fewer = parameters.clone();
            fewer.remove(member);
            assert!(!accepted(os, name, &fewer.into()), "{os:?} {name} without {member}");
        }
    }
}

#[test]
fn every_parameter_takes_its_example_and_nothing_of_another_type() {
    for (os, name, schema, parameters) in offered() {
        for (member, form) in schema["properties"].as_object().unwrap() {
            let with = |value: Value| {
                let mut parameters = parameters.clone();
                parameters.insert(member.clone(), value);
                accepted(os, name, &parameters.into())
            };
            assert!(with(form["examples"][0].clone()), "{os:?} {name}.{member}");
            let right = form["type"].as_str().unwrap();
            for (kind, value) in [
                ("null", json!(null)),
                ("object", json!({})),
                ("array", json!(["x"])),
                ("string", json!("x")),
                ("boolean", json!(true)),
                ("integer", json!(7)),
            ] {
                assert!(kind == right || !with(value), "{os:?} {name}.{member} took {kind}");
            }
        }
    }
}

#[test]
fn the_bounds_of_a_schema_are_those_that_rules_are_read_by() {
    for (os, name, schema, parameters) in offered() {
        for (member, form) in schema["properties"].as_object().unwrap() {
            let with = |value: Value| {
                let mut parameters = parameters.clone();
                parameters.insert(member.clone(), value);
                accepted(os, name, &parameters.into())
            };
            let bound = |bound: &str| form[bound].as_u64().map(|bound| usize::try_from(bound).unwrap());
            let long = |length: usize| {
                let example = form["examples"][0].as_str().unwrap_or_default();
                json!(format!("{example}{}", "0".repeat(length - example.len())))
            };
            if let Some(max) = bound("maxLength") {
                assert!(with(long(max)), "{os:?} {name}.{member} of {max} characters");
                assert!(!with(long(max + 1)), "{os:?} {name}.{member} of {max} characters and one");
            }
            if bound("minLength").is_some() {
                assert!(!with(json!("")), "{os:?} {name}.{member} empty");
            }
            if let Some(max) = bound("maxItems") {
                assert!(with(vec!["x"; max].into()) && !with(vec!["x"; max + 1].into()));
                assert!(!with(json!([])));
            }
            if let (Some(min), Some(max)) = (bound("minimum"), bound("maximum")) {
                assert!(with(json!(min)) && !with(json!(min - 1)));
                assert!(with(json!(max)) && !with(json!(max + 1)));
            }
            for allowed in form["enum"].as_array().into_iter().flatten() {
                assert!(with(allowed.clone()), "{allowed}");
            }
        }
    }
}

#[test]
fn every_edition_and_product_that_is_offered_can_be_asked_for() {
    for os in Os::ALL {
        for edition in options::editions(os) {
            let parameters = json!({"min_os_version": "0", "edition": edition});
            assert!(accepted(os, "min_os_version_check", &parameters), "{edition}");
        }
        for product in options::antivirus_products(os) {
            assert!(accepted(os, "av_check", &json!({ "product_name": product })), "{product}");
        }
        for (_, product) in options::disk_encryption_products(os) {
            assert!(accepted(os, "disk_enc_check", &json!({ "product": product })), "{product}");
        }
    }
    for os in [Os::Windows, Os::WinServer, Os::Mac, Os::Linux] {
        assert_eq!(options::antivirus_products(os).first(), Some(&"any"));
    }
    assert_eq!(options::editions(Os::Windows).first(), Some(&"Windows All"));
}

/// Texts that the schema of an edition allows.
fn editions_allowed() -> impl Strategy<Value = String> {
    let checks = options::checks(Os::Windows);
    let (_, schema) = checks.iter().find(|(name, _)| *name == "min_os_version_check").unwrap();
    let pattern = schema["properties"]["edition"]["pattern"].as_str().unwrap();
    string_regex(pattern.strip_prefix('^').unwrap()).unwrap()
}

proptest! {
    #[test]
    fn an_edition_that_the_schema_allows_is_read(edition in editions_allowed()) {
        let parameters = json!({"min_os_version": "0", "edition": edition});
        prop_assert!(accepted(Os::Windows, "min_os_version_check", &parameters), "{edition:?}");
    }
}
