//! The processes that are measured, and where they keep what they keep.

pub mod children;
mod fleetmark;
pub mod folder;
mod slow_flush;

pub use children::{Process, Server};
pub use fleetmark::{Fleetmark, TOKEN};
pub use folder::Folder;
pub use slow_flush::SlowFlush;
