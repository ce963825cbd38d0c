//! Who used a token, as far as the request tells.

use std::fmt;
use std::net::IpAddr;

use domain::{AppRegistrationId, Timestamp, TokenId};
use site::Instance;

/// Most characters that are kept of a `User-Agent`; a longer one is cut.
pub const USER_AGENT_MAX_CHARS: usize = 256;

/// Whose uses are noted. Access tokens are their app registration's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// A stored token's.
    Token(TokenId),
    /// An app registration's.
    AppRegistration(AppRegistrationId),
}

impl Credential {
    /// Whether it is there, expired or not.
    pub(super) fn stands(self, instance: &Instance) -> bool {
        match self {
            Self::Token(id) => instance.token_by_id(id).is_some(),
            Self::AppRegistration(id) => instance.app_registration(id).is_some(),
        }
    }
}

/// When something was used last, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastUse {
    /// When. Of several uses within one second the first is kept.
    pub at: Timestamp,
    /// By whom.
    pub by: UsedBy,
}

/// What a request tells of the client that sent it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsedBy {
    /// What it calls itself, if it does.
    pub agent: Option<UserAgent>,
    /// Where the connection came from: a proxy's address, where there is one.
    pub address: Option<IpAddr>,
}

/// A client's name for itself: printable ASCII, at most [`USER_AGENT_MAX_CHARS`] of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserAgent(Box<str>);

impl UserAgent {
    /// Of a header's value, cut to the length that is kept. A byte that cannot be printed becomes `?`, so that a list
    /// of tokens can be shown in a terminal whatever clients have called themselves. None when nothing is said.
    #[must_use]
    pub fn of(value: &[u8]) -> Option<Self> {
        let printable = |byte: &u8| match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '?',
        };
        let text: String = value.trim_ascii().iter().take(USER_AGENT_MAX_CHARS).map(printable).collect();
        (!text.is_empty()).then(|| Self(text.into()))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_is_short_and_printable() {
        let kept = |value: &[u8]| UserAgent::of(value).map(|agent| agent.as_str().to_owned());
        assert_eq!(kept(b"Acme-sync-1.0 (linux)").as_deref(), Some("Acme-sync-1.0 (linux)"));
        assert_eq!(kept(b" curl/8.5.0 ").as_deref(), Some("curl/8.5.0"));
        assert_eq!(kept(b"red\x1b[31m\t\xff").as_deref(), Some("red?[31m??"));
        assert_eq!(kept("Ü".as_bytes()).as_deref(), Some("??"));
        assert_eq!(kept(b"  "), None);
        assert_eq!(kept(b""), None);
        assert_eq!(kept(&[b'a'; 256]).map(|text| text.len()), Some(256));
        assert_eq!(kept(&[b'a'; 5000]).map(|text| text.len()), Some(256));
    }
}
