//! What readers ask of a site: pure functions of one snapshot.

pub mod client_status;
mod smallest;
