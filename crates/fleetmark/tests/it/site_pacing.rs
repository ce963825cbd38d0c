//! The setting of a site that says how fast each of its tokens is served (netskope-v1.md "Pacing"): `pacing`.

use serde_json::{Value, json};

use crate::harness::{Client, Server, our_error};

const SITE: &str = "/api/v1/sites/1";

#[track_caller]
fn set(client: &Client, pacing: Value) -> Value {
    let answer = client.patch(SITE, json!({"settings": {"pacing": pacing}})).expect_status(200);
    answer.json()["settings"]["pacing"].clone()
}

/// Paces as they are shown.
fn paces(v1: Value, v2: Value, alloyscan: Value) -> Value {
    json!({"netskopeV1": v1, "netskopeV2": v2, "alloyscan": alloyscan})
}

fn pace(at_once: u32, waiting: u32, seconds: u32) -> Value {
    json!({"atOnce": at_once, "waiting": waiting, "seconds": seconds})
}

#[test]
fn paces_are_set_kept_and_put_back_one_by_one_or_together() {
    let mut server = Server::start();
    let seed = pace(4, 20, 5);
    let shown = |server: &Server| server.get(SITE).expect_status(200).json()["settings"]["pacing"].clone();
    assert_eq!(shown(&server), paces(seed.clone(), json!(null), json!(null)));
    assert_eq!(set(&server, json!({"netskopeV1": {"waiting": 7}}))["netskopeV1"], pace(4, 7, 5));
    // What is not said of one that was off is as the seed has it.
    assert_eq!(set(&server, json!({"netskopeV2": {"atOnce": 9}}))["netskopeV2"], pace(9, 20, 5));
    let most = pace(10_000, 1_000, 30);
    assert_eq!(set(&server, json!({"alloyscan": most, "netskopeV1": null}))["alloyscan"], most);
    server.kill9();
    server.restart();
    assert_eq!(shown(&server), paces(json!(null), pace(9, 20, 5), most.clone()));
    assert_eq!(set(&server, json!({})), paces(json!(null), pace(9, 20, 5), most));
    assert_eq!(set(&server, json!({"netskopeV1": {}}))["netskopeV1"], seed);
    assert_eq!(set(&server, json!(null)), paces(seed.clone(), json!(null), json!(null)));
    server.kill9();
    server.restart();
    assert_eq!(shown(&server), paces(seed, json!(null), json!(null)));
}

#[test]
fn a_change_of_paces_is_in_the_change_log_with_what_was_before() {
    let server = Server::start();
    set(&server, json!({"netskopeV1": null, "netskopeV2": {}}));
    let log = server.get("/api/v1/changes").expect_status(200).json();
    let change = &log["items"][0];
    let (before, after) = (&change["before"]["settings"]["pacing"], &change["after"]["settings"]["pacing"]);
    assert_eq!(*before, paces(pace(4, 20, 5), json!(null), json!(null)));
    assert_eq!(*after, paces(json!(null), pace(4, 20, 5), json!(null)));
}

#[test]
fn what_is_no_pace_is_refused_by_name_with_its_bounds() {
    let server = Server::start();
    for dialect in ["netskopeV1", "netskopeV2", "alloyscan"] {
        for (member, least, most) in [("atOnce", 1, 10_000), ("waiting", 0, 1_000), ("seconds", 2, 30)] {
            let refused = |value: Value, named: &[&str]| {
                let pacing = json!({dialect: {member: value}});
                let answer = server.patch(SITE, json!({"settings": {"pacing": pacing}}));
                answer.expect(400, our_error(named));
            };
            let name = format!("settings.pacing.{dialect}.{member}");
            for bad in [least - 1, most + 1, i64::MIN, i64::MAX] {
                refused(json!(bad), &[&name, &format!("must be {least} to {most}")]);
            }
            for bad in [json!("5"), json!(5.5), json!(true)] {
                refused(bad, &[&name]);
            }
            for good in [least, most] {
                set(&server, json!({dialect: {member: good}}));
            }
        }
    }
    for (bad, named) in [
        (json!({"netskope": {}}), "netskope"),
        (json!({"netskopeV1": {"perSecond": 5}}), "perSecond"),
        (json!({"netskopeV1": 5}), "settings.pacing.netskopeV1"),
        (json!(true), "settings.pacing"),
    ] {
        server.patch(SITE, json!({"settings": {"pacing": bad}})).expect(400, our_error(&[named]));
    }
    // All that is wrong is named, and nothing of the rest is done.
    let before = set(&server, json!({}));
    let both = json!({"netskopeV1": {"atOnce": 0}, "alloyscan": {"seconds": 31}, "netskopeV2": null});
    let answer = server.patch(SITE, json!({"settings": {"pacing": both}}));
    answer
        .expect(400, our_error(&["settings.pacing.netskopeV1.atOnce", "settings.pacing.alloyscan.seconds"]));
    assert_eq!(set(&server, json!({})), before);
}
