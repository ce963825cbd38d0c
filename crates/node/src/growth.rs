//! How much a log has grown, for the one who wants to know when that is enough.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// Bytes of payload that a log has got since its checkpoint was read at the start. The writer adds to it, which costs
/// it next to nothing while nobody waits; one task may wait.
#[derive(Debug)]
pub(crate) struct Growth {
    bytes: AtomicU64,
    /// Beyond how many bytes the one who waits is to be woken.
    mark: AtomicU64,
    passed: Notify,
}

impl Growth {
    /// A log that had already grown by so much.
    pub(crate) fn of(bytes: u64) -> Self {
        Self { bytes: AtomicU64::new(bytes), mark: AtomicU64::new(u64::MAX), passed: Notify::new() }
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::SeqCst)
    }

    pub(crate) fn add(&self, bytes: u64) {
        let sum = self.bytes.fetch_add(bytes, Ordering::SeqCst) + bytes;
        if sum > self.mark.load(Ordering::SeqCst) {
            self.passed.notify_one();
        }
    }

    /// Waits until the log has more than `mark` bytes.
    pub(crate) async fn beyond(&self, mark: u64) {
        self.mark.store(mark, Ordering::SeqCst);
        // Who adds after this line sees the mark; who added before it is seen here.
        while self.bytes() <= mark {
            self.passed.notified().await;
        }
        self.mark.store(u64::MAX, Ordering::SeqCst);
    }
}
