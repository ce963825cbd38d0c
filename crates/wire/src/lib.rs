//! The JSON of the dialects as serde types, shared by server, client and tests. Types only: no I/O, no rules beyond
//! what a member's type says.

pub mod alloyscan;
pub mod app_registrations;
pub mod bulk_tags;
pub mod check_in;
pub mod device_history;
pub mod explain;
pub mod lint;
pub mod management;
pub mod moment;
pub mod netskope_v1;
pub mod netskope_v2;
pub mod notices;
mod nullable;
pub mod oauth;
pub mod preview;
mod schema;
pub mod sites;
mod text;

pub use text::Text;
