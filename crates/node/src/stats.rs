//! What a node has done since it started, in figures: some atomic additions a commit, and no lock.

mod figures;

pub use figures::{Counter, Gauge, Histogram, Measured};

/// Upper bounds of the commit latencies that are told apart, in microseconds.
const COMMIT_MICROS: &[u64] =
    &[50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000];
/// Upper bounds of the group sizes that are told apart, in commands.
const GROUP_COMMANDS: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256];

/// What the instance and all sites have done together since the node started.
#[derive(Debug)]
pub struct Stats {
    /// How long each commit took that the store took, in microseconds.
    pub commit_micros: Histogram,
    /// How many commands each of them carried.
    pub group_commands: Histogram,
    /// Records made durable.
    pub records: Counter,
    /// What they weigh, in bytes.
    pub record_bytes: Counter,
    /// Commits that failed, those included whose outcome stayed unknown.
    pub failed_commits: Counter,
    /// Commands refused because too many waited.
    pub busy: Counter,
    /// Commands refused because the store took no writes, or the node was stopping.
    pub unavailable: Counter,
    /// Commands that panicked.
    pub panics: Counter,
    /// The checkpoints.
    pub checkpoints: CheckpointStats,
}

/// What became of the checkpoints of all sites since the node started.
#[derive(Debug, Default)]
pub struct CheckpointStats {
    /// Checkpoints written.
    pub written: Counter,
    /// Checkpoints that could not be written; each was or will be tried again.
    pub failed: Counter,
    /// Times that older checkpoints could not be thinned out, or history not pruned; tried again likewise.
    pub tidying_failed: Counter,
    /// When the last one was written, in milliseconds since 1970; 0 when none was.
    pub last_written_millis: Gauge,
    /// What had to be written for it, in bytes.
    pub last_bytes: Gauge,
    /// How long that took, in microseconds.
    pub last_micros: Gauge,
}

impl Default for Stats {
    fn default() -> Self {
        Self {
            commit_micros: Histogram::new(COMMIT_MICROS),
            group_commands: Histogram::new(GROUP_COMMANDS),
            records: Counter::default(),
            record_bytes: Counter::default(),
            failed_commits: Counter::default(),
            busy: Counter::default(),
            unavailable: Counter::default(),
            panics: Counter::default(),
            checkpoints: CheckpointStats::default(),
        }
    }
}
