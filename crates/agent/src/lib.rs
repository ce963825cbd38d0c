//! The device agent: it collects this machine's facts, checks in, and answers what the rules ask about. Beside it,
//! [`simulate`] makes believable fleets.
//!
//! Architecture Invariant: what the agent cannot see it does not report. An absent fact is unknown to the server; a
//! `false` or an empty list says that the agent looked and there is none.

mod error;
mod facts;
mod identity;
mod interval;
mod report;
mod root;
mod round;
mod run;
pub mod simulate;
mod state;

pub use error::Error;
pub use interval::Interval;
pub use report::Report;
pub use root::Root;
pub use round::Agent;
pub use run::{run, stop_signal};
pub use state::{StateFolder, default_state_folder};
