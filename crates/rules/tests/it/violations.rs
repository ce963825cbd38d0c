//! What is refused in a tree, where and why.

use domain::{Conditions, Os};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;
use rules::{TREE_CHECKS_MAX, TREE_DEPTH_MAX, TREE_VIOLATIONS_MAX, Tree};
use serde_json::{Map, Value, json};

use crate::{check, generate};

/// Path and code of everything wrong with `conditions`.
fn faults(os: Os, conditions: &Value) -> Vec<(String, &'static str)> {
    let violations = check(conditions, os).err().unwrap_or_default();
    violations.into_iter().map(|violation| (violation.field, violation.code)).collect()
}

/// Code of what is wrong with one check of Windows, and the member at fault.
fn fault(check: Value) -> (String, &'static str) {
    let mut found = faults(Os::Windows, &json!({ "$and": [check] }));
    assert_eq!(found.len(), 1, "{check}: {found:?}");
    let (field, code) = found.remove(0);
    (field.strip_prefix("conditions.$and[0].").unwrap_or(&field).to_owned(), code)
}

#[test]
fn everything_wrong_is_found_in_one_go() {
    let conditions = json!({"$and": [
        {"$or": [{"file_check": {"path": "C:\\x"}}, {"file_check": {"path": "x.dll", "sha256": "ab"}}]},
        {"$or": []},
        {"$nor": [{"mdm_check": {}}]},
        {"mdm_check": {}},
        {},
        {"process_check": {"process": "x"}, "note": 1},
        "x",
        {"reg_check": {"rootKey": "HKEY", "key": "k"}},
    ]});
    let at = |path: &str, code: &'static str| (format!("conditions.$and{path}"), code);
    assert_eq!(
        faults(Os::Windows, &conditions),
        [
            at("[0].$or[1].file_check.sha256", "sha256"),
            at("[0].$or[1].file_check.path", "path"),
            at("[1].$or", "empty"),
            at("[2].$nor", "operator"),
            at("[3].mdm_check", "not_for_os"),
            at("[4]", "one_key"),
            at("[5]", "one_key"),
            at("[6]", "type"),
            at("[7].reg_check.rootKey", "root_key"),
            at("[7].reg_check.value", "missing"),
            at("[7].reg_check.type", "missing"),
            at("[7].reg_check.data", "missing"),
        ]
    );
}

#[test]
fn messages_say_what_would_be_right() {
    let message = |os: Os, conditions: Value| check(&conditions, os).unwrap_err().remove(0).message;
    assert_eq!(
        message(Os::Mac, json!({"$and": [{"reg_check": {}}]})),
        "conditions.$and[0].reg_check is no check for mac; it is one for windows, winserver"
    );
    assert_eq!(
        message(Os::Mac, json!({"$and": [{"file_check": {"paht": "/x"}}]})),
        "conditions.$and[0].file_check.path is missing; right would be {\"path\": \"/full/path\"}"
    );
    assert_eq!(
        message(Os::Linux, json!({"$and": [{"file_check": {"path": "x"}}]})),
        "conditions.$and[0].file_check.path must be a full path: /… or ~/…"
    );
    assert_eq!(
        message(Os::Linux, json!({"mdm_check": {}})),
        "conditions.mdm_check must stand within an operator: {\"$and\": [ … ]}"
    );
}

