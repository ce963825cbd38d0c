//! The SQLite store from outside: the suite of every engine, its files, and power cuts.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod checkpoint_file;
mod conformance;
mod files;
mod format_1;
mod place;
mod powercut;
