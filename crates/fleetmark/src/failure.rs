//! How a command that failed says so.

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Why a command ended badly, and what the user could do.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// A failure for this reason.
    pub fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), hint: None }
    }

    /// With a way out.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Prints it on standard error, best effort, and gives the exit code.
    pub fn report(&self) -> ExitCode {
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "error: {}", self.message);
        if let Some(hint) = &self.hint {
            let _ = writeln!(err, "hint: {hint}");
        }
        ExitCode::FAILURE
    }
}

impl From<agent::Error> for Failure {
    fn from(error: agent::Error) -> Self {
        Self::new(error)
    }
}

impl From<client::Error> for Failure {
    fn from(error: client::Error) -> Self {
        Self::new(error)
    }
}

impl From<node::StartError> for Failure {
    fn from(error: node::StartError) -> Self {
        match error {
            node::StartError::Store(error) => error.into(),
            error => Self::new(error),
        }
    }
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Self {
        let locked = matches!(error, store::StoreError::Locked { .. });
        let failure = Self::new(error);
        if locked {
            failure.hint("a running server is asked with --server URL instead of --store")
        } else {
            failure
        }
    }
}
