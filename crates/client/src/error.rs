//! What can go wrong with a call, each with what to do next. No text holds the token.

use std::{io, path::PathBuf, time::Duration};

use crate::ServerUrl;

/// Why a call failed, or why a client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server's address is unusable. The address is not repeated: it may hold a password.
    #[error("the server's address cannot be used: {reason}; give it as http://HOST:PORT or https://HOST")]
    InvalidServer {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The token is empty, too long or holds characters that no token has.
    #[error(
        "the token is not a token: it must be 1 to 1024 visible ASCII characters; create one with `fleetmark token create`"
    )]
    InvalidToken,
    /// The token file cannot be read.
    #[error("the token file {} cannot be read: {source}; check the path and who may read it", path.display())]
    TokenFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file of the certificate authority cannot be used.
    #[error("the certificate authority's file {} cannot be used: {reason}; it must hold certificates in PEM form", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// TLS could not be set up, most often because the system has no certificates of authorities.
    #[error(
        "TLS cannot be set up: {reason}; install the system's CA certificates, or name your authority's file (--ca-cert)"
    )]
    Tls {
        /// Why.
        reason: String,
    },
    /// The server speaks no TLS, or its certificate is not trusted.
    #[error(
        "no secure connection to {server}: {reason}; check that the server speaks https, and name the file of the authority that signed its certificate (--ca-cert)"
    )]
    Untrusted {
        /// The server.
        server: ServerUrl,
        /// What TLS says.
        reason: String,
    },
    /// No answer came, also after the last attempt.
    #[error(
        "no answer from {server} after {attempts} attempt(s): {reason}; check that the server runs and that this address is right"
    )]
    Unreachable {
        /// The server.
        server: ServerUrl,
        /// How often it was tried.
        attempts: u32,
        /// What happened the last time.
        reason: String,
    },
    /// The server is busy, over its limit or under maintenance (429, 503), also after the last attempt.
    #[error("the server cannot answer now ({status}): {message}; try again {}", later(*retry_after))]
    Busy {
        /// The HTTP status.
        status: u16,
        /// What the server said.
        message: String,
        /// How long it asked to wait.
        retry_after: Option<Duration>,
    },
    /// The server refused the call.
    #[error("the server refused the call ({status}): {message}; {}", next_step(*status))]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What the server said.
        message: String,
    },
    /// The answer is not one of a Fleetmark server.
    #[error(
        "{server} answered, but not as a Fleetmark server does: {reason}; check the address and that client and server are of one version"
    )]
    BadReply {
        /// The server.
        server: ServerUrl,
        /// What is wrong with the answer.
        reason: String,
    },
}

impl Error {
    /// How long the server asked to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

fn later(retry_after: Option<Duration>) -> String {
    retry_after.map_or_else(|| "later".to_owned(), |wait| format!("in {} s", wait.as_secs()))
}

fn next_step(status: u16) -> &'static str {
    match status {
        300..=399 => "give the address it redirects to: redirects are not followed with a token",
        401 => "the token is wrong, revoked or expired: create a new one with `fleetmark token create`",
        403 => {
            "the token lacks the area or the role: check-ins need `devices=manage`, management an administrator"
        }
        404 | 405 => "check what is named, and that the address is that of a Fleetmark server",
        413 => "send fewer devices a call",
        500..=599 => "look into the server's log",
        _ => "correct what it names",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do_next() {
        let text = |status| Error::Refused { status, message: "no".into() }.to_string();
        assert!(text(401).contains("fleetmark token create"));
        assert!(text(403).contains("devices=manage"));
        assert!(text(302).contains("redirects"));
        assert!(text(400).contains("correct what it names"));
    }

    #[test]
    fn a_busy_server_is_left_alone_as_long_as_it_asked() {
        let wait = Some(Duration::from_secs(120));
        let error = Error::Busy { status: 503, message: "under maintenance".into(), retry_after: wait };
        assert!(error.to_string().ends_with("try again in 120 s"));
        assert_eq!(error.retry_after(), wait);
        assert_eq!(Error::InvalidToken.retry_after(), None);
    }
}