#[test]
fn parameters_have_types_and_forms() {
    for tag_id in [json!(0), json!(-1), json!("1137"), json!(1.5), json!(4_294_967_296_u64), json!(null)] {
        assert_eq!(
            fault(json!({"device_tag_check": {"tag_id": tag_id}})),
            ("device_tag_check.tag_id".into(), "tag_id")
        );
    }
    let version = |version: Value, edition: Value| {
        let (field, code) =
            fault(json!({"min_os_version_check": {"min_os_version": version, "edition": edition}}));
        (field.replace("min_os_version_check.", ""), code)
    };
    assert_eq!(version(json!(10), json!("Windows All")), ("min_os_version".into(), "type"));
    assert_eq!(version(json!("any"), json!("Windows All")), ("min_os_version".into(), "version"));
    assert_eq!(version(json!("0"), json!("macOS")), ("edition".into(), "edition"));
    assert_eq!(version(json!("0"), json!("x".repeat(256))), ("edition".into(), "length"));
    for (check, field, code) in [
        (json!({"min_os_version_check": {"min_os_version": "0"}}), "min_os_version_check.edition", "missing"),
        (json!({"domain_check": {"domains": []}}), "domain_check.domains", "length"),
        (json!({"domain_check": {"domains": "corp.local"}}), "domain_check.domains", "type"),
        (json!({"domain_check": {"domains": ["a", " "]}}), "domain_check.domains[1]", "empty"),
        (json!({"process_check": {"process": ""}}), "process_check.process", "empty"),
        (json!({"process_check": {"process": "x", "signerName": 1}}), "process_check.signerName", "type"),
        (json!({"av_check": {}}), "av_check.product_name", "missing"),
        (
            json!({"av_check": {"product_name": "any", "signature_up_to_date": "yes"}}),
            "av_check.signature_up_to_date",
            "type",
        ),
        (json!({"disk_enc_check": {"product": ""}}), "disk_enc_check.product", "length"),
        (json!({"cert_check": {"serial": "1"}}), "cert_check", "missing"),
        (json!({"client_cert_check": {"thumbprint": "xyz"}}), "client_cert_check.thumbprint", "thumbprint"),
        (json!({"cert_check": {"thumbprint": ": :"}}), "cert_check.thumbprint", "thumbprint"),
        (json!({"cert_check": {"issuer": ""}}), "cert_check.issuer", "empty"),
        (json!({"domain_check": ["corp.local"]}), "domain_check", "type"),
        (json!({"AND": []}), "AND", "operator"),
        (json!({"": {}}), "", "operator"),
    ] {
        assert_eq!(fault(check), (field.into(), code));
    }
}

#[test]
fn a_file_is_asked_for_by_its_full_path() {
    let fits = |os: Os, path: &str| check(&json!({"$and": [{"file_check": {"path": path}}]}), os).is_ok();
    for path in [
        "C:\\x",
        "c:\\full\\path\\x.dll",
        "\\\\server\\share\\x",
        "%ProgramFiles%\\x",
        "%ProgramFiles(x86)%\\x",
    ] {
        assert!(fits(Os::Windows, path) && fits(Os::WinServer, path), "{path}");
        assert!(!fits(Os::Linux, path), "{path}");
    }
    for path in ["/etc/x", "~/x"] {
        assert!(fits(Os::Linux, path) && fits(Os::Mac, path), "{path}");
        assert!(!fits(Os::Windows, path), "{path}");
    }
    for path in [
        "x", "C:", "C:\\", "C:x", "\\x", "\\\\", "\\\\\\x", "%%\\x", "%X%\\", "%X", "/", "~", "~/", "~joe/x",
        "é:\\x",
    ] {
        assert!(!fits(Os::Windows, path) && !fits(Os::Mac, path), "{path}");
    }
}

#[test]
fn members_that_we_do_not_know_are_passed_over() {
    let conditions =
        json!({"$and": [{"device_tag_check": {"tag_id": 7, "note": "mine"}}, {"x_check": "text"}]});
    assert!(check(&conditions, Os::Linux).is_ok());
    let beside = json!({"ui": 1, "$and": [{"$or": [{"x_check": {}}], "checks": {"mdm_check": {}}}]});
    assert!(check(&beside, Os::Linux).is_ok());
}

