use serde_json::{Value, json};

use super::*;

fn parse(text: &str) -> Result<CheckIns, serde_json::Error> {
    serde_json::from_str(text)
}

fn refusal(text: &str) -> String {
    parse(text).expect_err("it must be refused").to_string()
}

#[test]
fn a_full_check_in_comes_back_as_it_was_sent() {
    let sent = json!({"checkins":[{
        "nsdeviceuid":"416012FE-4A2B-4C7E-9D55-0C1D2E3F4A5B","userkey":"joe@corp.example","username":"joe@corp.example",
        "hostname":"nskp-w11-joe-3","os":"windows","osVersion":"10.0.22631","edition":"Windows 11 Enterprise",
        "distribution":"debian","clientVersion":"135.1.10.2611","deviceMake":"Dell Inc.","deviceModel":"Latitude 5540",
        "serialNumber":"7XK2J93","macAddresses":["00:14:22:01:23:45"],"ipAddress":"10.1.2.3",
        "event":"Device Posture Change",
        "facts":{"domain":"corp.local","antivirus":[{"product":"Defender","upToDate":true},{"product":"Other"}],
            "processes":{"x.exe":true,"y.exe":false,"z.exe":{"running":true,"signerName":"Corp"}},
            "files":{"/etc/x":{"present":true,"sha256":"ab"},"/etc/y":{"present":false}},
            "registry":[{"rootKey":"HKEY_LOCAL_MACHINE","key":"SOFTWARE\\X","value":"v","type":"REG_SZ","data":"1"}],
            "diskEncryption":["luks"],
            "certificates":[{"store":"user","issuer":"i","subject":"s","thumbprint":"t"},{"store":"machine","issuer":"i"}],
            "passcode":true,"compromised":false,"storageEncrypted":true,"mdm":true}}]});
    let checkins = parse(&sent.to_string()).unwrap();
    assert_eq!(serde_json::to_value(&checkins).unwrap(), sent);
}

