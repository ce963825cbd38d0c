//! `/api/v1/sites` (decided.md "Common").

use serde_json::{Value, json};

use crate::harness::{Server, our_error};

const PATH: &str = "/api/v1/sites";

fn site(retention: Value) -> Value {
    json!({"id": 1, "name": "default", "settings": {"retention": retention}})
}

#[test]
fn an_administrator_sees_the_own_site_and_no_other() {
    let server = Server::start();
    server.get(PATH).expect(200, json!({"items": [site(json!(null))], "total": 1}));
    server.get(&format!("{PATH}?offset=1")).expect(200, json!({"items": [], "total": 1}));
    server.get(&format!("{PATH}/1")).expect(200, site(json!(null)));
    for other in ["0", "2", "999999", "99999999999999999999"] {
        server.get(&format!("{PATH}/{other}")).expect(404, our_error(&["site", other]));
        let body = json!({"settings": {"retention": "90d"}});
        server.patch(&format!("{PATH}/{other}"), body).expect(404, our_error(&["site", other]));
    }
    server.get(&format!("{PATH}/default")).expect(400, our_error(&["whole number"]));
}

#[test]
fn the_retention_is_set_kept_and_taken_away() {
    let mut server = Server::start();
    let path = format!("{PATH}/1");
    let set = |server: &Server, body: Value| server.patch(&path, body);
    for retention in ["1h", "12h", "90d", "4w", "6M"] {
        let answer = set(&server, json!({"settings": {"retention": retention}}));
        answer.expect(200, site(json!(retention)));
    }
    // What is not named stays, and the same again makes no new version.
    let before = set(&server, json!({})).expect(200, site(json!("6M")));
    let after = set(&server, json!({"settings": {"retention": "6M"}})).expect(200, site(json!("6M")));
    let version = before.header("Fleetmark-Version").expect("a write names its version");
    after.expect_header("Fleetmark-Version", version);
    set(&server, json!({"settings": {}})).expect(200, site(json!("6M")));
    server.kill9();
    server.restart();
    server.get(&path).expect(200, site(json!("6M")));
    set(&server, json!({"settings": {"retention": null}})).expect(200, site(json!(null)));
}

#[test]
fn what_is_no_setting_is_refused_by_name() {
    let server = Server::start();
    let path = format!("{PATH}/1");
    for retention in [json!(""), json!("0d"), json!("30m"), json!("never"), json!("30"), json!("-1d")] {
        let answer = server.patch(&path, json!({"settings": {"retention": retention}}));
        answer.expect(400, our_error(&["settings.retention", "30d"]));
    }
    for (body, named) in [
        (json!({"settings": {"retention": 30}}), "settings.retention"),
        (json!({"settings": {"shoeSize": 30}}), "settings property shoeSize should not exist"),
        (json!({"settings": "90d"}), "settings"),
        (json!({"name": "mine"}), "property name should not exist"),
        (json!([]), "the body"),
    ] {
        server.patch(&path, body).expect(400, our_error(&[named]));
    }
    server.get(&path).expect(200, site(json!(null)));
}
