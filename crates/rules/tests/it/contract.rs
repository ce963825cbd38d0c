//! Each check by the words of its contract, with the seed's own trees.

use domain::{Conditions, FactText, Os, TagId};
use rules::Truth::{self, Fail, Pass, Unknown};
use rules::{Probes, RegistryProbe, Tree};
use serde_json::{Value, json};

use crate::device::Reported;
use crate::{compiled, tree};

/// What `check` says of a device of `os` that reported `device`.
fn truth(os: Os, check: &Value, device: &Value) -> Truth {
    compiled(&json!({"$and": [{"$and": [{"$or": [check]}]}]}), os).evaluate(&Reported::new(device))
}

fn facts(check: &Value, facts: &Value) -> Truth {
    truth(Os::Windows, check, &json!({ "facts": facts }))
}

#[test]
fn the_seeds_windows_all_rule_is_for_every_windows() {
    let conditions = json!({"$and":[{"$and":[{"$or":[
        {"min_os_version_check":{"min_os_version":"0","edition":"Windows All"}}]}]}]});
    for device in [json!({}), json!({"osVersion": "rolling"}), json!({"edition": "Windows 11 Enterprise"})] {
        assert_eq!(compiled(&conditions, Os::Windows).evaluate(&Reported::new(&device)), Pass);
        assert_eq!(compiled(&conditions, Os::WinServer).evaluate(&Reported::new(&device)), Pass);
    }
}

#[test]
fn the_seeds_tag_rule_is_for_devices_that_carry_the_tag() {
    let conditions = json!({"$and":[{"$and":[{"$and":[{"device_tag_check":{"tag_id":1137}}]}]}]});
    let truth =
        |tags: Value| compiled(&conditions, Os::Windows).evaluate(&Reported::new(&json!({ "tags": tags })));
    assert_eq!(truth(json!([912, 1137])), Pass);
    assert_eq!(truth(json!([912])), Fail);
    assert_eq!(truth(json!([])), Fail);
    assert_eq!(tree(&conditions, Os::Windows).tags().into_iter().collect::<Vec<_>>(), [TagId(1137)]);
}

#[test]
fn versions_compare_number_by_number() {
    let check = json!({"min_os_version_check": {"min_os_version": "10.0.19045", "edition": "Windows All"}});
    let version = |text: &str| truth(Os::Windows, &check, &json!({ "osVersion": text }));
    assert_eq!(version("10.0.22631"), Pass);
    assert_eq!(version("10.0.19045"), Pass);
    assert_eq!(version("10.0.9999"), Fail);
    assert_eq!(version("rolling"), Unknown);
    assert_eq!(truth(Os::Windows, &check, &json!({})), Unknown);
}

#[test]
fn another_edition_fails_whatever_the_version_may_be() {
    let check = json!({"min_os_version_check": {"min_os_version": "10.0.19045", "edition": "Windows 10"}});
    let of = |device: Value| truth(Os::Windows, &check, &device);
    assert_eq!(of(json!({"edition": "Windows 11 Pro"})), Fail);
    assert_eq!(of(json!({"edition": "Windows 10 Pro"})), Unknown);
    assert_eq!(of(json!({"osVersion": "10.0.22631"})), Fail);
    assert_eq!(of(json!({"osVersion": "10.0.19045"})), Pass);
    let server = truth(Os::WinServer, &check, &json!({"osVersion": "10.0.20348"}));
    assert_eq!(server, Unknown, "a server's build does not tell a Windows 10");
}

#[test]
fn an_edition_must_be_named_for_windows_alone() {
    let check = json!({"min_os_version_check": {"min_os_version": "10.0.20348"}});
    let of = |device: Value| truth(Os::WinServer, &check, &device);
    assert_eq!(of(json!({"osVersion": "10.0.20348"})), Pass);
    assert_eq!(of(json!({"osVersion": "10.0.17763", "edition": "Windows Server 2019"})), Fail);
    assert_eq!(of(json!({})), Unknown);
    let conditions = Conditions::new(&json!({"$and": [check]}).to_string()).unwrap();
    let faults = Tree::check(&conditions, Os::Windows).unwrap_err();
    assert!(faults[0].message.contains("edition is missing"), "{faults:?}");
}

