//! What is wrong with a query.

use std::fmt::Display;

/// Where a text stops being a query, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// The character at which it does, counted from 1; one beyond the last when the text ends too early.
    pub position: usize,
    /// For the reader; names the position.
    pub message: String,
}

/// Longest piece of the query that a message repeats.
const SHOWN_MAX_CHARS: usize = 40;

impl SyntaxError {
    /// Something else should stand at `position`.
    pub(super) fn expected(expected: impl Display, position: usize, found: impl Display) -> Self {
        Self { position, message: format!("expected {expected} at position {position}, found {found}") }
    }

    /// What stands at `position` cannot be.
    pub(super) fn at(position: usize, what: impl Display, why: impl Display) -> Self {
        Self { position, message: format!("{what} at position {position} {why}") }
    }
}

/// A piece of the query as messages show it.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_MAX_CHARS) {
        Some((end, _)) => format!("\"{}…\"", &text[..end]),
        None => format!("\"{text}\""),
    }
}
