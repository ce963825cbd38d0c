//! The log on SQLite, the embedded default: one file, one writer, a flush before every answer.
//!
//! Invariants:
//! - An answer `Committed` is sent after its transaction was flushed, never before.
//! - One thread writes. What has queued up while it flushed shares the next transaction, each commit judged alone.
//! - Records are inserted and never changed; only a site's head and side rows are updated.
//! - While a [`SqliteStore`] is open no other process has one open on the same file.

mod connect;
mod failure;
mod key;
mod lock;
mod read;
mod sql;
mod sqlite_store;
mod write;

pub use sqlite_store::SqliteStore;
