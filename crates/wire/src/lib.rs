//! The JSON of the dialects as serde types, shared by server, client and tests. Types only: no I/O, no rules beyond
//! what a member's type says.

pub mod alloyscan;
pub mod bulk_tags;
pub mod check_in;
pub mod explain;
pub mod lint;
pub mod management;
pub mod netskope_v2;
mod nullable;
pub mod preview;
mod schema;
pub mod sites;
