//! What tests of engines, and of the binary above them, share: the suite that every engine passes, a store in memory
//! that cuts inside commit, and power cuts of a whole process. Behind the feature `testing`.

mod block_on;
pub mod conformance;
pub mod fake;
pub mod powercut;
mod samples;

pub use block_on::block_on;
pub use samples::{commit_on, commit_with_id, manifest_on, record_after};
