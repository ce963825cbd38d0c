//! The runtime of an instance and its sites: one writer each, which commits in groups and publishes snapshots; reads
//! take a snapshot and wait for nobody. One keeper a site writes checkpoints, so that a start is short, and sites of the
//! past are worked out from those.

mod access;
mod ahead;
mod background;
mod blocking;
mod changes;
mod checkpoint;
mod clock;
mod error;
mod failure;
mod growth;
mod heads;
mod history;
mod instance_changes;
mod job;
mod linked;
mod load;
mod log;
mod news;
mod node;
mod notices;
mod options;
mod past;
mod point;
mod replay;
mod snapshot;
mod stats;
mod tasks;
mod turns;
mod writer;

pub use access::{
    ACCESS_TOKEN_SECONDS, ACCESS_TOKENS_MAX, AccessToken, Credential, LastUse, USER_AGENT_MAX_CHARS, UsedBy,
    UserAgent,
};
pub use ahead::FLEET_WIDE_WAITING_MAX;
pub use changes::{ChangeCursor, ChangeEntry, ChangePage, Damage, Gone, HistoryPage};
pub use clock::{Clock, SystemClock};
pub use error::StartError;
pub use history::{REPLAYS_MAX, REPLAYS_OF_SITE_MAX, REPLAYS_QUEUED_MAX};
pub use job::{Done, Request};
pub use log::QUEUE_MAX;
pub use news::{Linked, News};
pub use node::{DEFAULT_SITE, Node};
pub use options::NodeOptions;
pub use snapshot::Snapshot;
pub use stats::{CheckpointStats, Counter, Gauge, Histogram, Measured, Stats};
pub use store::{Hash, Head};
pub use turns::{Turn, Turns};
