//! The log on SQLite, the embedded default: one file, one writer, a flush before every answer; and its checkpoints in a
//! second file.
//!
//! Invariants:
//! - An answer `Committed` is sent after its transaction was flushed, never before.
//! - One thread writes. What has queued up while it flushed shares the next transaction, each commit judged alone.
//! - Records are inserted and never changed; only a site's head and side rows are updated. Pruning puts what is left of
//!   records in their place.
//! - What was committed is moved from the write-ahead log into the file beside further commits; between two of them
//!   only the little is moved that came meanwhile.
//! - The log never waits for a checkpoint: that has its own file, lock and threads.
//! - While a [`SqliteStore`] is open no other process has one open on the same file.

mod checkpoint;
mod connect;
mod failure;
mod file;
mod key;
mod lock;
mod mover;
mod read;
mod read_side;
mod sql;
mod sqlite_store;
mod write;

pub use sqlite_store::SqliteStore;
