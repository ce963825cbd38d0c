//! The compiled tree and the naive reading of the same JSON agree.

use std::collections::{BTreeMap, BTreeSet};

use domain::Os;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use rules::{Node, Truth};

use crate::device::Reported;
use crate::{compiled, generate, naive, tree};

proptest! {
    #![proptest_config(Config::with_cases(4096))]

    #[test]
    fn a_compiled_tree_says_what_its_json_says(
        (os, conditions, device) in generate::os()
            .prop_flat_map(|os| (Just(os), generate::tree(os), generate::device(os)))
    ) {
        let expected = naive::evaluate(&conditions, os.name(), &device);
        prop_assert_eq!(compiled(&conditions, os).evaluate(&Reported::new(&device)), expected);
    }
}

/// Every check, alone: what it says agrees, and in a few thousand devices it says everything that it can say.
#[test]
fn every_check_meets_devices_that_pass_fail_and_leave_it_unknown() {
    let mut runner = TestRunner::deterministic();
    for os in Os::ALL {
        let mut seen = BTreeMap::<_, BTreeSet<Truth>>::new();
        for name in generate::check_names(os) {
            let cases = (generate::named_check(name, os), generate::device(os));
            for _ in 0..400 {
                let (check, device) = cases.new_tree(&mut runner).unwrap().current();
                let conditions = serde_json::json!({ "$and": [check] });
                let reported = Reported::new(&device);
                let truth = alone(&tree(&conditions, os)).evaluate(os, &reported);
                assert_eq!(truth, naive::evaluate(&conditions, os.name(), &device), "{check} {device}");
                assert_eq!(truth, compiled(&conditions, os).evaluate(&reported));
                seen.entry(name).or_default().insert(truth);
            }
        }
        for (name, seen) in seen {
            let expected = match name {
                "device_tag_check" => vec![Truth::Fail, Truth::Pass],
                "opswat_check" => vec![Truth::Unknown],
                _ => vec![Truth::Fail, Truth::Unknown, Truth::Pass],
            };
            assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected, "{name} on {os:?}");
        }
    }
}

fn alone(tree: &rules::Tree) -> &rules::Check {
    match tree.root() {
        Node::And(children) => match &children[..] {
            [Node::Check(check)] => check,
            other => panic!("not one check: {other:?}"),
        },
        other => panic!("not an $and: {other:?}"),
    }
}
