//! Work that would keep the runtime's threads from others for too long.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::thread::available_parallelism;

use node::Turns;

use crate::failure::Failure;
use crate::streams::Most;

/// From so many devices on, looking at all of them is heavy.
pub(crate) const HEAVY_DEVICES: u32 = 4096;
/// Most searches that wait for their turn; more are told to come again.
const SEARCHES_WAITING_MAX: usize = 64;
/// Most judgements of rules that wait for their turn; more are told to come again.
const JUDGEMENTS_WAITING_MAX: usize = 16;
/// How many exports are sent at once: each holds the state that it is read from.
pub(crate) const EXPORTS: Most = Most { of_token: 2, of_site: 8, in_all: 16 };

/// Turns for heavy work. Searches look at devices: as many at once as there are processors. Judgements of rules may
/// take seconds where rules are many and each uses all processors: one at a time, and no search waits for it.
#[derive(Clone, Debug)]
pub(crate) struct Heavy {
    searches: Turns,
    judgements: Turns,
    parts: Turns,
}

impl Default for Heavy {
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            searches: Turns::new(processors, SEARCHES_WAITING_MAX),
            judgements: Turns::in_background(JUDGEMENTS_WAITING_MAX),
            parts: Turns::new(1, EXPORTS.in_all),
        }
    }
}

impl Heavy {
    /// Runs a search when its turn has come, on a thread where it keeps nobody waiting. A caller that leaves before then
    /// costs nothing; when it leaves later, what `work` is given becomes true, and what it answers is worth nothing.
    /// A panic of `work` is one of the caller's.
    ///
    /// # Errors
    /// Busy when too many wait.
    pub(crate) async fn search<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        run(&self.searches, work).await
    }

    /// Runs a judgement of rules, as [`Heavy::search`].
    ///
    /// # Errors
    /// Busy when too many wait.
    pub(crate) async fn judgement<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        run(&self.judgements, work).await
    }

    /// Works out a part of an export that is sent, as [`Heavy::search`]. No search waits for it, and it waits for none.
    ///
    /// # Errors
    /// Not to be met: there are turns for all that are sent.
    pub(crate) async fn part_of_export<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        run(&self.parts, work).await
    }
}

async fn run<T: Send + 'static>(
    turns: &Turns,
    work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
) -> Result<T, Failure> {
    let (done, _turn) = turns.take().await?.work(work).await;
    Ok(done)
}
