//! A caller at its turn (netskope-v1, Pacing).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::{Pace, SiteId};

use super::admission::admit;
use super::gate::{Caller, Gate};
use crate::body;
use crate::dialects::Dialect;
use crate::edge::UsedToken;
use crate::failure::Failure;
use crate::pacing::{self, Awaited, Entered, Turn};
use crate::routing::Call;

/// A token's requests in one dialect have one lane. All access tokens of an app registration share it: another one is
/// fetched at will.
type Key = (UsedToken, Dialect);

/// Whose turn has not come by then is refused: the pace was narrowed while it waited, and an answer is given up after a
/// minute.
const LONGEST_WAIT: Duration = Duration::from_secs(50);
/// When such a one is told to come again: after the longest period.
const AGAIN_SECONDS: u32 = 30;

/// The lanes of all tokens.
pub(crate) type Lanes = pacing::Lanes<Key>;

impl Caller {
    /// Whose call it is, if the site answers calls now. Comes back at its turn, where the token is paced, with the caller
    /// as of then.
    pub(super) async fn of(call: &mut Call) -> Result<Self, Failure> {
        let (caller, pace) = Self::admitted(call)?;
        let Some(pace) = pace.filter(|_| !call.had_its_turn) else { return Ok(caller) };
        call.had_its_turn = true;
        match caller.behind.lanes.enter((caller.used, call.dialect), pace) {
            Entered::Served(rate) => {
                call.info.set_rate(rate);
                Ok(caller)
            }
            Entered::Refused(rate) => {
                call.info.set_rate(Some(rate));
                Err(Failure::TooMany { retry_after_seconds: rate.retry_after_seconds() })
            }
            Entered::Waits(turn) => {
                let site = caller.site;
                // Nobody holds a state while waiting.
                drop(caller);
                // In a box: what waits would make each request larger that does not.
                Box::pin(wait(call, site, turn)).await?;
                Self::admitted(call).map(|(caller, _)| caller)
            }
        }
    }

    /// Whose call it is, and its pace, if the site answers calls now.
    fn admitted(call: &Call) -> Result<(Self, Option<Pace>), Failure> {
        let caller = Self::of_manager(call)?;
        let mut pace = None;
        if let Some(site) = caller.instance.site(caller.site) {
            admit(caller.instance.maintenance(), &site.settings.access, call)?;
            pace = call.dialect.pace(&site.settings.pacing);
        }
        Ok((caller, pace))
    }
}

/// As long as it is there, the connection's request waits for its turn.
struct Waiting(Arc<AtomicBool>);

impl Waiting {
    fn begun(gate: &Gate) -> Self {
        let waits = Arc::clone(&gate.0.waits);
        waits.store(true, Ordering::Relaxed);
        Self(waits)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Waits for the turn of a call on a site, as fast as that is set while it waits.
async fn wait(call: &mut Call, site: SiteId, turn: Turn<Key>) -> Result<(), Failure> {
    // Behind more of a body than the system keeps it would not be seen that the client has left.
    body::take_in(call).await?;
    let _waiting = Waiting::begun(&call.gate);
    let node = &call.gate.0.node;
    let pace = || call.dialect.pace(&node.instance_snapshot().site(site)?.settings.pacing);
    match tokio::time::timeout(LONGEST_WAIT, turn.come(pace)).await {
        Ok(Awaited::Served(rate)) => {
            call.info.set_rate(rate);
            Ok(())
        }
        Ok(Awaited::Stopped) => Err(Failure::Stopping),
        Err(_) => Err(Failure::TooMany { retry_after_seconds: AGAIN_SECONDS }),
    }
}
