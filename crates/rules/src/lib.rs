//! Condition trees in stages: kept word for word ([`domain::Conditions`]), checked ([`Tree`]), compiled
//! ([`Compiled`]); and the [`Program`] of a site, which gives a device its classification. Pure: no I/O, no clock.

pub mod block;
mod certificate;
mod check;
mod compiled;
mod device;
mod edition;
pub mod explain;
mod faults;
mod folded;
mod form;
mod leaf;
pub mod lint;
mod needed_tags;
pub mod options;
mod parameters;
mod plan;
mod probes;
mod program;
mod read;
mod read_check;
mod root_key;
mod steps;
mod system;
mod table;
mod tree;
mod truth;

pub use certificate::CertificateView;
pub use check::Check;
pub use compiled::Compiled;
pub use device::Device;
pub use edition::Edition;
pub use faults::TREE_VIOLATIONS_MAX;
pub use folded::Folded;
pub use probes::{Probes, RegistryProbe};
pub use program::Program;
pub use root_key::RootKey;
pub use tree::{Node, TREE_CHECKS_MAX, TREE_DEPTH_MAX, Tree};
pub use truth::Truth;

/// The number of this evaluator: another one whenever it says something else of the same rules and facts. A site that
/// was judged by one of another number is judged anew. Before they were counted, it was 0.
pub const EVALUATOR: u32 = 0;
