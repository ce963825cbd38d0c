//! One site in memory, and the instance that holds the sites: immutable values, changed by three pure functions.
//! A command *decides* what changes, *apply* makes the changes and reports their effects as a record, *replay* sets
//! what a record says. No I/O, no clock, no randomness.

mod byte_pattern;
pub mod catalogue;
pub mod checkpoint;
pub mod commands;
mod due;
mod effects;
mod encoding;
mod evaluate;
mod first_word;
mod fleet;
pub mod instance;
pub mod log_index;
mod matching;
mod prefetch;
mod public_id;
pub mod queries;
mod site;
mod state;
mod threads;
pub mod what_if;

pub use effects::{Effects, Move};
pub use encoding::DecodeError;
pub use evaluate::Foreseen;
pub use fleet::{DeviceRef, Fleet, Reason, Text};
pub use instance::Instance;
pub use matching::Matching;
pub use site::Site;
pub use state::{Command, Context, Due, Record, RecordOf, State};

/// A record of a site.
pub type SiteRecord = RecordOf<Site>;
/// A record of the instance.
pub type InstanceRecord = RecordOf<Instance>;
