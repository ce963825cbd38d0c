//! Each claim by an example, and what is not claimed.

use std::sync::atomic::AtomicBool;

use domain::Os;
use rules::lint::{Contradiction, Flaw, RankedRule, lint};
use serde_json::{Value, json};

use super::{judged, ranked};

fn flaws(os: Os, rules: &[(usize, Value)]) -> Vec<(usize, Flaw)> {
    judged(&ranked(os, rules))
}

fn domain(domain: &str) -> Value {
    json!({"domain_check": {"domains": [domain]}})
}

fn tag(id: u32) -> Value {
    json!({"device_tag_check": {"tag_id": id}})
}

fn min_version(min: &str) -> Value {
    json!({"min_os_version_check": {"min_os_version": min}})
}

#[test]
fn a_contradiction_is_told_by_the_fact_that_it_is_about() {
    let process = |signer: &str| json!({"process_check": {"process": "X.exe", "signerName": signer}});
    let edition = |name: &str| json!({"min_os_version_check": {"min_os_version": "0", "edition": name}});
    let hash = |digit: &str| json!({"file_check": {"path": r"C:\x", "sha256": digit.repeat(64)}});
    for (checks, why) in [
        ([domain("a"), domain("b")], Contradiction::Domains),
        ([process("a"), process("b")], Contradiction::Signers("x.exe".into())),
        ([edition("Windows 10"), edition("Windows 11 Pro")], Contradiction::Editions),
        ([hash("a"), hash("b")], Contradiction::Hashes(r"c:\x".into())),
        ([json!({"opswat_check": {}}), tag(1)], Contradiction::UnknownChecks(["opswat_check".into()].into())),
        (
            [
                json!({"$or": [{"$and": [domain("a"), domain("b")]}, {"$and": [process("a"), process("b")]}]}),
                json!({"$and": [process("c"), process("d"), domain("c"), domain("d")]}),
            ],
            Contradiction::Several,
        ),
    ] {
        assert_eq!(flaws(Os::Windows, &[(0, json!({ "$and": checks }))]), [(0, Flaw::NeverTrue(why))]);
    }
}

#[test]
fn two_of_a_list_are_no_contradiction() {
    let data = |data: &str| json!({"reg_check": {"rootKey": "HKLM", "key": "k", "value": "v", "type": "REG_SZ", "data": data}});
    let checks = [
        json!({"av_check": {"product_name": "a", "signature_up_to_date": true}}),
        json!({"av_check": {"product_name": "a", "signature_up_to_date": false}}),
        json!({"cert_check": {"issuer": "CN=a"}}),
        json!({"cert_check": {"issuer": "CN=b"}}),
        data("on"),
        data("off"),
    ];
    assert_eq!(flaws(Os::Windows, &[(0, json!({ "$and": checks }))]), []);
}

#[test]
fn any_version_of_any_windows_is_every_windows() {
    let every =
        json!({"$and": [{"min_os_version_check": {"min_os_version": "0.0", "edition": "Windows All"}}]});
    assert_eq!(flaws(Os::Windows, &[(0, every)]), [(0, Flaw::AlwaysTrue)]);
    let version = json!({"$or": [min_version("0"), tag(1)]});
    assert_eq!(flaws(Os::Mac, &[(0, version)]), [(0, Flaw::AlwaysTrue)]);
}

#[test]
fn whatever_comes_after_a_rule_for_all_is_shadowed() {
    let all = json!({"$and": [min_version("0")]});
    let rules = [(0, all), (1, json!({"$and": [tag(1)]}))];
    assert_eq!(flaws(Os::Mac, &rules), [(0, Flaw::AlwaysTrue), (1, Flaw::Shadowed { by: vec![0] })]);
}

