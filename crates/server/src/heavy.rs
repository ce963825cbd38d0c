//! Work that would keep the runtime's threads from others for too long.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::thread::available_parallelism;

use node::Turns;

use crate::failure::Failure;

/// From so many devices on, looking at all of them is heavy.
pub(crate) const HEAVY_DEVICES: u32 = 4096;
/// Most callers that wait for their turn; more are told to come again.
const WAITING_MAX: usize = 64;

/// Turns for heavy work, as many at once as there are processors.
#[derive(Clone, Debug)]
pub(crate) struct Heavy(Turns);

impl Default for Heavy {
    fn default() -> Self {
        Self(Turns::new(available_parallelism().map_or(1, NonZeroUsize::get), WAITING_MAX))
    }
}

impl Heavy {
    /// Runs `work` when its turn has come, on a thread where it keeps nobody waiting. A caller that leaves before then
    /// costs nothing; when it leaves later, what `work` is given becomes true, and what it answers is worth nothing.
    /// A panic of `work` is one of the caller's.
    ///
    /// # Errors
    /// Busy when too many wait.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (done, _turn) = self.0.take().await?.work(work).await;
        Ok(done)
    }
}
