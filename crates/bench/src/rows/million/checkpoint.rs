//! What one check-in makes a checkpoint write: only what it changed.

use std::time::Duration;

use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::load::Api;
use crate::metrics::Figures;
use crate::report::{Measure, Row};
use crate::rows::past;
use crate::servers::folder::mib;
use crate::servers::{Fleetmark, TOKEN};

/// A checkpoint is due after 30 seconds of change.
const WAIT: Duration = Duration::from_secs(90);
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Has one device check in, and waits for the checkpoint.
///
/// # Errors
/// When the server does not start, or writes none.
pub fn row(fleetmark: &Fleetmark) -> Outcome<Row> {
    let server = fleetmark.start(None)?;
    let api = Api::new(server.address, TOKEN);
    api.post(past::CHECK_INS, &past::check_in(&past::one(&api)?, 1))?;
    let written = await_checkpoint(&api)?.get("fleetmark_checkpoint_last_bytes");
    server.process.stop();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of bytes")]
    let measured = Measure::Mib(mib(written as u64));
    Ok(Row::of("written by a checkpoint after one check-in", measured))
}

/// Returns once the server has written a checkpoint since it started.
///
/// # Errors
/// When it takes too long.
pub fn await_checkpoint(api: &Api) -> Outcome<Figures> {
    let end = clock::now() + WAIT;
    while clock::now() < end {
        let figures = Figures::read(api)?;
        if figures.get("fleetmark_checkpoints_written_total") > 0.0 {
            return Ok(figures);
        }
        clock::pause(LOOK_EVERY);
    }
    Err(Failure::text("the server wrote no checkpoint"))
}
