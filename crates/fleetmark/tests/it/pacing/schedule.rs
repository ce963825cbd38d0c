//! The seed's schedule on a running server: nothing is served before its time; how long after depends on the machine.

use std::time::{Duration, Instant};

use super::sent::{answers, send};
use super::{CLIENTS, token};
use crate::harness::Server;

/// By how much a busy machine may be late.
const LATE: Duration = Duration::from_secs(6);

/// When the place-th of those that wait is served.
fn turn(place: u32) -> Duration {
    Duration::from_millis((1000 + 200 * place).into())
}

#[test]
fn of_forty_requests_at_once_four_are_served_twenty_wait_and_sixteen_are_refused() {
    let server = Server::start();
    let token = token(&server, "forty");
    let began = Instant::now();
    let sent = send(&server, CLIENTS, &token, 40);
    let came = answers(sent, began);
    let (served, refused): (Vec<_>, Vec<_>) = came.iter().partition(|came| came.status == 200);
    assert_eq!((served.len(), refused.len()), (24, 16), "{came:?}");
    for one in refused {
        one.says(429, &["retry-after: 1\r\n", r#""errorCode":"Too Many Requests""#]);
        assert!(one.after < turn(0) + LATE);
    }
    assert!(served[3].after < turn(0), "four in the first second: {served:?}");
    for (one, place) in served[4..].iter().zip(0..) {
        assert!((turn(place)..turn(place) + LATE).contains(&one.after), "{place} of {served:?}");
    }
}

#[test]
fn who_sends_one_request_after_another_is_slowed_and_never_refused() {
    let server = Server::start();
    let client = server.with_token(&token(&server, "one by one"));
    let began = Instant::now();
    for _ in 0..6 {
        client.get(CLIENTS).expect_status(200);
    }
    assert!((turn(1)..turn(1) + LATE).contains(&began.elapsed()), "{:?}", began.elapsed());
}
