//! Work that would keep the runtime's threads from others for too long.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    /// costs nothing; when it leaves later, what `work` is given becomes true, and what it answers is worth nothing.
    /// A panic of `work` is one of the caller's.
    ///
    /// # Errors
    /// Busy when too many wait.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let busy = Error::Busy { retry_after_seconds: RETRY_AFTER_SECONDS };
        let _admitted = self.admitted.try_acquire().map_err(|_| busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Failure::Internal)?;
        let caller = Caller::default();
        let left = Arc::clone(&caller.left);
        let work = tokio::task::spawn_blocking(move || {
            let done = work(&left);
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

/// Goes with the future that waits for the work.
#[derive(Default)]
struct Caller {
    left: Arc<AtomicBool>,
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.left.store(true, Ordering::Relaxed);
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
            async move { heavy.run(move |_| released.recv().is_ok()).await }
        });
        while heavy.turns.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let waiting = tokio::spawn({
            let heavy = heavy.clone();
            async move { heavy.run(|_| 7).await }
        });
        while heavy.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = heavy.run(|_| 8).await;
        assert!(matches!(refused, Err(Failure::Refused(Error::Busy { .. }))), "{refused:?}");
        release.send(()).unwrap();
        assert!(running.await.unwrap().unwrap());
        assert_eq!(waiting.await.unwrap().unwrap(), 7);
        assert_eq!(heavy.run(|_| 9).await.unwrap(), 9);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn work_whose_caller_has_left_is_told_to_end() {
        let heavy = Heavy { turns: Arc::new(Semaphore::new(1)), admitted: Arc::new(Semaphore::new(1)) };
        let (started, runs) = tokio::sync::oneshot::channel();
        let caller = tokio::spawn({
            let heavy = heavy.clone();
            let work = |left: &AtomicBool| {
                started.send(()).unwrap();
                while !left.load(Ordering::Relaxed) {
                    std::thread::yield_now();
                }
            };
            async move { heavy.run(work).await }
        });
        runs.await.unwrap();
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        assert_eq!(heavy.run(|_| 7).await.unwrap(), 7, "its turn is free again");
        assert!(heavy.run(|left| !left.load(Ordering::Relaxed)).await.unwrap());
    }
}
