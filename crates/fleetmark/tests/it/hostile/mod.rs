//! What no good client sends. Each request is refused in the words of its path's dialect, with a status of the
//! client's fault, and leaves everything as it was.
//!
//! A file is one sort of malice; its cases are lines of data. Some are written out, the others made from every
//! operation of `operations.rs`, so that a new operation is attacked from its first day.

mod attack;
mod case;
mod conditions;
mod forms;
mod grants;
mod ids;
mod members;
mod methods;
mod queries;
mod raw;
mod state;
mod transport;
mod values;

use std::collections::BTreeSet;

use self::case::Case;

/// The paths that most cases are about.
const TAGS: &str = "/api/v2/devices/device/tags";
const GET_TAGS: &str = "/api/v2/devices/device/tags/gettags";
const BULK_ADD: &str = "/api/v2/devices/device/tags/bulkadd";
const CLASSIFICATIONS: &str = "/api/v2/deviceclassification/tags";
const RULES: &str = "/api/v2/deviceclassification/rules";
const PREVIEW: &str = "/api/v1/rules/preview";
const STATUS: &str = "/api/v2/events/datasearch/clientstatus";
const CHECK_INS: &str = "/api/v1/checkins";
const TOKENS: &str = "/api/v1/tokens";
const DEVICES: &str = "/api/v1/devices";
const LINT: &str = "/api/v1/rules/lint";
const SITES: &str = "/api/v1/sites";
const SITE: &str = "/api/v1/sites/1";
const OPTIONS: &str = "/api/v2/deviceclassification/options";
const AUDIT: &str = "/api/v2/events/data/audit";

#[test]
fn there_are_many_hostile_requests_and_no_two_are_the_same() {
    let written = [
        conditions::cases(),
        grants::cases(),
        ids::cases(),
        queries::cases(),
        transport::cases(),
        values::cases(),
    ];
    let made = [forms::cases(), members::cases(), methods::cases()];
    let (written, made): (Vec<Case>, Vec<Case>) =
        (written.into_iter().flatten().collect(), made.into_iter().flatten().collect());
    let mut different = BTreeSet::new();
    for case in written.iter().chain(&made) {
        assert!(different.insert(case.bytes()), "twice: {}", case.excerpt());
    }
    assert!(written.len() >= 300 && different.len() >= 1000, "{} and {}", written.len(), made.len());
}
