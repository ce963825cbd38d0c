//! Sends cases and judges the answers.

use super::case::Case;
use super::raw::exchange;
use super::state::{Names, picture};
use crate::harness::{Answer, BOOTSTRAP_TOKEN, Server, difference, message};
use crate::operations::Dialect;

/// Statuses that the HTTP reader gives without a body.
const BELOW_HTTP: [u16; 3] = [400, 414, 431];

/// Sends every case to a server with something to lose; nothing of it may differ afterwards.
pub fn attack(cases: &[Case]) {
    let server = Server::start_unpaced();
    let names = Names::prepare(&server);
    let before = picture(&server);
    let token = format!("Netskope-Api-Token: {BOOTSTRAP_TOKEN}");
    let headers = ["Host: x", "Connection: close", &token];
    let wrong: Vec<_> = cases
        .iter()
        .filter_map(|case| {
            let request = case.request(&headers, |text| names.fill(text));
            let answer = exchange(server.base(), &request, case.cut, case.excerpt());
            judged(case, answer.as_ref()).err()
        })
        .collect();
    let count = wrong.len();
    assert!(wrong.is_empty(), "{}\n{count} of {} cases", wrong.join("\n\n"), cases.len());
    assert_eq!(picture(&server), before, "something has changed");
}

/// Why the answer is wrong.
fn judged(case: &Case, answer: Option<&Answer>) -> Result<(), String> {
    let Some(answer) = answer else {
        return if case.below_http || case.cut {
            Ok(())
        } else {
            Err(format!("{}\nno answer", case.excerpt()))
        };
    };
    let wrong = |why: &str| Err(format!("{answer}\n{why}"));
    if case.below_http && BELOW_HTTP.contains(&answer.status) && answer.text.is_empty() {
        return Ok(());
    }
    if !case.expected.contains(&answer.status) {
        return wrong(&format!("status {} is none of {:?}", answer.status, case.expected));
    }
    if answer.header("Content-Type") != Some("application/json") {
        return wrong("it is not called JSON");
    }
    let Ok(body) = serde_json::from_str(&answer.text) else { return wrong("it is not JSON") };
    if !answer.text.contains(case.says) {
        return wrong(&format!("it does not say {:?}", case.says));
    }
    if answer.header("X-Request-Id").is_none() {
        return wrong("it has no X-Request-Id");
    }
    let Some(form) = form(&case.path(), answer) else { return Ok(()) };
    difference(&form, &body).map_or(Ok(()), |difference| wrong(&difference))
}

/// The body of an error at that path; none for an answer that is no error.
fn form(path: &str, answer: &Answer) -> Option<serde_json::Value> {
    if answer.status < 400 {
        return None;
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let dialect = if path.starts_with("/api/v2/deviceclassification/") {
        Dialect::Classification
    } else if path.starts_with("/api/v2/devices/") {
        Dialect::Devices
    } else if path.starts_with("/api/v2/events/datasearch/") {
        Dialect::Search
    } else if path.starts_with("/api/v2/events/data/") {
        Dialect::Events
    } else if path.starts_with("/api/v2/") {
        return Some(message(&[]));
    } else if ["clients", "alerts", "events"].iter().any(|name| path == format!("/api/v1/{name}")) {
        Dialect::V1
    } else {
        Dialect::Ours
    };
    let no_route = answer.status == 404 && answer.text.contains("no Route matched");
    Some(match answer.status {
        401 | 403 => dialect.refusal(),
        _ if no_route => dialect.refusal(),
        status => dialect.error(status),
    })
}
