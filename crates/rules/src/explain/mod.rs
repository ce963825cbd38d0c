//! The proof of one device (DESIGN §5; decided, Preview and explain): what each check of a tree looked at and what it
//! says of it, and which single facts or tags would change the device's classification. Checks mean here what they
//! mean everywhere: it is [`crate::Check::evaluate`] that is asked.

mod asked;
mod candidates;
mod editions;
mod finding;
mod flips;
mod looked_at;
mod overlay;
mod proof;
mod reason;
mod shape;
mod shown;
mod subject;
mod supposed;
mod versions;

pub use finding::Finding;
pub use flips::{CANDIDATES_MAX, Contender, Flip, Flips, SEARCH_STEPS_MAX, search, suppositions};
pub use looked_at::FACTS_SHOWN_MAX;
pub use overlay::Overlay;
pub use proof::{Operator, Proof, Prover};
pub use supposed::Supposed;

use std::borrow::Cow;

use domain::Os;

/// The name of a process or the path of a file as devices of `os` look it up.
fn key(name: &str, os: Os) -> Cow<'_, str> {
    if os.ignores_case() { domain::fold(name).into() } else { name.into() }
}
