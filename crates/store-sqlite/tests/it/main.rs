//! The SQLite store from outside: the suite of every engine, its files, and power cuts.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod conformance;
mod files;
mod place;
mod powercut;