#[test]
fn a_uid_is_all_a_check_in_needs_and_null_means_not_reported() {
    let bare = parse(r#"{"checkins":[{"nsdeviceuid":"A"}]}"#).unwrap();
    let nulls =
        parse(r#"{"checkins":[{"nsdeviceuid":"A","hostname":null,"facts":{"files":null}}]}"#).unwrap();
    assert_eq!(serde_json::to_value(&bare).unwrap(), json!({"checkins":[{"nsdeviceuid":"A"}]}));
    assert_eq!(nulls.checkins[0].facts, Some(Facts::default()));
    assert!(refusal(r#"{"checkins":[{}]}"#).starts_with("missing field `nsdeviceuid`"));
}

#[test]
fn a_certificate_without_a_store_is_the_machines() {
    let certificate: Certificate = serde_json::from_str(r#"{"issuer":"i"}"#).unwrap();
    assert_eq!(certificate.store, CertificateStore::Machine);
}

#[test]
fn an_unknown_member_is_refused_by_name_at_every_level() {
    for (text, name) in [
        (r#"{"checkins":[],"more":1}"#, "more"),
        (r#"{"checkins":[{"nsdeviceuid":"A","osversion":"1"}]}"#, "osversion"),
        (r#"{"checkins":[{"nsdeviceuid":"A","facts":{"disk":[]}}]}"#, "disk"),
        (r#"{"checkins":[{"nsdeviceuid":"A","facts":{"files":{"/x":{"present":true,"md5":"a"}}}}]}"#, "md5"),
        (r#"{"checkins":[{"nsdeviceuid":"A","facts":{"processes":{"x":{"running":true,"pid":1}}}}]}"#, "pid"),
        (r#"{"checkins":[{"nsdeviceuid":"A","facts":{"certificates":[{"serial":"1"}]}}]}"#, "serial"),
        (r#"{"checkins":[{"nsdeviceuid":"A","facts":{"antivirus":[{"product":"p","v":1}]}}]}"#, "v"),
    ] {
        assert!(refusal(text).starts_with(&format!("unknown field `{name}`")), "{text}: {}", refusal(text));
    }
}

#[test]
fn a_member_given_twice_is_refused_at_every_level() {
    for (text, name) in [
        (r#"{"checkins":[],"checkins":[]}"#, "checkins"),
        (r#"{"checkins":[{"nsdeviceuid":"A","os":"mac","os":"mac"}]}"#, "os"),
        (r#"{"checkins":[{"nsdeviceuid":"A","facts":{"mdm":true,"mdm":true}}]}"#, "mdm"),
        (r#"{"checkins":[{"nsdeviceuid":"A","facts":{"processes":{"x":true,"y":true,"x":false}}}]}"#, "x"),
        (
            r#"{"checkins":[{"nsdeviceuid":"A","facts":{"processes":{"x":{"running":true,"running":true}}}}]}"#,
            "running",
        ),
        (
            r#"{"checkins":[{"nsdeviceuid":"A","facts":{"files":{"/x":{"present":true},"/x":{"present":true}}}}]}"#,
            "/x",
        ),
        (
            r#"{"checkins":[{"nsdeviceuid":"A","facts":{"files":{"/x":{"present":true,"present":true}}}}]}"#,
            "present",
        ),
    ] {
        assert!(refusal(text).starts_with(&format!("duplicate field `{name}`")), "{text}: {}", refusal(text));
    }
}

#[test]
fn a_wrong_type_is_refused() {
    for text in [
        r#"{"checkins":{}}"#,
        r#"{"checkins":[{"nsdeviceuid":7}]}"#,
        r#"{"checkins":[{"nsdeviceuid":"A","macAddresses":"00:14:22:01:23:45"}]}"#,
        r#"{"checkins":[{"nsdeviceuid":"A","facts":{"passcode":"yes"}}]}"#,
        r#"{"checkins":[{"nsdeviceuid":"A","facts":{"processes":["x.exe"]}}]}"#,
        r#"{"checkins":[{"nsdeviceuid":"A","facts":{"processes":{"x.exe":1}}}]}"#,
        r#"{"checkins":[{"nsdeviceuid":"A","facts":{"certificates":[{"store":"disk"}]}}]}"#,
        r#"{"checkins":[{"nsdeviceuid":"A","facts":{"files":{"/x":{"sha256":"a"}}}}]}"#,
    ] {
        refusal(text);
    }
}

#[test]
fn a_reply_holds_devices_and_refusals_in_the_order_of_the_call() {
    let body = json!({"devices":[
        {"id":"0198c1a2-0000-7000-8000-000000000001","status":"Managed","classification":"low risk","undetermined":["high risk"],
         "tags":[{"id":1137,"name":"low risk"}],
         "probes":{"files":["/etc/x"],"processes":["x.exe"],"registry":[{"rootKey":"HKEY_LOCAL_MACHINE","key":"k","value":"v"}]}},
        {"index":1,"error":{"code":"invalid","message":"nsdeviceuid is empty","field":"nsdeviceuid"}},
        {"id":"0198c1a2-0000-7000-8000-000000000002","status":"Unmanaged","classification":null,"undetermined":[],
         "tags":[],"probes":{"files":[],"processes":[],"registry":[]}}],
        "version":123});
    let reply: CheckInsReply = serde_json::from_value(body.clone()).unwrap();
    assert!(matches!(&reply.devices[1], Judged::Refused(refused) if refused.error.code == "invalid"));
    let again: Value = serde_json::to_value(&reply).unwrap();
    assert_eq!(again, body);
}

#[test]
fn probes_are_empty_only_when_every_list_is() {
    assert!(Probes::<String>::default().is_empty());
    assert!(!Probes::<String> { processes: vec!["x".into()], ..Probes::default() }.is_empty());
}
