//! Random sites whose rules ask for what their devices report.

use domain::{
    ClassificationName, Colour, Conditions, Description, DeviceName, DeviceUid, Os, Report, RuleName,
    TagFields, TagId, TagName, UserKey,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use site::Site;
use site::commands::{
    Assign, Assignment, CheckIn, CheckIns, CreateClassifications, CreateRules, CreateTag, Found,
    NewClassification, NewRule,
};

use crate::live::Live;
use crate::reports::{SYSTEMS, report};
use crate::{at, context};

const WINDOWS: &[&str] = &[
    r#"{"min_os_version_check":{"min_os_version":"10.0.22631","edition":"Windows 11"}}"#,
    r#"{"min_os_version_check":{"min_os_version":"10.0","edition":"Windows All"}}"#,
    r#"{"min_os_version_check":{"min_os_version":"0","edition":"Windows 10 Pro"}}"#,
    r#"{"domain_check":{"domains":["CORP.local"]}}"#,
    r#"{"process_check":{"process":"X.exe"}}"#,
    r#"{"process_check":{"process":"x.exe","signerName":"corp"}}"#,
    r#"{"file_check":{"path":"c:\\X"}}"#,
    r#"{"file_check":{"path":"C:\\x","sha256":"0101010101010101010101010101010101010101010101010101010101010101"}}"#,
    r#"{"reg_check":{"rootKey":"HKLM","key":"software\\Corp","value":"V","type":"REG_SZ","data":"1"}}"#,
    r#"{"reg_check":{"rootKey":"HKLM","key":"SOFTWARE\\Corp","value":"v","type":"REG_SZ","data":"0"}}"#,
    r#"{"disk_enc_check":{"product":"BitLocker"}}"#,
    r#"{"av_check":{"product_name":"any","signature_up_to_date":true}}"#,
    r#"{"av_check":{"product_name":"defender"}}"#,
    r#"{"cert_check":{"issuer":"CN=corp"}}"#,
    r#"{"client_cert_check":{"issuer":"CN=Corp","thumbprint":"AB:01"}}"#,
];
const LINUX: &[&str] = &[
    r#"{"min_os_version_check":{"min_os_version":"10.0","distribution":"debian"}}"#,
    r#"{"domain_check":{"domains":["lab.local","corp.local"]}}"#,
    r#"{"process_check":{"process":"sshd","signerName":"ACME"}}"#,
    r#"{"process_check":{"process":"X.EXE"}}"#,
    r#"{"file_check":{"path":"/etc/x","sha256":"0000000000000000000000000000000000000000000000000000000000000000"}}"#,
    r#"{"disk_enc_check":{"product":"luks"}}"#,
    r#"{"av_check":{"product_name":"Other","signature_up_to_date":false}}"#,
    r#"{"cert_check":{"thumbprint":"ab 01"}}"#,
];
const ANDROID: &[&str] = &[
    r#"{"min_os_version_check":{"min_os_version":"10"}}"#,
    r#"{"passcode_required_check":{}}"#,
    r#"{"device_not_compromised_check":{}}"#,
    r#"{"primary_storage_encrypted_check":{}}"#,
    r#"{"mdm_check":{}}"#,
    r#"{"opswat_check":{}}"#,
];
const TAGS: &[&str] = &[r#"{"device_tag_check":{"tag_id":1}}"#, r#"{"device_tag_check":{"tag_id":2}}"#];

/// A site with two tags, three classifications, a few rules, and a device of each system.
pub fn site() -> impl Strategy<Value = Site> {
    let rule = select(&[(Os::Windows, WINDOWS), (Os::Linux, LINUX), (Os::Android, ANDROID)][..])
        .prop_flat_map(|(os, checks)| (select(&["a", "b", "c"][..]), Just(os), conditions(checks)));
    let device = (vec(report().boxed(), 2), vec(1..=2_u32, 0..3));
    (vec(rule, 3..9), vec(device, SYSTEMS.len())).prop_map(|(rules, devices)| made(rules, devices))
}

fn conditions(checks: &'static [&'static str]) -> impl Strategy<Value = String> {
    let check = prop_oneof![4 => select(checks), 1 => select(TAGS)];
    let group = (select(&["$and", "$or"][..]), vec(check, 1..4))
        .prop_map(|(operator, checks)| format!(r#"{{"{operator}":[{}]}}"#, checks.join(",")));
    (select(&["$and", "$or"][..]), vec(group, 1..3))
        .prop_map(|(operator, groups)| format!(r#"{{"{operator}":[{}]}}"#, groups.join(",")))
}

fn made(rules: Vec<(&str, Os, String)>, devices: Vec<(Vec<Report>, Vec<u32>)>) -> Site {
    let (mut live, context) = (Live::default(), context("ann", at(0)));
    live.run(&context, Found { salt: 77 }).unwrap();
    for name in ["one", "two"] {
        let (name, description) = (TagName::new(name).unwrap(), Description::empty());
        live.run(&context, CreateTag::new(TagFields { name, description, colour: Colour::Gray })).unwrap();
    }
    let class = |name: &str| ClassificationName::new(name).unwrap();
    let new = |name| NewClassification { name: class(name), description: None };
    live.run(&context, CreateClassifications::new(["a", "b", "c"].map(new).into())).unwrap();
    for (number, (label, os, conditions)) in rules.into_iter().enumerate() {
        let (name, conditions) = (format!("rule {number}"), Conditions::new(&conditions).unwrap());
        let rule = NewRule { name: RuleName::new(&name).unwrap(), label: class(label), os, conditions };
        // One with the criteria of another is refused.
        live.run(&context, CreateRules::new(vec![rule])).ok();
    }
    for (os, (reports, tags)) in SYSTEMS.into_iter().zip(devices) {
        let uid = DeviceUid::new(&format!("PC-{}", os.name())).unwrap();
        for report in reports {
            let (report, userkey) = (Report { os: Some(os), ..report }, UserKey::new("joe").unwrap());
            live.run(
                &context,
                CheckIns::new(vec![CheckIn { uid: uid.clone(), userkey, report: Box::new(report) }]),
            )
            .unwrap();
        }
        let (name, tags) =
            (DeviceName { uid, users: Default::default() }, tags.into_iter().map(TagId).collect());
        live.run(&context, Assign::new(Assignment::Add, tags, vec![name], 5)).unwrap();
    }
    live.site
}
