//! Proofs and flips of random devices, against the naive reading and the compiled trees.

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;

use domain::{ClassificationId, Conditions, Os, TagId};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use rules::explain::{Contender, Flips, Operator, Overlay, Proof, Prover, Supposed, search, suppositions};
use rules::{Device, Tree, Truth};
use serde_json::{Value, json};

use crate::device::Reported;
use crate::{compiled, generate, naive, tree};

type Rules = Vec<(u32, Value)>;

/// The proof of `conditions` on a device; tags have names.
fn prove(conditions: &Value, os: Os, device: &Reported) -> Proof {
    let tag_name = |tag: TagId| Some(["", "one", "two", "three"][tag.0 as usize]);
    let tree = tree(conditions, os);
    let conditions = Conditions::new(&conditions.to_string()).unwrap();
    Prover::new(os, device, &tag_name, usize::MAX).prove(&tree, &conditions)
}

/// What `rules` make of a device: the strongest classification with a rule that passes.
fn classify(rules: &Rules, os: Os, device: &impl Device) -> Option<ClassificationId> {
    let passing = rules.iter().filter(|(_, tree)| compiled(tree, os).evaluate(device) == Truth::Pass);
    passing.map(|(classification, _)| ClassificationId(*classification)).min()
}

fn with_contenders<T>(rules: &Rules, os: Os, then: impl FnOnce(&[Contender<'_>]) -> T) -> T {
    let trees: Vec<(u32, Tree)> =
        rules.iter().map(|(class, conditions)| (*class, tree(conditions, os))).collect();
    let contenders: Vec<_> = (1..=3)
        .map(|class| Contender {
            classification: ClassificationId(class),
            rules: trees.iter().filter(|(of, _)| *of == class).map(|(_, tree)| Some(tree)).collect(),
        })
        .collect();
    then(&contenders)
}

fn flips(rules: &Rules, os: Os, device: &Reported) -> Flips {
    with_contenders(rules, os, |contenders| search(os, device, contenders, &AtomicBool::new(false)).unwrap())
}

fn sites() -> impl Strategy<Value = (Os, Rules, Value, Value)> {
    let rules = |os| vec((1..=3_u32, generate::tree(os)), 1..5);
    generate::os().prop_flat_map(move |os| (Just(os), rules(os), generate::device(os), generate::device(os)))
}

/// Every part follows from its children, every check says what the naive reading says, and stands as it was written.
fn holds(proof: &Proof, written: &Value, os: Os, device: &Value) -> Result<(), TestCaseError> {
    match proof {
        Proof::Operator { operator, verdict, children } => {
            let verdicts = children.iter().map(Proof::verdict);
            let expected = match operator {
                Operator::And => verdicts.min(),
                Operator::Or => verdicts.max(),
            };
            prop_assert_eq!(Some(*verdict), expected);
            let written = written[operator.name()].as_array().unwrap();
            prop_assert_eq!(children.len(), written.len());
            children.iter().zip(written).try_for_each(|(child, written)| holds(child, written, os, device))
        }
        Proof::Check { name, parameters, finding } => {
            prop_assert_eq!(&json!({ name: parameters }), written);
            prop_assert_eq!(finding.verdict, naive::evaluate(written, os.name(), device));
            prop_assert_eq!(finding.reason.is_none(), finding.verdict == Truth::Pass);
            prop_assert!(finding.reason.as_ref().is_none_or(|reason| !reason.is_empty()), "{:?}", finding);
            // A check that compares nothing that was reported cannot fail.
            prop_assert!(!finding.fact.is_null() || finding.verdict != Truth::Fail, "{:?}", finding);
            Ok(())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_proof_is_the_tree_with_what_each_part_says(
        (os, conditions, device) in generate::os()
            .prop_flat_map(|os| (Just(os), generate::tree(os), generate::device(os)))
    ) {
        let proof = prove(&conditions, os, &Reported::new(&device));
        prop_assert_eq!(proof.verdict(), compiled(&conditions, os).evaluate(&Reported::new(&device)));
        holds(&proof, &conditions, os, &device)?;
    }

    #[test]
    fn the_search_finds_what_trying_everything_on_all_rules_finds((os, rules, device, _) in sites()) {
        let device = Reported::new(&device);
        let found = flips(&rules, os, &device);
        prop_assert!(found.complete);
        let now = classify(&rules, os, &device);
        let mut expected = HashSet::new();
        for supposed in with_contenders(&rules, os, |contenders| suppositions(os, &device, contenders)) {
            prop_assert_ne!(supposed.from(os, &device), supposed.to(), "{:?}", supposed);
            let then = classify(&rules, os, &Overlay::new(&device, &supposed));
            if then != now {
                expected.insert((domain::fold(&supposed.name()), then));
            }
        }
        for flip in &found.flips {
            let then = classify(&rules, os, &Overlay::new(&device, &flip.supposed));
            prop_assert_eq!(then, flip.then, "{:?}", flip);
        }
        let found = found.flips.iter().map(|flip| (domain::fold(&flip.supposed.name()), flip.then)).collect();
        prop_assert_eq!(expected, found);
    }

    /// Not only among what the search tries: whatever value a fact takes, where that changes the classification the
    /// search has a value of the same fact that changes it so.
    #[test]
    fn no_value_of_a_single_fact_changes_what_the_search_does_not_find(
        (os, rules, device, other) in sites(),
        member in select(&["osVersion", "distribution", "domain", "passcode", "compromised", "storageEncrypted", "mdm"][..]),
    ) {
        let mut changed = device.clone();
        match member {
            "osVersion" | "distribution" => changed[member] = other[member].clone(),
            _ => changed["facts"][member] = other["facts"][member].clone(),
        }
        let then = classify(&rules, os, &Reported::new(&changed));
        let device = Reported::new(&device);
        if then != classify(&rules, os, &device) {
            let found = flips(&rules, os, &device);
            let is = |supposed: &Supposed| supposed.name().trim_start_matches("facts.") == member;
            prop_assert!(found.flips.iter().any(|flip| is(&flip.supposed) && flip.then == then), "{:?}", found);
        }
    }
}

/// The sentence of the only check of `check` on a device.
fn reason(os: Os, check: Value, device: Value) -> String {
    let proof = prove(&json!({ "$and": [check] }), os, &Reported::new(&device));
    let Proof::Operator { children, .. } = proof else { panic!("an $and is an operator") };
    match &children[..] {
        [Proof::Check { finding, .. }] => finding.reason.clone().unwrap_or_default(),
        other => panic!("not one check: {other:?}"),
    }
}

#[test]
fn a_reason_says_what_was_found_and_what_was_asked() {
    let windows = |check, device| reason(Os::Windows, check, device);
    let version = json!({"min_os_version_check": {"min_os_version": "10.0.22631", "edition": "windows 11"}});
    let antivirus =
        |flag: Value| json!({"av_check": {"product_name": "Sentinel", "signature_up_to_date": flag}});
    let value = |data: &str| json!({"rootKey": "HKLM", "key": "SOFTWARE\\Corp", "value": "On", "type": "REG_SZ", "data": data});
    let process = json!({"process_check": {"process": "x.exe", "signerName": "Corp"}});
    for (expected, check, device) in [
        (
            "edition Windows 10 Pro is not Windows 11; osVersion 10.0.19045 is lower than 10.0.22631",
            version.clone(),
            json!({"osVersion": "10.0.19045", "edition": "Windows 10 Pro"}),
        ),
        (
            "osVersion 10.0.19045 is not Windows 11; osVersion 10.0.19045 is lower than 10.0.22631",
            version.clone(),
            json!({"osVersion": "10.0.19045"}),
        ),
        ("edition was not reported; osVersion was not reported", version, json!({})),
        (
            "no antivirus product named Sentinel among: Defender, Other",
            antivirus(json!(true)),
            json!({"facts": {"antivirus": [{"product": "Defender"}, {"product": "Other"}]}}),
        ),
        (
            "the signatures of sentinel are not up to date",
            antivirus(json!(true)),
            json!({"facts": {"antivirus": [{"product": "sentinel", "upToDate": false}]}}),
        ),
        (
            "whether the signatures of sentinel are up to date was not reported",
            antivirus(json!(false)),
            json!({"facts": {"antivirus": [{"product": "sentinel"}]}}),
        ),
        ("there is no antivirus product", antivirus(json!(true)), json!({"facts": {"antivirus": []}})),
        ("antivirus was not reported", antivirus(json!(true)), json!({})),
        (
            "processes: x.exe was not reported",
            process.clone(),
            json!({"facts": {"processes": {"y.exe": true}}}),
        ),
        ("processes: x.exe does not run", process.clone(), json!({"facts": {"processes": {"X.EXE": false}}})),
        (
            "processes: x.exe runs, but its signer is Other, not Corp",
            process.clone(),
            json!({"facts": {"processes": {"x.exe": {"running": true, "signerName": "Other"}}}}),
        ),
        (
            "processes: x.exe runs, but its signer was not reported",
            process,
            json!({"facts": {"processes": {"x.exe": true}}}),
        ),
        (
            "registry: HKEY_LOCAL_MACHINE\\SOFTWARE\\Corp\\On is 0 (REG_SZ), not 1 (REG_SZ)",
            json!({"reg_check": value("1")}),
            json!({"facts": {"registry": [value("0")]}}),
        ),
        (
            "registry: HKEY_LOCAL_MACHINE\\SOFTWARE\\Corp\\On is not there",
            json!({"reg_check": value("1")}),
            json!({"facts": {"registry": []}}),
        ),
        (
            "domain corp.local is none of: lab.local, x.local",
            json!({"domain_check": {"domains": ["lab.local", "x.local"]}}),
            json!({"facts": {"domain": "corp.local"}}),
        ),
        (
            "no such certificate among 1 in the machine store",
            json!({"cert_check": {"issuer": "CN=Corp"}}),
            json!({"facts": {"certificates": [{"issuer": "CN=Other"}, {"store": "user", "issuer": "CN=Corp"}]}}),
        ),
        (
            "the device does not carry the tag two",
            json!({"device_tag_check": {"tag_id": 2}}),
            json!({"tags": [1]}),
        ),
        ("opswat_check is a check that this server does not know", json!({"opswat_check": {}}), json!({})),
    ] {
        assert_eq!(windows(check, device), expected);
    }
    assert_eq!(
        reason(
            Os::Android,
            json!({"device_not_compromised_check": {}}),
            json!({"facts": {"compromised": true}})
        ),
        "compromised is true"
    );
}

#[test]
fn of_several_values_that_do_the_same_the_nearest_is_told() {
    let asks = |version: &str| json!({"$and": [{"min_os_version_check": {"min_os_version": version}}]});
    let told = |rules: &Rules, device: Value| -> Vec<(Value, Option<u32>)> {
        let found = flips(rules, Os::Mac, &Reported::new(&device));
        found.flips.iter().map(|flip| (flip.supposed.to(), flip.then.map(|then| then.0))).collect()
    };
    let rules = vec![(1, asks("14.2")), (1, asks("15")), (2, asks("13"))];
    assert_eq!(told(&rules, json!({"osVersion": "13.1"})), [(json!("14.2"), Some(1)), (json!("12"), None)]);
    assert_eq!(told(&rules, json!({"osVersion": "16"})), [(json!("14.1"), Some(2)), (json!("12"), None)]);
    assert_eq!(told(&rules, json!({})), [(json!("13"), Some(2)), (json!("14.2"), Some(1))]);
}

#[test]
fn a_flip_names_the_entry_of_a_list_and_leaves_the_others() {
    let conditions = json!({"$and": [
        {"av_check": {"product_name": "any", "signature_up_to_date": true}}, {"disk_enc_check": {"product": "luks"}}]});
    let rules = vec![(1, conditions)];
    let device =
        |antivirus: Value, disk: Value| json!({"facts": {"antivirus": antivirus, "diskEncryption": disk}});
    let told = |device: Value| -> Vec<(String, Value, Value)> {
        let device = Reported::new(&device);
        let found = flips(&rules, Os::Linux, &device);
        let told = |supposed: &Supposed| (supposed.name(), supposed.from(Os::Linux, &device), supposed.to());
        found.flips.iter().map(|flip| told(&flip.supposed)).collect()
    };
    let good = json!([{"product": "ClamAV", "upToDate": true}]);
    let encrypted = json!(["pgp", "LUKS"]);
    assert_eq!(
        told(device(good.clone(), json!(["pgp"]))),
        [("facts.diskEncryption[luks]".into(), json!(null), json!("luks"))]
    );
    assert_eq!(
        told(device(good, encrypted.clone())),
        [
            (
                "facts.antivirus[ClamAV]".into(),
                json!({"product": "ClamAV", "upToDate": true}),
                json!({"product": "ClamAV", "upToDate": false})
            ),
            ("facts.diskEncryption[luks]".into(), json!("LUKS"), json!(null)),
        ]
    );
    let any =
        |to: &str| ("facts.antivirus[any]".to_owned(), json!(null), json!({"product": to, "upToDate": true}));
    assert_eq!(told(device(json!([]), encrypted.clone())), [any("any")]);
    // Two facts are missing: no single one changes anything.
    assert_eq!(told(device(json!([]), json!([]))), []);
}
