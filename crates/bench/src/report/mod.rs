//! What the bench prints: typed rows, and the table they make.

mod measure;
mod row;
mod table;
mod target;

pub use measure::Measure;
pub use row::{Cpu, Latency, Row};
pub use table::markdown;
pub use target::Target;
