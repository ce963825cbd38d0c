//! What is said of rules is true of all devices, and nothing is missed.

mod claims;
mod model;
mod worlds;

use std::sync::atomic::AtomicBool;

use domain::Os;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;
use rules::lint::{Flaw, RankedRule, lint};
use rules::{Compiled, Tree, Truth};
use serde_json::Value;

use self::model::Shape;
use crate::device::Reported;
use crate::{generate, tree};

/// Judges trees, each with its rank.
fn judged(trees: &[(usize, Tree)]) -> Vec<(usize, Flaw)> {
    let rules: Vec<_> = trees.iter().map(|(rank, tree)| RankedRule { tree, rank: *rank }).collect();
    lint(&rules, &AtomicBool::new(false)).expect("nobody stops it")
}

fn ranked(os: Os, rules: &[(usize, Value)]) -> Vec<(usize, Tree)> {
    rules.iter().map(|(rank, conditions)| (*rank, tree(conditions, os))).collect()
}

proptest! {
    #![proptest_config(Config::with_cases(2048))]

    /// Against every device of a small world: each claim is true, and each that could be made is made.
    #[test]
    fn what_is_said_is_true_and_complete(
        (world, rules) in select(worlds::worlds()).prop_flat_map(|world| {
            let rule = (0..3_usize, Shape::any(world.checks.len()));
            (Just(world), prop::collection::vec(rule, 1..6))
        })
    ) {
        let mut rules = rules;
        rules.sort_by_key(|(rank, _)| *rank);
        let values: Vec<_> =
            rules.iter().map(|(rank, shape)| (*rank, shape.conditions(&world.checks))).collect();
        let flaws = judged(&ranked(world.os, &values));
        model::hold(&world, &rules, &flaws).map_err(|why| {
            TestCaseError::fail(format!("{why}\n{flaws:#?}\n{values:#?}"))
        })?;
    }

}

proptest! {
    #![proptest_config(Config::with_cases(512))]

    /// Against any device with trees of any checks: each claim is true.
    #[test]
    fn what_is_said_is_true_of_devices_of_all_kinds(
        (os, trees, devices) in generate::os().prop_flat_map(|os| (
            Just(os),
            prop::collection::vec((0..3_usize, generate::tree(os)), 1..7),
            prop::collection::vec(generate::device(os), 24),
        ))
    ) {
        let mut trees = trees;
        trees.sort_by_key(|(rank, _)| *rank);
        let trees = ranked(os, &trees);
        let flaws = judged(&trees);
        for device in &devices {
            let device = Reported::new(device);
            let passes = |rule: usize| Compiled::new(&trees[rule].1, os).evaluate(&device) == Truth::Pass;
            for (rule, flaw) in &flaws {
                prop_assert!(match flaw {
                    Flaw::NeverTrue(_) => !passes(*rule),
                    Flaw::AlwaysTrue => passes(*rule),
                    Flaw::Duplicate { of } => passes(*rule) == passes(*of),
                    Flaw::Shadowed { by } | Flaw::Redundant { by } =>
                        !passes(*rule) || by.iter().any(|other| passes(*other)),
                }, "{rule}: {flaw:?}");
            }
        }
    }
}
