//! Why a bench stopped.

use std::fmt;

/// What a step of a bench gives.
pub type Outcome<T = ()> = Result<T, Failure>;

/// One sentence for the person who started the bench.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// What could not be done, and why.
    pub fn new(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self(format!("{what}: {why}"))
    }

    /// A sentence that needs no cause.
    pub fn text(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
