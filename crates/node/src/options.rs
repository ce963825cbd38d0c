//! How a node runs.

use std::time::Duration;

/// How a node keeps checkpoints and uses them. The default is what a server does unless told otherwise.
#[derive(Clone, Debug)]
pub struct NodeOptions {
    /// A site's checkpoint is written once its log has grown by more than so many bytes of payload …
    pub checkpoint_bytes: u64,
    /// … or so long after something changed, whichever comes first. A write that failed is tried again as late.
    pub checkpoint_after: Duration,
    /// A state of the past is worked out in steps of so many records; what was done by the last of them is kept for a
    /// while though nobody waits any more. At least 1.
    pub replay_step: u64,
}

impl Default for NodeOptions {
    /// 64 MiB, 30 seconds, 500,000 records.
    fn default() -> Self {
        Self { checkpoint_bytes: 64 << 20, checkpoint_after: Duration::from_secs(30), replay_step: 500_000 }
    }
}
