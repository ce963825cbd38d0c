//! Work that would keep the runtime's threads from others for too long.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use domain::Error;
use tokio::sync::Semaphore;

use crate::failure::Failure;

/// From so many devices on, looking at all of them is heavy.
pub(crate) const HEAVY_DEVICES: u32 = 4096;
/// Most callers that wait for their turn; more are told to come again.
const WAITING_MAX: usize = 64;
const RETRY_AFTER_SECONDS: u32 = 1;

/// Turns for heavy work, as many at once as there are processors.
#[derive(Clone, Debug)]
pub(crate) struct Heavy {
    turns: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

impl Default for Heavy {
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            turns: Arc::new(Semaphore::new(processors)),
            admitted: Arc::new(Semaphore::new(processors + WAITING_MAX)),
        }
    }
}

impl Heavy {
    /// Runs `work` when its turn has come, on a thread where it keeps nobody waiting. A caller that leaves before then
    /// costs nothing. A panic of `work` is one of the caller's.
    ///
    /// # Errors
    /// Busy when too many wait.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let busy = Error::Busy { retry_after_seconds: RETRY_AFTER_SECONDS };
        let _admitted = self.admitted.try_acquire().map_err(|_| busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Failure::Internal)?;
        let work = tokio::task::spawn_blocking(move || {
            let done = work();
            // Held to the end of the work, also when its caller has left.
            drop(turn);
            done
        });
        work.await.map_err(|ended| match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down.
            Err(_) => Failure::Internal,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn more_than_can_wait_are_told_to_come_again() {
        let heavy = Heavy { turns: Arc::new(Semaphore::new(1)), admitted: Arc::new(Semaphore::new(2)) };
        let (release, released) = mpsc::channel::<()>();
        let running = tokio::spawn({
            let heavy = heavy.clone();
            async move { heavy.run(move || released.recv().is_ok()).await }
        });
        while heavy.turns.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let waiting = tokio::spawn({
            let heavy = heavy.clone();
            async move { heavy.run(|| 7).await }
        });
        while heavy.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = heavy.run(|| 8).await;
        assert!(matches!(refused, Err(Failure::Refused(Error::Busy { .. }))), "{refused:?}");
        release.send(()).unwrap();
        assert!(running.await.unwrap().unwrap());
        assert_eq!(waiting.await.unwrap().unwrap(), 7);
        assert_eq!(heavy.run(|| 9).await.unwrap(), 9);
    }
}
