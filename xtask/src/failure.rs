//! Why a command stopped, in words for the person at the keyboard.

/// What a step of xtask gives.
pub type Outcome<T = ()> = Result<T, Failure>;

/// One sentence on what went wrong, and one on what to do about it.
#[derive(Debug)]
pub struct Failure {
    text: String,
    hint: String,
}

impl Failure {
    /// A failure without a hint yet.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), hint: String::new() }
    }

    /// The same failure, saying what to do about it.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// What went wrong.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What to do about it; empty when there is nothing to say.
    pub fn hint(&self) -> &str {
        &self.hint
    }
}