#[test]
fn what_would_silently_not_count_beside_an_operator_is_refused() {
    let tag = json!({"device_tag_check": {"tag_id": 7}});
    for (member, code) in [
        ("domain_check", "beside_operator"),
        ("X_Check", "beside_operator"),
        ("$nor", "operator"),
        ("or", "operator"),
    ] {
        let inner = json!({"$or": [tag], member: [tag]});
        let found = faults(Os::Mac, &json!({"$and": [inner]}));
        assert_eq!(found, [(format!("conditions.$and[0].{member}"), code)]);
    }
    let both = json!({"$and": [tag], "$or": [tag]});
    assert_eq!(faults(Os::Mac, &both), [("conditions".into(), "one_key")]);
    let beside = json!({"$and": [tag], "mdm_check": {}});
    assert_eq!(
        check(&beside, Os::Mac).unwrap_err()[0].message,
        "conditions.mdm_check would not count beside $and; put it into the list"
    );
}

#[test]
fn every_operator_may_stand_at_every_level_down_to_the_eighth() {
    let nested = |depth: usize, operators: [&str; 2]| {
        (0..depth).fold(
            json!({"device_tag_check": {"tag_id": 7}}),
            |tree, level| json!({ operators[level % 2]: [tree] }),
        )
    };
    for operators in [["$and", "$or"], ["$or", "$and"], ["$or", "$or"]] {
        for depth in 1..=TREE_DEPTH_MAX {
            assert_eq!(faults(Os::Ios, &nested(depth, operators)), []);
        }
    }
    let found = faults(Os::Ios, &nested(9, ["$or", "$or"]));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].1, "too_deep");
    assert_eq!(faults(Os::Ios, &nested(40, ["$or", "$or"])), found);
    assert_eq!(faults(Os::Ios, &nested(0, ["$or", "$or"]))[0].1, "operator");
    assert_eq!(faults(Os::Ios, &json!({})), [("conditions".into(), "one_key")]);
}

#[test]
fn a_tree_has_at_most_512_checks() {
    let many = |count: usize| json!({"$or": vec![json!({"device_tag_check": {"tag_id": 7}}); count]});
    assert_eq!(faults(Os::Mac, &many(TREE_CHECKS_MAX)), []);
    assert_eq!(faults(Os::Mac, &many(TREE_CHECKS_MAX + 1)), [("conditions".into(), "too_many_checks")]);
    let wrong = json!({"$or": vec![json!({}); TREE_VIOLATIONS_MAX + 1]});
    assert_eq!(faults(Os::Mac, &wrong).len(), TREE_VIOLATIONS_MAX);
}

/// JSON of any shape, made of the words that trees are made of.
fn any_json() -> impl Strategy<Value = Value> {
    let names = [
        "$and",
        "$or",
        "$not",
        "tag_id",
        "path",
        "domains",
        "process",
        "rootKey",
        "thumbprint",
        "edition",
        "x",
        "",
    ];
    let checks = Os::ALL.into_iter().flat_map(generate::check_names);
    let names: Vec<&str> = names.into_iter().chain(checks).collect();
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
        select(vec!["C:\\x", "0", "HKLM", "%", "any"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(10, 64, 4, move |inner| {
        let members = prop::collection::vec((select(names.clone()), inner.clone()), 0..3);
        let object = members.prop_map(|members| {
            members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
        });
        prop_oneof![1 => prop::collection::vec(inner, 0..4).prop_map(Value::from), 3 => object]
    })
}

proptest! {
    #![proptest_config(Config::with_cases(2048))]

    #[test]
    fn any_object_is_a_tree_or_is_refused_with_reasons(os in generate::os(), json in any_json()) {
        let object = if json.is_object() { json } else { json!({ "$and": [json] }) };
        let conditions = Conditions::new(&object.to_string()).unwrap();
        if let Err(violations) = Tree::check(&conditions, os) {
            prop_assert!((1..=TREE_VIOLATIONS_MAX).contains(&violations.len()));
            for violation in violations {
                prop_assert!(violation.field.starts_with("conditions"));
                prop_assert!(violation.message.starts_with(&violation.field));
            }
        }
    }

    #[test]
    fn every_valid_tree_is_accepted(
        (os, conditions) in generate::os().prop_flat_map(|os| (Just(os), generate::tree(os)))
    ) {
        prop_assert_eq!(faults(os, &conditions), []);
    }
}
