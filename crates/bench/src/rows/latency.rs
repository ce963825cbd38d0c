//! How long calls take at a rate that the machine can carry, from the moment when each was due.

use super::http::Rates;
use super::jobs;
use super::measuring::{Measuring, Side};
use crate::failure::Outcome;
use crate::load::{Requests, request};
use crate::report::{Measure, Row, Target};
use crate::stats::Round;
use crate::yardstick::{self, Yardstick};

/// The rate that DESIGN §9 asks for.
const PER_SECOND: f64 = 20_000.0;
/// The most of a yardstick's own capacity that is asked of it: nearer to it, latency is queueing.
const SHARE_OF_CAPACITY: f64 = 0.4;
const READ: Target = Target::TimesAtMost { must: 1.5, aim: 1.15 };

/// Measures them.
///
/// # Errors
/// When a server does not start, or a call is refused.
pub fn rows(bench: &Measuring) -> Outcome<Vec<Row>> {
    let rates = Rates::start(bench, None)?;
    let beside = |yardstick: Yardstick, requests: &Requests, jobs: &[(&str, Requests, Target)]| {
        let log = bench.bench.folder.inside("yardstick")?.join("log");
        let theirs = yardstick::start(yardstick, &log, None)?;
        let floor = Side::new(theirs, requests);
        let [capacity] = bench.closed([&floor])?;
        let per_second = rate_within(capacity.per_second);
        eprintln!(
            "{} answers {:.0}/s at most; latencies are taken at {per_second:.0}/s",
            yardstick.letter(),
            capacity.per_second
        );
        let mut rows = Vec::new();
        for (job, requests, target) in jobs {
            let measured = bench.open([&Side::new(rates.server(), requests), &floor], per_second);
            let [ours, theirs] = measured?;
            rows.push(row(
                &format!("p99 of {job} at {per_second:.0}/s"),
                ours,
                yardstick.letter(),
                theirs,
                *target,
            ));
        }
        theirs.process.stop();
        Ok(rows)
    };
    let (tags, device) = (jobs::tags_of_devices(), jobs::device_reads(&rates.seeded.devices));
    let reads = [("gettags of a device", tags, READ), ("device read", device, READ)];
    let mut rows = beside(Yardstick::Hello, &[request::hello()].into(), &reads)?;
    let check_ins = jobs::check_ins();
    let writes = [("one check-in", check_ins.clone(), Target::Unset)];
    rows.extend(beside(Yardstick::Checkin, &check_ins, &writes)?);
    rates.server().process.stop();
    Ok(rows)
}

/// 20,000 a second, or less on a machine that cannot do that with ease.
fn rate_within(capacity_per_second: f64) -> f64 {
    let carried = (capacity_per_second * SHARE_OF_CAPACITY / 1000.0).floor() * 1000.0;
    carried.clamp(1000.0, PER_SECOND)
}

fn row(job: &str, ours: Round, letter: char, theirs: Round, target: Target) -> Row {
    Row::of(job, Measure::Millis(ours.latency.p99_ms))
        .latency(ours.latency)
        .beside(letter, Measure::Millis(theirs.latency.p99_ms), Some(theirs.latency))
        .target(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_lower_only_where_the_machine_is_slower() {
        assert_eq!(rate_within(225_000.0), 20_000.0);
        assert_eq!(rate_within(50_000.0), 20_000.0);
        assert_eq!(rate_within(31_000.0), 12_000.0);
        assert_eq!(rate_within(100.0), 1000.0);
    }
}
