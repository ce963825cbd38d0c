//! How checkpoints went.

use std::sync::atomic::{AtomicU64, Ordering};

/// How checkpoints of all sites went since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckpointCounts {
    /// Written, and durable.
    pub written: u64,
    /// Failed to be written; each was or will be tried again.
    pub failed: u64,
    /// Times that thinning or pruning failed; each was or will be tried again.
    pub tidying_failed: u64,
}

/// The same, while it goes on.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(super) written: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) tidying_failed: AtomicU64,
}

impl Counts {
    pub(crate) fn now(&self) -> CheckpointCounts {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CheckpointCounts {
            written: of(&self.written),
            failed: of(&self.failed),
            tidying_failed: of(&self.tidying_failed),
        }
    }
}

pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
