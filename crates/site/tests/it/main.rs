//! A site against a naive model of one, and against the replay of its own records; the instance likewise.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod agreement;
mod blocks;
mod checkpoint;
mod checkpoint_files;
mod conditions;
mod device_history;
mod drive;
mod explain;
mod flawed_rule;
mod instance;
mod limits;
mod live;
mod model;
mod picture;
mod reclassify;
mod reports;
mod steps;
mod what_if;

use domain::{Owner, Timestamp};
use site::Context;

/// So many seconds after the moment at which these tests begin.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_750_000_000 + seconds)
}

fn context(actor: &str, now: Timestamp) -> Context {
    Context { actor: Owner::new(actor).unwrap(), now, request_id: "7-a".into() }
}