#[test]
fn several_rules_can_shadow_one_together() {
    let both = json!({"$and": [{"domain_check": {"domains": ["a", "b"]}}, tag(1)]});
    let rules = [
        (0, json!({"$and": [tag(2)]})),
        (0, json!({"$and": [domain("a")]})),
        (1, json!({"$and": [domain("B")]})),
        (2, both),
    ];
    assert_eq!(flaws(Os::Windows, &rules), [(3, Flaw::Shadowed { by: vec![1, 2] })]);
}

#[test]
fn of_two_that_ask_the_same_the_newer_or_weaker_is_named() {
    let (one, other) = (json!({"$and": [tag(1), tag(2)]}), json!({"$and": [{"$and": [tag(2)]}, tag(1)]}));
    let rules = [(0, one.clone()), (0, other.clone()), (1, one.clone())];
    let of = || Flaw::Duplicate { of: 0 };
    assert_eq!(flaws(Os::Mac, &rules), [(1, of()), (2, of())]);
    // The same devices, but another tree.
    let absorbed = json!({"$and": [tag(2), tag(1), {"$or": [tag(1), tag(3)]}]});
    assert_eq!(flaws(Os::Mac, &[(0, one), (0, absorbed)]), [(1, Flaw::Redundant { by: vec![0] })]);
}

#[test]
fn a_narrower_rule_beside_a_wider_one_is_redundant_whichever_is_older() {
    let (old, new) = (json!({"$and": [min_version("12")]}), json!({"$and": [min_version("14.1")]}));
    assert_eq!(flaws(Os::Mac, &[(0, old.clone()), (0, new.clone())]), [(1, Flaw::Redundant { by: vec![0] })]);
    assert_eq!(flaws(Os::Mac, &[(0, new.clone()), (0, old.clone())]), [(0, Flaw::Redundant { by: vec![1] })]);
    assert_eq!(flaws(Os::Mac, &[(0, new), (1, old)]), [], "the narrower is the stronger");
}

#[test]
fn a_stronger_rule_that_no_device_passes_shadows_nothing() {
    let rules = [(0, json!({"$and": [domain("a"), domain("b")]})), (1, json!({"$and": [domain("a")]}))];
    assert_eq!(flaws(Os::Windows, &rules), [(0, Flaw::NeverTrue(Contradiction::Domains))]);
}

/// More pigeons than holes: a rule that some hole has every pigeon, behind one for each hole that it has two. True of
/// any number, and known to take a search of this kind exponentially many steps.
fn pigeons(holes: u32) -> Vec<(usize, Value)> {
    let sits = |pigeon: u32, hole: u32| tag(1 + pigeon * holes + hole);
    let shared = |hole: u32| {
        let pairs = (0..=holes).flat_map(|one| (0..one).map(move |other| (one, other)));
        let pairs: Vec<_> =
            pairs.map(|(one, other)| json!({"$and": [sits(one, hole), sits(other, hole)]})).collect();
        (0, json!({ "$or": pairs }))
    };
    let somewhere = |pigeon: u32| {
        let sits: Vec<_> = (0..holes).map(|hole| sits(pigeon, hole)).collect();
        json!({ "$or": sits })
    };
    let all: Vec<_> = (0..=holes).map(somewhere).collect();
    (0..holes).map(shared).chain([(1, json!({ "$and": all }))]).collect()
}

#[test]
fn what_would_take_too_long_to_prove_is_not_claimed() {
    assert_eq!(flaws(Os::Mac, &pigeons(4)), [(4, Flaw::Shadowed { by: vec![0, 1, 2, 3] })]);
    assert_eq!(flaws(Os::Mac, &pigeons(12)), []);
}

#[test]
fn nobody_waits_for_what_was_stopped() {
    let checks: Vec<_> = (1..=512).map(tag).collect();
    let rules: Vec<_> = (0..20).map(|_| (0, json!({ "$or": checks }))).collect();
    let trees = ranked(Os::Mac, &rules);
    let rules: Vec<_> = trees.iter().map(|(rank, tree)| RankedRule { tree, rank: *rank }).collect();
    assert_eq!(lint(&rules, &AtomicBool::new(true)), None);
}