#[test]
fn a_linux_rule_may_ask_for_a_distribution() {
    let check = json!({"min_os_version_check": {"min_os_version": "12.0", "distribution": "Debian"}});
    let of = |device: Value| truth(Os::Linux, &check, &device);
    assert_eq!(of(json!({"distribution": "debian", "osVersion": "12.5"})), Pass);
    assert_eq!(of(json!({"distribution": "Ubuntu"})), Fail);
    assert_eq!(of(json!({"osVersion": "12.5"})), Unknown);
}

#[test]
fn a_domain_is_one_of_those_asked_for_and_none_is_an_answer() {
    let check = json!({"domain_check": {"domains": ["corp.local", "lab.local"]}});
    assert_eq!(facts(&check, &json!({"domain": "LAB.local"})), Pass);
    assert_eq!(facts(&check, &json!({"domain": "sub.corp.local"})), Fail);
    assert_eq!(facts(&check, &json!({"domain": ""})), Fail);
    assert_eq!(facts(&check, &json!({})), Unknown);
}

#[test]
fn a_process_has_case_on_linux_only() {
    let check = json!({"process_check": {"process": "x.exe"}});
    let device = json!({"facts": {"processes": {"X.EXE": true}}});
    assert_eq!(truth(Os::Windows, &check, &device), Pass);
    assert_eq!(truth(Os::Mac, &check, &device), Pass);
    assert_eq!(truth(Os::Linux, &check, &device), Unknown, "nothing was said of x.exe");
    assert_eq!(facts(&check, &json!({"processes": {"x.exe": false}})), Fail);
}

#[test]
fn a_process_may_have_to_be_signed() {
    let check = json!({"process_check": {"process": "x.exe", "signerName": "Corp"}});
    let signed = |fact: Value| facts(&check, &json!({"processes": {"x.exe": fact}}));
    assert_eq!(signed(json!({"running": true, "signerName": "CORP"})), Pass);
    assert_eq!(signed(json!({"running": true, "signerName": "Other"})), Fail);
    assert_eq!(signed(json!(true)), Unknown);
    assert_eq!(signed(json!(false)), Fail);
}

#[test]
fn a_file_may_have_to_have_a_hash() {
    let hash = "ab".repeat(32);
    let plain = json!({"file_check": {"path": "C:\\full\\path"}});
    let hashed = json!({"file_check": {"path": "C:\\full\\path", "sha256": hash}});
    let file = |check: &Value, fact: Value| facts(check, &json!({"files": {"c:\\FULL\\path": fact}}));
    assert_eq!(file(&plain, json!({"present": true})), Pass);
    assert_eq!(file(&plain, json!({"present": false})), Fail);
    assert_eq!(facts(&plain, &json!({"files": {}})), Unknown);
    assert_eq!(file(&hashed, json!({"present": true, "sha256": hash.to_uppercase()})), Pass);
    assert_eq!(file(&hashed, json!({"present": true, "sha256": "cd".repeat(32)})), Fail);
    assert_eq!(file(&hashed, json!({"present": true})), Unknown);
    assert_eq!(file(&hashed, json!({"present": false})), Fail);
}

#[test]
fn a_registry_value_is_compared_without_case_its_data_too() {
    let value = |root: &str, key: &str, data: &str| json!({"rootKey": root, "key": key, "value": "Agent", "type": "REG_SZ", "data": data});
    let check = json!({ "reg_check": value("HKLM", "SOFTWARE\\Corp", "On") });
    let listed = |entry: Value| facts(&check, &json!({"registry": [entry]}));
    assert_eq!(listed(value("hkey_local_machine", "software\\CORP", "On")), Pass);
    assert_eq!(listed(value("HKLM", "SOFTWARE\\Corp", "oN")), Pass);
    assert_eq!(listed(value("HKLM", "SOFTWARE\\Corp", "Off")), Fail);
    assert_eq!(listed(value("HKCU", "SOFTWARE\\Corp", "On")), Fail);
    assert_eq!(facts(&check, &json!({"registry": []})), Fail);
    assert_eq!(facts(&check, &json!({})), Unknown);
}

#[test]
fn a_list_of_encryption_products_is_complete() {
    let check = json!({"disk_enc_check": {"product": "bitlocker"}});
    assert_eq!(facts(&check, &json!({"diskEncryption": ["pgp", "BitLocker"]})), Pass);
    assert_eq!(facts(&check, &json!({"diskEncryption": []})), Fail);
    assert_eq!(facts(&check, &json!({})), Unknown);
}

