//! What follows from a fleet-wide command, worked out on the published snapshot before it is the writer's turn: other
//! commands go on meanwhile. The writer decides anew in any case.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use domain::Error;
use site::{Command, Context, State};

use crate::blocking::said;
use crate::clock::Clock;
use crate::job::Request;
use crate::log::Published;
use crate::turns::{Turn, Turns};

/// Most fleet-wide commands that wait while another one is worked out or done; more are answered "busy".
pub const FLEET_WIDE_WAITING_MAX: usize = 16;

/// What was worked out ahead of a command.
pub(crate) struct Ahead<S: State> {
    /// What would follow from it, if that was worth working out.
    pub(crate) foreseen: Option<S::Foreseen>,
    /// Two such commands at once would spoil each other's work: the turn lasts until the command is answered.
    _turn: Turn,
}

/// The turns of a log's fleet-wide commands.
pub(crate) fn turns() -> Turns {
    Turns::in_background(FLEET_WIDE_WAITING_MAX)
}

/// Works out what would follow from `command`, when its turn has come. Ends when the caller leaves.
///
/// # Errors
/// `Busy` when too many wait; `Internal` when it panics.
pub(crate) async fn look_ahead<S: State, C: Command<S>>(
    published: &Published<S>,
    clock: &dyn Clock,
    turns: &Turns,
    request: &Request,
    mut command: C,
) -> Result<(C, Ahead<S>), Error> {
    let turn = turns.take().await.inspect_err(|_| published.stats.busy.add(1))?;
    let state = published.state();
    let context = request.context(clock.now().max(state.time()));
    let work = move |left: &AtomicBool| {
        let foresee = || foreseen(&*state, &mut command, &context, left);
        let foreseen = catch_unwind(AssertUnwindSafe(foresee));
        (command, foreseen)
    };
    let ((command, foreseen), turn) = turn.work(work).await;
    let foreseen = foreseen.map_err(|panic| {
        let (request_id, panic) = (&request.request_id, said(&*panic));
        published.stats.panics.add(1);
        tracing::error!(%request_id, panic, "a command failed while it was worked out");
        Error::Internal
    })?;
    Ok((command, Ahead { foreseen, _turn: turn }))
}

/// A command that is refused here is left to the writer, whose word it is.
fn foreseen<S: State>(
    state: &S,
    command: &mut impl Command<S>,
    context: &Context,
    left: &AtomicBool,
) -> Option<S::Foreseen> {
    let changes = command.decide(state, context).ok()?;
    if left.load(Ordering::Relaxed) { None } else { state.foresee(&changes, left) }
}

#[cfg(test)]
mod tests;
