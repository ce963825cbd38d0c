//! Who is paced, and how each dialect tells it.

use serde_json::json;

use super::{CLASSIFICATIONS, CLIENTS, OUR_TAGS, only, set, token};
use crate::harness::{Answer, BOOTSTRAP_TOKEN, Server, any_text, message, our_error, uid, v1_error, windows};

/// Refused, to come again after so many seconds at most.
#[track_caller]
fn retry_after(answer: &Answer, most: u32) {
    let seconds: u32 = answer.header("Retry-After").unwrap_or_default().parse().unwrap();
    assert!((1..=most).contains(&seconds), "{answer}");
}

#[test]
fn each_dialect_refuses_what_is_too_much_in_its_own_form() {
    let server = Server::start();
    set(&server, json!({"netskopeV1": only(1), "netskopeV2": only(1), "alloyscan": only(1)}));
    server.get(CLIENTS).expect_status(200);
    server.get(CLASSIFICATIONS).expect_status(200);
    server.get(OUR_TAGS).expect_status(200);
    let nowhere = format!("/api/v1/nothing?token={BOOTSTRAP_TOKEN}");
    for path in [CLIENTS, "/api/v1/events?type=audit", "/api/v1/quarantine", &nowhere] {
        retry_after(&server.get(path).expect(429, v1_error(429, &["wait for their turn"])), 30);
    }
    for path in [
        CLASSIFICATIONS,
        "/api/v2/deviceclassification/rules",
        "/api/v2/events/data/audit",
        "/api/v2/events/datasearch/clientstatus",
    ] {
        let refused = server.get(path).expect(429, json!({"message": "API rate limit exceeded"}));
        retry_after(&refused, 30);
        refused.expect_header("RateLimit-Limit", "1").expect_header("RateLimit-Remaining", "0");
    }
    let exceeded = json!({"error": "rate_limited", "message": "API workload limit exceeded"});
    for path in [OUR_TAGS, "/api/v1/devices", "/api/v1/tokens"] {
        retry_after(&server.get(path).expect(429, exceeded.clone()), 30);
    }
    retry_after(&server.post("/api/v1/checkins", json!({"checkins": []})).expect(429, exceeded), 30);
    let figures = server.get("/metrics").text;
    assert!(figures.contains("fleetmark_http_refused_total{limit=\"pace\"} 12\n"), "{figures}");
}

#[test]
fn replies_of_v2_tell_what_is_left_of_a_limit_that_is_on() {
    let server = Server::start();
    assert_eq!(server.get(CLASSIFICATIONS).expect_status(200).header("RateLimit-Limit"), None);
    set(&server, json!({"netskopeV2": only(3), "alloyscan": only(3)}));
    let told = |answer: Answer, remaining: &str| {
        let answer =
            answer.expect_header("RateLimit-Limit", "3").expect_header("RateLimit-Remaining", remaining);
        let reset: u32 = answer.header("RateLimit-Reset").unwrap().parse().unwrap();
        assert!((1..=30).contains(&reset), "{answer}");
    };
    told(server.get(CLASSIFICATIONS).expect_status(200), "2");
    told(server.post(CLASSIFICATIONS, json!({})).expect_status(400), "1");
    let viewer = server.make_token(json!({"name": "v", "role": "user", "areas": {"devices": "view"}}));
    told(
        server
            .with_token(&viewer)
            .post(CLASSIFICATIONS, json!({}))
            .expect(403, message(&["device_classification"])),
        "2",
    );
    told(server.delete(&format!("{CLASSIFICATIONS}/999")).expect_status(404), "0");
    told(server.get(CLASSIFICATIONS).expect_status(429), "0");
    // Only there.
    assert_eq!(server.get(OUR_TAGS).header("RateLimit-Limit"), None);
    assert_eq!(server.get(CLIENTS).header("RateLimit-Limit"), None);
}

#[test]
fn each_token_is_paced_by_its_own_site_and_in_each_dialect_apart() {
    let server = Server::start();
    set(&server, json!({"netskopeV1": only(2)}));
    let other = server.post("/api/v1/sites", json!({"name": "other"})).expect_status(201).json();
    let other = server.with_token(other["token"]["token"].as_str().unwrap());
    let (ann, ben) = (token(&server, "ann"), token(&server, "ben"));
    let [ann, ben] = [ann, ben].map(|token| server.with_token(&token));
    ann.get(CLIENTS).expect_status(200);
    // Also what nobody routes, and however the token comes.
    ann.get("/api/v1/quarantine").expect(404, v1_error(404, &[]));
    ann.get(CLIENTS).expect_status(429);
    ann.post(CLIENTS, json!({"limit": 1})).expect_status(429);
    ben.get(CLIENTS).expect_status(200);
    other.get(CLIENTS).expect_status(200);
    for _ in 0..5 {
        ann.get(CLASSIFICATIONS).expect_status(200);
        ann.get(OUR_TAGS).expect_status(200);
    }
    other.get(CLIENTS).expect_status(200);
    other.get(CLIENTS).expect_status(200);
}

#[test]
fn who_has_no_token_that_counts_is_told_that_however_often_and_takes_no_place() {
    let server = Server::start();
    set(&server, json!({"netskopeV1": only(1)}));
    for _ in 0..5 {
        server.without_token().get(CLIENTS).expect(403, v1_error(403, &["token is missing"]));
        server.with_token("wrong").get(CLIENTS).expect(403, v1_error(403, &[]));
    }
    server.get(CLIENTS).expect_status(200);
    server.get(CLIENTS).expect_status(429);
}

#[test]
fn pacing_can_always_be_set_otherwise() {
    let server = Server::start();
    set(&server, json!({"alloyscan": only(1)}));
    server.get(OUR_TAGS).expect_status(200);
    server.get(OUR_TAGS).expect(429, our_error(&["rate_limited"]));
    for _ in 0..5 {
        server.get("/api/v1/sites/1").expect_status(200);
    }
    set(&server, json!({"alloyscan": null}));
    server.get(OUR_TAGS).expect_status(200);
}

#[test]
fn a_call_that_asks_for_two_rights_is_one_request() {
    let server = Server::start();
    let device = server.check_in(windows(&uid(1)));
    let tag = server.post(OUR_TAGS, json!({"name": "one", "color": "green"})).expect_status(201).json();
    set(&server, json!({"alloyscan": only(2)}));
    let body = json!({"add": [{"tagName": tag["name"]}], "devices": [{"id": device["id"]}]});
    for _ in 0..2 {
        server.post("/api/v1/devices/tags/bulk", body.clone()).expect_status(200);
    }
    let exceeded = json!({"error": "rate_limited", "message": any_text()});
    server.post("/api/v1/devices/tags/bulk", body).expect(429, exceeded);
}

#[test]
fn all_access_tokens_of_an_app_registration_share_its_pace() {
    let server = Server::start();
    let (_, id, secret, first) = server.make_app(json!({"name": "nightly", "expiresIn": "1d"}));
    set(&server, json!({"alloyscan": only(1)}));
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let fetched = server.without_token().send_text(
        "POST",
        "/api/oauth/token",
        "application/x-www-form-urlencoded",
        &form,
    );
    let second = fetched.expect_status(200).json()["access_token"].as_str().unwrap().to_owned();
    server.with_token(&first).get("/api/v1/devices").expect_status(200);
    server.with_token(&second).get("/api/v1/devices").expect_status(429);
}