#[test]
fn an_antivirus_may_have_to_be_up_to_date() {
    let check = json!({"av_check": {"product_name": "Defender", "signature_up_to_date": true}});
    let any = json!({"av_check": {"product_name": "any", "signature_up_to_date": true}});
    let old = json!({"av_check": {"product_name": "Defender", "signature_up_to_date": false}});
    let installed = |check: &Value, products: Value| facts(check, &json!({ "antivirus": products }));
    let current = json!([{"product": "defender", "upToDate": true}]);
    assert_eq!(installed(&check, current.clone()), Pass);
    assert_eq!(installed(&old, current), Fail);
    assert_eq!(installed(&check, json!([{"product": "Defender"}])), Unknown);
    let two = json!([{"product": "Defender", "upToDate": false}, {"product": "Other", "upToDate": true}]);
    assert_eq!(installed(&check, two.clone()), Fail);
    assert_eq!(installed(&any, two), Pass);
    assert_eq!(installed(&any, json!([])), Fail);
    assert_eq!(facts(&any, &json!({})), Unknown);
}

#[test]
fn one_certificate_of_the_right_store_must_have_all_that_is_asked() {
    let machine = json!({"cert_check": {"issuer": "CN=Corp", "thumbprint": "ABCD01"}});
    let user = json!({"client_cert_check": {"issuer": "CN=Corp", "thumbprint": "ABCD01"}});
    let stored = |check: &Value, certificates: Value| facts(check, &json!({ "certificates": certificates }));
    let own = json!([{"issuer": "cn=corp", "thumbprint": "ab:cd:01", "store": "user"}]);
    assert_eq!(stored(&user, own.clone()), Pass);
    assert_eq!(stored(&machine, own), Fail);
    assert_eq!(stored(&machine, json!([{"issuer": "CN=Corp"}])), Unknown);
    assert_eq!(stored(&machine, json!([{"issuer": "CN=Other"}])), Fail);
    let halves =
        json!([{"issuer": "CN=Corp", "thumbprint": "00"}, {"issuer": "CN=X", "thumbprint": "abcd01"}]);
    assert_eq!(stored(&machine, halves), Fail);
    assert_eq!(facts(&machine, &json!({})), Unknown);
}

#[test]
fn the_checks_of_phones_ask_for_a_flag() {
    for (check, fact, good) in [
        ("passcode_required_check", "passcode", true),
        ("device_not_compromised_check", "compromised", false),
        ("primary_storage_encrypted_check", "storageEncrypted", true),
        ("mdm_check", "mdm", true),
    ] {
        let of = |facts: Value| truth(Os::Android, &json!({ check: {} }), &json!({ "facts": facts }));
        assert_eq!(of(json!({ fact: good })), Pass);
        assert_eq!(of(json!({ fact: !good })), Fail);
        assert_eq!(of(json!({})), Unknown);
    }
}

#[test]
fn a_check_that_we_do_not_know_is_unknown() {
    for parameters in [json!({"vendor": 1}), json!({}), json!(null), json!([1])] {
        assert_eq!(facts(&json!({ "opswat_check": parameters }), &json!({"mdm": true})), Unknown);
    }
}

#[test]
fn a_tree_names_what_agents_must_look_up() {
    let conditions = json!({"$or": [
        {"file_check": {"path": "C:\\X"}},
        {"$and": [
            {"process_check": {"process": "x.exe"}},
            {"process_check": {"process": "y.exe", "signerName": "Corp"}},
            {"reg_check": {"rootKey": "HKLM", "key": "K", "value": "", "type": "REG_SZ", "data": "1"}},
            {"domain_check": {"domains": ["a"]}}
        ]}
    ]});
    let text = |text: &str| FactText::new(text).unwrap();
    let mut probes = Probes::default();
    assert!(probes.is_empty());
    probes.merge(tree(&conditions, Os::Windows).probes());
    probes.merge(tree(&json!({"$or": [{"file_check": {"path": "C:\\A"}}]}), Os::Windows).probes());
    let registry = RegistryProbe { root_key: text("HKEY_LOCAL_MACHINE"), key: text("K"), value: text("") };
    let expected = Probes {
        files: [text("C:\\A"), text("C:\\X")].into(),
        processes: [text("x.exe"), text("y.exe")].into(),
        registry: [registry].into(),
    };
    assert_eq!(probes, expected);
}
