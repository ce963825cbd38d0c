//! The runtime of an instance and its sites: one writer each, which commits in groups and publishes snapshots; reads
//! take a snapshot and wait for nobody.

mod clock;
mod error;
mod job;
mod load;
mod log;
mod node;
mod stats;
mod writer;

pub use clock::{Clock, SystemClock};
pub use error::StartError;
pub use job::{Done, Request};
pub use log::QUEUE_MAX;
pub use node::{DEFAULT_SITE, Node};
pub use stats::{CheckpointStats, Counter, Gauge, Histogram, Measured, Stats};
