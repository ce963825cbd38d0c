//! What can end an agent, each with what to do next.

use std::{io, path::PathBuf};

/// Why the agent could not check in.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The call failed.
    #[error(transparent)]
    Client(#[from] client::Error),
    /// The server refused this device's check-in.
    #[error("the server refused this device's check-in ({code}): {message}{}", field.as_ref().map(|name| format!(" (member {name})")).unwrap_or_default())]
    Refused {
        /// The stable code.
        code: String,
        /// What the server said.
        message: String,
        /// The member it named.
        field: Option<String>,
    },
    /// Neither a folder was named nor can one be derived.
    #[error("there is no folder to keep state in: name one with --state-dir or FLEETMARK_STATE_DIR")]
    NoStateFolder,
    /// The state folder cannot be used, and this machine has no id of its own.
    #[error("the state folder {} cannot be used: {source}; name another with --state-dir", path.display())]
    StateFolder {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The operating system gave no randomness for a device uid.
    #[error("the operating system gives no random numbers, and this machine has no id of its own: {0}")]
    NoRandomness(getrandom::Error),
    /// Standard output cannot be written.
    #[error("the result cannot be written: {0}")]
    Output(#[from] io::Error),
    /// A signal came before the check-in was answered.
    #[error("stopped before the check-in was answered")]
    Stopped,
}
