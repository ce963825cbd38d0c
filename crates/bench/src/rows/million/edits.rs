//! A rule edit, from the request to its durable answer.

use serde_json::Value;

use crate::failure::Outcome;
use crate::large::catalogue::Edit;
use crate::load::{Api, Blocking, request};
use crate::report::{Measure, Row, Target};
use crate::rows::measuring::{Measuring, one_by_one};
use crate::servers::Server;
use crate::stats;

const TARGET: Target = Target::AtMost { must: Measure::Millis(10.0), aim: Some(Measure::Millis(4.0)) };
const COUNTS: &str = "/api/v2/events/datasearch/clientstatus?groupbys=device_classification_custom_status";

/// Measures an edit that moves no device and one that moves many.
///
/// # Errors
/// When a call is refused.
pub fn rows(bench: &Measuring, server: Server, api: &Api) -> Outcome<Vec<Row>> {
    let moved = moved_by_one(api)?;
    let edits =
        [(Edit::MovesNone, "no device".to_owned()), (Edit::MovesMany, format!("{moved} devices at least"))];
    edits.into_iter().map(|(edit, moves)| row(bench, server, api, edit, &moves)).collect()
}

fn row(bench: &Measuring, server: Server, api: &Api, edit: Edit, moves: &str) -> Outcome<Row> {
    let path = edit.path(api)?;
    // An even number of them, so that the rule is in the end what it was.
    let requests: Vec<_> =
        (1..=bench.times() * 2).map(|edition| request::patch(&path, &edit.rule(edition))).collect();
    let took_ms = one_by_one(&mut Blocking::open(server.address)?, &requests)?;
    let mut took_ns: Vec<u32> = took_ms.iter().copied().map(stats::ms_to_ns).collect();
    let job = format!("rule edit over {} × 30 rules that moves {moves}", bench.devices_text());
    let measured = Measure::median(Measure::Millis, took_ms);
    Ok(Row::of(job, measured).latency(stats::latency(&mut took_ns)).target(bench.of_a_million(TARGET)))
}

/// How many devices the large edit moves at least: by how many the counts of classifications differ before and after.
fn moved_by_one(api: &Api) -> Outcome<u64> {
    let path = Edit::MovesMany.path(api)?;
    let before = counts(api)?;
    api.patch(&path, &Edit::MovesMany.rule(1))?;
    let after = counts(api)?;
    api.patch(&path, &Edit::MovesMany.rule(2))?;
    let count_in = |counts: &[(String, u64)], name: &str| {
        counts.iter().find(|(known, _)| known == name).map_or(0, |(_, count)| *count)
    };
    // Who left one came to another: what came is all.
    Ok(after.iter().map(|(name, count)| count.saturating_sub(count_in(&before, name))).sum())
}

fn counts(api: &Api) -> Outcome<Vec<(String, u64)>> {
    let answer = api.get(COUNTS)?;
    let rows = answer["result"].as_array().cloned().unwrap_or_default();
    let count = |row: Value| {
        let name = row["_id"]["device_classification_custom_status"].as_str()?.to_owned();
        Some((name, row["count"].as_u64()?))
    };
    Ok(rows.into_iter().filter_map(count).collect())
}
