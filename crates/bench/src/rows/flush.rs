//! Writes where a flush takes time, as on most disks: group commit must carry them.

use std::time::Duration;

use super::http::Rates;
use super::measuring::Measuring;
use crate::failure::Outcome;
use crate::report::Row;
use crate::servers::SlowFlush;

const DELAY: Duration = Duration::from_millis(1);

/// Measures them.
///
/// # Errors
/// When there is no C compiler, a server does not start, or a call is refused.
pub fn rows(bench: &Measuring) -> Outcome<Vec<Row>> {
    let slow = SlowFlush::build(&bench.bench.folder.inside("slow-flush")?, DELAY)?;
    let rates = Rates::start(bench, Some(&slow))?;
    let rows = rates.writes(", every flush 1 ms later")?;
    rates.server().process.stop();
    Ok(rows)
}
