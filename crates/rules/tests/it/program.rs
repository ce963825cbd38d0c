//! How a device gets its classification (netskope-v2 §7).

use std::collections::HashMap;
use std::sync::Arc;

use domain::{ClassificationId, Os, Outcome, Status};
use proptest::prelude::*;
use proptest::test_runner::Config;
use rules::{Compiled, Program, Truth};
use serde_json::{Value, json};

use crate::device::Reported;
use crate::{compiled, generate, naive};

type Classifications = Vec<Vec<(Os, Value)>>;

proptest! {
    #![proptest_config(Config::with_cases(1024))]

    #[test]
    fn the_first_classification_with_a_rule_that_passes_wins(
        classifications in prop::collection::vec(
            prop::collection::vec(
                prop::sample::select(vec![Os::Windows, Os::Linux, Os::Android])
                    .prop_flat_map(|os| (Just(os), generate::tree(os))),
                0..4,
            ),
            0..6,
        ),
        (os, device) in generate::os().prop_flat_map(|os| (Just(os), generate::device(os))),
    ) {
        let program = program(&classifications);
        prop_assert_eq!(program.classify(&Reported::new(&device)), naive_classify(&classifications, os, &device));
        prop_assert_eq!(
            program.has_rules(os),
            classifications.iter().flatten().any(|(rule_os, _)| *rule_os == os)
        );
    }
}

/// Checks of many kinds, of which few ask the same.
fn wide_check() -> BoxedStrategy<Value> {
    prop_oneof![
        3 => (1..50_u32).prop_map(|tag| json!({"device_tag_check": {"tag_id": tag}})),
        2 => (0..150_u32).prop_map(|name| json!({"domain_check": {"domains": [format!("d{name}")]}})),
        2 => generate::check(Os::Windows),
    ]
    .boxed()
}

fn wide_tree() -> impl Strategy<Value = Value> {
    (any::<bool>(), prop::collection::vec(wide_check(), 3)).prop_map(|(all, checks)| {
        let [a, b, c] = <[Value; 3]>::try_from(checks).unwrap();
        let (outer, inner) = if all { ("$and", "$or") } else { ("$or", "$and") };
        json!({outer: [a, {inner: [b, c]}]})
    })
}

proptest! {
    #![proptest_config(Config::with_cases(192))]

    /// More rules than a word has bits, more checks than are kept on the stack.
    #[test]
    fn many_rules_are_judged_as_few_are(
        classifications in prop::collection::vec(
            prop::collection::vec(wide_tree().prop_map(|tree| (Os::Windows, tree)), 1..6),
            1..70,
        ),
        devices in prop::collection::vec(
            (generate::device(Os::Windows), prop::collection::btree_set(1..50_u32, 0..3), 0..150_u32),
            1..10,
        ),
    ) {
        let program = program(&classifications);
        for (mut device, tags, name) in devices {
            device["tags"] = json!(tags);
            device["facts"]["domain"] = json!(format!("D{name}"));
            let expected = naive_classify(&classifications, Os::Windows, &device);
            prop_assert_eq!(program.classify(&Reported::new(&device)), expected);
        }
    }
}

fn program(classifications: &Classifications) -> Program {
    Program::new(classifications.iter().zip(1..).map(|(rules, id)| {
        let rules = rules.iter().map(|(os, tree)| (*os, compiled(tree, *os))).collect();
        (ClassificationId(id), rules)
    }))
}

fn naive_classify(classifications: &Classifications, os: Os, device: &Value) -> Outcome {
    let verdicts: HashMap<u32, Vec<Truth>> = (1..)
        .zip(classifications)
        .map(|(id, rules)| {
            let own = rules.iter().filter(|(rule_os, _)| *rule_os == os);
            (id, own.map(|(_, tree)| naive::evaluate(tree, os.name(), device)).collect())
        })
        .collect();
    let ids = 1..=u32::try_from(classifications.len()).unwrap();
    let winner = ids.clone().find(|id| verdicts[id].contains(&Truth::Pass));
    let undetermined =
        ids.filter(|id| winner.is_none_or(|winner| *id < winner) && verdicts[id].contains(&Truth::Unknown));
    Outcome {
        status: match winner {
            Some(_) => Status::Managed,
            None if verdicts.values().all(Vec::is_empty) => Status::NotConfigured,
            None => Status::Unmanaged,
        },
        classification: winner.map(ClassificationId),
        undetermined: undetermined.map(ClassificationId).collect(),
    }
}

#[test]
fn a_device_that_has_not_said_its_system_is_unknown() {
    let rule = (Os::Mac, json!({"$and": [{"device_tag_check": {"tag_id": 1}}]}));
    let program = program(&vec![vec![rule]]);
    let status = |device: Value| program.classify(&Reported::new(&device)).status;
    assert_eq!(status(json!({"tags": [1]})), Status::Unknown);
    assert_eq!(status(json!({"tags": [1], "os": "windows"})), Status::NotConfigured);
    assert_eq!(status(json!({"os": "mac"})), Status::Unmanaged);
    assert_eq!(status(json!({"tags": [1], "os": "mac"})), Status::Managed);
}

#[test]
fn stronger_classifications_that_facts_leave_open_are_undetermined() {
    let passcode = (Os::Ios, json!({"$or": [{"passcode_required_check": {}}]}));
    let version = (Os::Ios, json!({"$or": [{"min_os_version_check": {"min_os_version": "17"}}]}));
    let tag = (Os::Ios, json!({"$or": [{"device_tag_check": {"tag_id": 1}}]}));
    let program = program(&vec![
        vec![passcode.clone()],
        vec![version.clone(), tag.clone()],
        vec![version],
        vec![tag.clone()],
        vec![passcode],
    ]);
    let outcome = |device: Value| program.classify(&Reported::new(&device));
    let ids = |ids: &[u32]| ids.iter().copied().map(ClassificationId).collect::<Box<[_]>>();
    let tagged = outcome(json!({"os": "ios", "tags": [1]}));
    assert_eq!((tagged.classification, tagged.undetermined), (Some(ClassificationId(2)), ids(&[1])));
    let bare = outcome(json!({"os": "ios"}));
    assert_eq!((bare.status, bare.undetermined), (Status::Unmanaged, ids(&[1, 2, 3, 5])));
    let old = outcome(json!({"os": "ios", "osVersion": "16.1", "facts": {"passcode": true}}));
    assert_eq!((old.classification, old.undetermined), (Some(ClassificationId(1)), ids(&[])));
}

#[test]
fn a_rule_that_cannot_be_read_leaves_its_classification_open() {
    let tag = |id| (Os::Ios, compiled(&json!({"$and": [{"device_tag_check": {"tag_id": id}}]}), Os::Ios));
    let unread = || (Os::Ios, Arc::new(Compiled::undecidable()));
    let program = Program::new((1..).map(ClassificationId).zip([
        vec![unread()],
        vec![unread(), tag(1)],
        vec![tag(2), unread()],
    ]));
    let outcome = |device: Value| program.classify(&Reported::new(&device));
    let ids = |ids: &[u32]| ids.iter().copied().map(ClassificationId).collect::<Box<[_]>>();
    let tagged = outcome(json!({"os": "ios", "tags": [1]}));
    assert_eq!((tagged.classification, tagged.undetermined), (Some(ClassificationId(2)), ids(&[1])));
    let bare = outcome(json!({"os": "ios"}));
    assert_eq!((bare.status, bare.undetermined), (Status::Unmanaged, ids(&[1, 2, 3])));
}
