//! What readers ask of a site: pure functions of one snapshot.

pub mod audit;
pub mod changes;
pub mod client_status;
pub mod device_filter;
pub mod device_history;
pub mod devices;
pub mod explain;
pub mod language;
pub mod lint;
pub mod notices;
pub mod segments;
mod smallest;
mod sweep;
pub mod tags;
mod texts;
