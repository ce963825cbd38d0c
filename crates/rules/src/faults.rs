//! What is found wrong with a tree.

use std::fmt::Display;

use domain::{FormError, Violation};

/// Most violations that are reported of one tree.
pub const TREE_VIOLATIONS_MAX: usize = 100;

/// The violations found so far; those beyond [`TREE_VIOLATIONS_MAX`] are dropped.
#[derive(Default)]
pub(crate) struct Faults(Vec<Violation>);

impl Faults {
    /// Adds a violation at `path`; `message` reads on after the path: "must be a text".
    pub(crate) fn add(&mut self, path: &str, code: &'static str, message: impl Display) {
        if self.0.len() < TREE_VIOLATIONS_MAX {
            self.0.push(Violation::new(path, code, format!("{path} {message}")));
        }
    }

    pub(crate) fn add_form(&mut self, path: &str, error: &FormError) {
        self.add(path, error.code, &error.message);
    }

    pub(crate) fn into_result(self) -> Result<(), Vec<Violation>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}
