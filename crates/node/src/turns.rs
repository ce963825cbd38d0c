//! Turns for work that would keep the runtime's threads from others for too long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::background;
use crate::blocking::{joined, off_thread};

/// What is told to whom comes when too many wait.
const RETRY_AFTER_SECONDS: u32 = 1;

/// Turns: so many at once, and so many more may wait for theirs.
#[derive(Clone, Debug)]
pub struct Turns {
    free: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    in_background: bool,
}

/// Leave to work. The next one's turn comes when this is dropped.
#[derive(Debug)]
pub struct Turn {
    _free: OwnedSemaphorePermit,
    _admitted: OwnedSemaphorePermit,
    in_background: bool,
}

impl Turns {
    /// Turns for `at_once` callers, for which `waiting` others may wait.
    #[must_use]
    pub fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(at_once)),
            admitted: Arc::new(Semaphore::new(at_once + waiting)),
            in_background: false,
        }
    }

    /// Turns, one at a time, for work that gives way to everything else the process has to do. `waiting` others may
    /// wait for theirs.
    #[must_use]
    pub fn in_background(waiting: usize) -> Self {
        Self { in_background: true, ..Self::new(1, waiting) }
    }

    /// Waits for a turn. Who gives up waiting costs nothing.
    ///
    /// # Errors
    /// `Busy` when too many wait.
    pub async fn take(&self) -> Result<Turn, Error> {
        let busy = Error::Busy { retry_after_seconds: RETRY_AFTER_SECONDS };
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| busy)?;
        let free = Arc::clone(&self.free).acquire_owned().await.map_err(|_| Error::Internal)?;
        Ok(Turn { _free: free, _admitted: admitted, in_background: self.in_background })
    }
}

impl Turn {
    /// Does `work` on a thread where it keeps nobody waiting, and gives the turn back with what it comes to. When the
    /// caller leaves, what `work` is given becomes true, what it comes to is worth nothing, and the turn lasts until
    /// it ends. A panic goes on in the caller.
    pub async fn work<T: Send + 'static>(
        self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> (T, Self) {
        let caller = Caller::default();
        let left = Arc::clone(&caller.left);
        let gives_way = self.in_background;
        let work = move || (work(&left), self);
        if gives_way { joined(background::begin(work)).await } else { off_thread(work).await }
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

    /// Does `work` when its turn has come.
    async fn run<T: Send + 'static>(
        turns: Turns,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, Error> {
        Ok(turns.take().await?.work(work).await.0)
    }

    /// Both ways to work.
    fn both(waiting: usize) -> [Turns; 2] {
        [Turns::new(1, waiting), Turns::in_background(waiting)]
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn more_than_can_wait_are_told_to_come_again() {
        let turns = Turns::new(1, 1);
        let (release, released) = mpsc::channel::<()>();
        let running = tokio::spawn(run(turns.clone(), move |_| released.recv().is_ok()));
        while turns.free.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let waiting = tokio::spawn(run(turns.clone(), |_| 7));
        while turns.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = run(turns.clone(), |_| 8).await;
        assert_eq!(refused, Err(Error::Busy { retry_after_seconds: RETRY_AFTER_SECONDS }));
        release.send(()).unwrap();
        assert_eq!(running.await.unwrap(), Ok(true));
        assert_eq!(waiting.await.unwrap(), Ok(7));
        assert_eq!(run(turns, |_| 9).await, Ok(9));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn work_whose_caller_has_left_is_told_to_end_and_keeps_its_turn_until_then() {
        for turns in both(1) {
            it_is_told_to_end(turns).await;
        }
    }

    async fn it_is_told_to_end(turns: Turns) {
        let (started, runs) = tokio::sync::oneshot::channel();
        let (release, released) = mpsc::channel::<()>();
        let work = move |left: &AtomicBool| {
            started.send(()).unwrap();
            while !left.load(Ordering::Relaxed) {
                std::thread::yield_now();
            }
            released.recv().unwrap();
        };
        let caller = tokio::spawn(run(turns.clone(), work));
        runs.await.unwrap();
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        assert_eq!(turns.free.available_permits(), 0);
        release.send(()).unwrap();
        assert_eq!(run(turns.clone(), |left| left.load(Ordering::Relaxed)).await, Ok(false));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_turn_is_free_again_after_a_panic() {
        for turns in both(0) {
            let panics = |_: &AtomicBool| -> u8 { panic!("this work panics, as its test wants") };
            assert!(tokio::spawn(run(turns.clone(), panics)).await.unwrap_err().is_panic());
            assert_eq!(run(turns, |_| 7).await, Ok(7));
        }
    }
}
