//! What requests take inside the server, as its own figures tell it.

use crate::failure::Outcome;
use crate::load::{Api, Blocking};
use crate::metrics::Figures;
use crate::report::{Latency, Measure, Row, Target};
use crate::rows::measuring::{Measuring, one_by_one};
use crate::stats;

/// A row of requests one after the other: the mean inside the server, and beside it what they took over HTTP.
///
/// # Errors
/// When a call is refused.
pub fn row(
    bench: &Measuring,
    api: &Api,
    connection: &mut Blocking,
    route: &str,
    requests: &[Box<[u8]>],
    name: String,
    target: Target,
) -> Outcome<Row> {
    let before = Figures::read(api)?;
    let mut took_ns: Vec<u32> = one_by_one(connection, requests)?.into_iter().map(stats::ms_to_ns).collect();
    let inside = Figures::read(api)?.mean_ms_since(&before, route);
    let over_http: Latency = stats::latency(&mut took_ns);
    Ok(match inside {
        Some(inside) => {
            Row::of(name, Measure::Millis(inside)).latency(over_http).target(bench.of_a_million(target))
        }
        None => Row::left_out(name, format!("/metrics tells nothing of {route}")),
    })
}
