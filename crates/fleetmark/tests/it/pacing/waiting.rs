//! What happens to a site and its tokens while requests wait is seen by them.

use std::time::{Duration, Instant};

use serde_json::json;

use super::sent::{Sent, answers, send, send_chunked, send_two};
use super::{CLASSIFICATIONS, CLIENTS, OUR_TAGS, set, token, until_waiting};
use crate::harness::Server;

/// All of a period is used up by each token in each dialect, and one more waits for the next, which is seconds away.
fn one_waits_in_each_dialect<const N: usize>(server: &Server, tokens: [&str; N]) -> [Vec<Sent>; N] {
    let of_token = |token: &str, count| -> Vec<_> {
        let paths = [CLIENTS, CLASSIFICATIONS, OUR_TAGS].into_iter();
        paths.flat_map(|path| send(server, path, token, count)).collect()
    };
    let first = tokens.into_iter().flat_map(|token| of_token(token, 2)).collect();
    for one in answers(first, Instant::now()) {
        one.says(200, &[]);
    }
    let sent = tokens.map(|token| of_token(token, 1));
    until_waiting(server, u32::try_from(3 * N).unwrap()..);
    sent
}

#[test]
fn requests_are_judged_anew_at_their_turn() {
    let server = Server::start();
    let added = server.post("/api/v1/sites", json!({"name": "other"})).expect_status(201).json();
    let pace = json!({"atOnce": 1, "waiting": 1, "seconds": 3});
    for site in ["/api/v1/sites/1", "/api/v1/sites/2"] {
        let pacing = json!({"netskopeV1": pace, "netskopeV2": pace, "alloyscan": pace});
        server.patch(site, json!({"settings": {"pacing": pacing}})).expect_status(200);
    }
    let revoked = token(&server, "revoked");
    let maintained = added["token"]["token"].as_str().unwrap();
    let id = server.get("/api/v1/tokens").expect_status(200).json()["items"][0]["id"].clone();
    let sent = one_waits_in_each_dialect(&server, [&revoked, maintained]);

    // The one who does this is paced as well, and has not sent too much.
    server.delete(&format!("/api/v1/tokens/{id}")).expect_status(204);
    let maintenance = json!({"settings": {"maintenance": {"on": true, "retryAfter": 77}}});
    server.patch("/api/v1/sites/2", maintenance).expect_status(200);

    let [revoked, maintained] = sent.map(|sent| answers(sent, Instant::now()));
    let told = |text: &str| revoked.iter().find(|came| came.text.contains(text)).unwrap();
    told(r#""errorCode":"Authorization Error""#).says(403, &["was revoked"]);
    told(r#"{"error":"unauthorized""#).says(401, &["was revoked"]);
    told("ratelimit-limit: 2\r\n").says(401, &[r#"{"message":"#, "was revoked"]);
    for one in maintained {
        one.says(503, &["retry-after: 77\r\n", "under maintenance"]);
    }
}

#[test]
fn clients_that_leave_give_their_turns_to_others_which_wait_no_longer_when_pacing_is_switched_off() {
    let server = Server::start();
    // One more each second and a half.
    set(&server, json!({"netskopeV1": {"atOnce": 1, "waiting": 20, "seconds": 30}}));
    let token = token(&server, "leaving");
    let began = Instant::now();
    let mut sent = send(&server, CLIENTS, &token, 21);
    until_waiting(&server, 16..);
    // Of those that wait, or perhaps was served: the order in which they came is not known.
    sent.drain(3..18);
    until_waiting(&server, ..=6);
    assert!(began.elapsed() < Duration::from_secs(12), "as if nobody had left: {:?}", began.elapsed());
    // As many places are free again.
    sent.extend(send(&server, CLIENTS, &token, 14));
    until_waiting(&server, 10..);
    set(&server, json!({"netskopeV1": null}));
    let began = Instant::now();
    let came = answers(sent, began);
    assert!(came.iter().all(|came| came.status == 200), "{came:?}");
    let last = came.last().unwrap().after;
    assert!(last < Duration::from_secs(8), "instead of twenty seconds or more: {last:?}");
}

/// All who wait leave: their turns, one each second and a half, are given up at once.
fn leave(server: &Server, sent: Vec<Sent>) {
    until_waiting(server, 16..);
    let left = Instant::now();
    drop(sent);
    until_waiting(server, ..=0);
    assert!(left.elapsed() < Duration::from_secs(12), "as if nobody had left: {:?}", left.elapsed());
}

#[test]
fn clients_that_leave_after_a_body_in_chunks_give_their_turns_to_others() {
    let server = Server::start();
    set(&server, json!({"alloyscan": {"atOnce": 1, "waiting": 20, "seconds": 30}}));
    let token = token(&server, "leaving");
    let first = answers(send(&server, OUR_TAGS, &token, 1), Instant::now());
    first[0].says(200, &[]);
    leave(&server, send_chunked(&server, OUR_TAGS, &token, 18));
}

#[test]
fn clients_that_leave_with_another_request_behind_the_one_that_waits_give_their_turns_to_others() {
    let server = Server::start();
    set(&server, json!({"netskopeV1": {"atOnce": 1, "waiting": 20, "seconds": 30}}));
    let token = token(&server, "leaving");
    let first = answers(send(&server, CLIENTS, &token, 1), Instant::now());
    first[0].says(200, &[]);
    leave(&server, send_two(&server, CLIENTS, &token, 18));
    let mut half_closed = send_two(&server, CLIENTS, &token, 18);
    until_waiting(&server, 16..);
    let closed = Instant::now();
    half_closed.iter().for_each(Sent::close_half);
    until_waiting(&server, ..=0);
    assert!(closed.elapsed() < Duration::from_secs(12), "as if nobody had left: {:?}", closed.elapsed());
    let untold = half_closed.iter_mut().map(Sent::text).filter(String::is_empty).count();
    assert!(untold >= 10, "{untold} were not answered");
}

#[test]
fn clients_that_send_another_request_behind_the_one_that_waits_get_both_answers() {
    let server = Server::start();
    set(&server, json!({"netskopeV1": {"atOnce": 1, "waiting": 20, "seconds": 3}}));
    for mut sent in send_two(&server, CLIENTS, &token(&server, "patient"), 5) {
        let text = sent.text();
        assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 2, "{text}");
    }
}

#[test]
fn requests_that_wait_when_the_server_is_told_to_stop_are_answered() {
    let mut server = Server::start();
    let sent = send(&server, CLIENTS, &token(&server, "patient"), 12);
    until_waiting(&server, 1..);
    server.terminate();
    let came = answers(sent, Instant::now());
    assert_eq!(came.iter().filter(|came| came.status == 200).count(), 12, "{came:?}");
}
