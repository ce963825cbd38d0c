//! Collects all that is wrong with a request before refusing it.

use domain::{Error, FormError, Violation};

use crate::failure::Failure;

/// Most violations that one answer names.
const VIOLATIONS_MAX: usize = 100;

/// What was found wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<Violation>);

impl Violations {
    /// Adds one.
    pub(crate) fn push(&mut self, violation: Violation) {
        if !self.is_full() {
            self.0.push(violation);
        }
    }

    /// Whether no more of them would be named.
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() >= VIOLATIONS_MAX
    }

    /// The value, or `None` and this violation more.
    pub(crate) fn keep<T>(&mut self, value: Result<T, Violation>) -> Option<T> {
        value.map_err(|violation| self.push(violation)).ok()
    }

    /// The value, or `None` and one violation more.
    pub(crate) fn take<T>(&mut self, field: impl Into<String>, value: Result<T, FormError>) -> Option<T> {
        self.keep(value.map_err(|error| error.at(field)))
    }

    /// As [`Violations::take`] for a member that may be absent.
    pub(crate) fn take_some<T>(
        &mut self,
        field: impl Into<String>,
        value: Option<Result<T, FormError>>,
    ) -> Option<T> {
        value.and_then(|value| self.take(field, value))
    }

    /// At most so many items.
    pub(crate) fn at_most(&mut self, field: &str, count: usize, max: usize) {
        if count > max {
            let name = if field.is_empty() { "the list" } else { field };
            let message =
                format!("{name} may hold at most {max} items, not {count}; send them in several calls");
            self.push(Violation::new(field, "too_many", message));
        }
    }

    /// Refuses if anything was found.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0).into()) }
    }

    /// The values, unless anything was found.
    pub(crate) fn complete<T>(self, values: Option<T>) -> Result<T, Failure> {
        self.finish()?;
        Ok(values.expect("a value that was not taken left a violation"))
    }
}
