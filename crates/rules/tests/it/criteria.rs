//! When two trees have the same criteria.

use std::collections::HashSet;

use domain::Os;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::device::Reported;
use crate::{compiled, generate, tree};

proptest! {
    #![proptest_config(Config::with_cases(1024))]

    #[test]
    fn another_writing_of_a_tree_has_the_same_criteria(
        (os, conditions, device) in generate::os()
            .prop_flat_map(|os| (Just(os), generate::tree(os), generate::device(os))),
        mut dice in any::<u64>(),
    ) {
        let rewritten = rewrite(&conditions, os, &mut dice);
        let (a, b) = (tree(&conditions, os), tree(&rewritten, os));
        prop_assert_eq!(&a, &b, "{}", rewritten);
        prop_assert_eq!(HashSet::from([a, b]).len(), 1);
        let device = Reported::new(&device);
        prop_assert_eq!(
            compiled(&conditions, os).evaluate(&device),
            compiled(&rewritten, os).evaluate(&device)
        );
    }
}

/// Of many random pairs, those that are equal say the same of random devices; and both kinds of pairs occur.
#[test]
fn trees_that_are_equal_say_the_same_of_every_device() {
    let mut runner = TestRunner::deterministic();
    let mut equal = 0;
    for round in 0..4000 {
        let os = Os::ALL[round % Os::ALL.len()];
        let check = generate::named_check(["device_tag_check", "min_os_version_check"][round % 2], os);
        if os == Os::ChromeOs && round % 2 == 1 {
            continue;
        }
        let pair = (
            prop::collection::vec(check.clone(), 1..3),
            prop::collection::vec(check, 1..3),
            generate::device(os),
        );
        let (a, b, device) = pair.new_tree(&mut runner).unwrap().current();
        let (a, b) = (json!({ "$and": a }), json!({"$and": [{ "$and": b }]}));
        if tree(&a, os) == tree(&b, os) {
            equal += 1;
            let device = Reported::new(&device);
            assert_eq!(compiled(&a, os).evaluate(&device), compiled(&b, os).evaluate(&device), "{a} {b}");
        }
    }
    assert!((200..3800).contains(&equal), "{equal}");
}

#[test]
fn what_may_differ_for_a_device_differs() {
    let one = |check: Value| json!({ "$and": [check] });
    let process = |name: &str| one(json!({"process_check": {"process": name}}));
    assert_eq!(tree(&process("X"), Os::Mac), tree(&process("x"), Os::Mac));
    assert_ne!(tree(&process("X"), Os::Linux), tree(&process("x"), Os::Linux));
    let (a, b) = (json!({"device_tag_check": {"tag_id": 1}}), json!({"device_tag_check": {"tag_id": 2}}));
    assert_ne!(tree(&json!({"$and": [a, b]}), Os::Mac), tree(&json!({"$or": [a, b]}), Os::Mac));
    let other = |parameters: Value| one(json!({ "opswat_check": parameters }));
    assert_ne!(tree(&other(json!({"a": 1})), Os::Mac), tree(&other(json!({"a": 2})), Os::Mac));
    let registry = |data: &str| {
        let value = json!({"rootKey": "HKLM", "key": "K", "value": "V", "type": "REG_SZ", "data": data});
        one(json!({ "reg_check": value }))
    };
    assert_eq!(tree(&registry("On"), Os::Windows), tree(&registry("oN"), Os::Windows));
    assert_ne!(tree(&registry("On"), Os::Windows), tree(&registry("Off"), Os::Windows));
    let noted = json!({"ui": {"colour": "red"}, "$and": [a]});
    assert_eq!(tree(&noted, Os::Mac), tree(&one(a), Os::Mac));
    let edition = |name: &str| one(json!({"min_os_version_check": {"min_os_version": "0", "edition": name}}));
    assert_eq!(tree(&edition("Windows 10"), Os::Windows), tree(&edition("windows 10 ALL"), Os::Windows));
    assert_ne!(tree(&edition("Windows 10"), Os::Windows), tree(&edition("Windows 11"), Os::Windows));
}

#[test]
fn the_order_of_members_makes_no_difference_to_a_check_that_we_do_not_know() {
    let trees = [
        r#"{"$and":[{"x_check":{"a":1,"b":{"c":2,"d":3}}}]}"#,
        r#"{"$and":[{"x_check":{"b":{"d":3,"c":2},"a":1}}]}"#,
    ]
    .map(|text| rules::Tree::check(&domain::Conditions::new(text).unwrap(), Os::Mac).unwrap());
    assert_eq!(trees[0], trees[1]);
}

/// The same criteria written otherwise, as `dice` fall.
fn rewrite(node: &Value, os: Os, dice: &mut u64) -> Value {
    let members = node.as_object().unwrap();
    let Some((name, children)) = members.iter().find(|(name, _)| name.starts_with('$')) else {
        let (name, value) = members.iter().next().unwrap();
        let written = json!({ name.as_str(): other_case(name, value, os, dice) });
        return if throw(dice, 4) == 0 { json!({ "$or": [written] }) } else { written };
    };
    let mut children: Vec<_> =
        children.as_array().unwrap().iter().map(|child| rewrite(child, os, dice)).collect();
    if throw(dice, 2) == 0 {
        let again = children[throw(dice, children.len())].clone();
        children.push(again);
    }
    for place in (1..children.len()).rev() {
        children.swap(place, throw(dice, place + 1));
    }
    if throw(dice, 3) == 0 {
        let tail = children.split_off(throw(dice, children.len()));
        children.push(json!({ name.as_str(): tail }));
    }
    json!({ name.as_str(): children })
}

/// The parameters with other letters where these compare without case, and zeros at the version's end.
fn other_case(check: &str, parameters: &Value, os: Os, dice: &mut u64) -> Value {
    let mut parameters = parameters.clone();
    for (name, value) in parameters.as_object_mut().unwrap() {
        let exact = match (check, name.as_str()) {
            ("opswat_check", _) => true,
            (_, "path" | "process") => os == Os::Linux,
            _ => false,
        };
        if exact || throw(dice, 2) == 0 {
            continue;
        }
        if name == "min_os_version" {
            *value = format!("{}.0", value.as_str().unwrap()).into();
        } else if let Some(text) = value.as_str() {
            *value = text.to_uppercase().into();
        } else if let Some(items) = value.as_array_mut().filter(|_| name == "domains") {
            items.reverse();
            items.push(items[0].as_str().unwrap().to_uppercase().into());
        }
    }
    parameters
}

fn throw(dice: &mut u64, sides: usize) -> usize {
    *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*dice >> 33).unwrap() % sides
}
