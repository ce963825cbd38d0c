//! Who is let in to a site, and where to and when others are sent.

use crate::error::FormError;
use crate::text::{length, printable, text};

/// Most seconds after which a client is told to come again: a day.
pub const RETRY_AFTER_MAX_SECONDS: u32 = 86_400;
/// What clients are told unless something else is set.
const RETRY_AFTER_SECONDS: u32 = 120;

text! {
    /// Where a server is: scheme, host and perhaps port, at most 255 characters (netskope-v1, Form).
    BaseUrl, |text| { length(text, 1, 255)?; origin(text) }
}
text! {
    /// What clients are told: 1–255 characters.
    Notice, |text| { length(text, 1, 255)?; printable(text) }
}

/// What is asked of a site's callers besides a token. Who manages the site is let in whatever this says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Whether who does not say what client it is is refused (netskope-v2 §2).
    pub require_user_agent: bool,
    /// Where the site is now; `None`: here.
    pub moved_to: Option<BaseUrl>,
    /// Whether nobody is served, and what they are told then.
    pub maintenance: Maintenance,
}

/// Work on a site or on the whole server, during which nobody is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maintenance {
    /// Whether it goes on.
    pub on: bool,
    /// What clients are told besides.
    pub message: Option<Notice>,
    /// In how many seconds they are told to come again: 1 to [`RETRY_AFTER_MAX_SECONDS`].
    pub retry_after_seconds: u32,
}

impl Default for Maintenance {
    fn default() -> Self {
        Self { on: false, message: None, retry_after_seconds: RETRY_AFTER_SECONDS }
    }
}

impl Maintenance {
    /// Reads a number of seconds.
    ///
    /// # Errors
    /// Says which there may be.
    pub fn retry_after(seconds: u64) -> Result<u32, FormError> {
        let known =
            u32::try_from(seconds).ok().filter(|seconds| (1..=RETRY_AFTER_MAX_SECONDS).contains(seconds));
        known
            .ok_or_else(|| FormError::new("range", format!("must be 1 to {RETRY_AFTER_MAX_SECONDS} seconds")))
    }
}

fn origin(text: &str) -> Result<(), FormError> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let (name, port) = host.map_or(("", None), |host| match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (host, None),
    });
    let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let is_name = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    };
    let is_host = inner.map_or_else(|| is_name(name), |inner| inner.parse::<std::net::Ipv6Addr>().is_ok());
    if is_host && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0)) {
        return Ok(());
    }
    let message = "must be where the site is now, as https://host or https://host:8443, without a path";
    Err(FormError::new("url", message))
}

/// Whether a client says what it is as `Vendor-product-version` (netskope-v2 §2), whatever it says after that.
#[must_use]
pub fn is_user_agent(text: &str) -> bool {
    let mut parts = text.split(' ').next().unwrap_or_default().splitn(3, '-');
    let mut named = || parts.next().is_some_and(|part| !part.is_empty());
    named() && named() && named()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_scheme_host_and_port() {
        for good in [
            "https://a",
            "http://a.example:80",
            "https://10.0.0.1",
            "https://[::1]:8443",
            "https://[::1]",
            " https://a ",
        ] {
            assert!(BaseUrl::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a",
            "ftp://a",
            "https://",
            "https://a/",
            "https://a/b",
            "https://a?b",
            "https://u@a",
            "https://a:0",
            "https://a:",
            "https://a:70000",
            "https://[::1",
            "https://[x]",
            "https://a b",
            "https://a\r\nb",
            "HTTPS://a",
        ] {
            assert!(BaseUrl::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_client_says_vendor_product_and_version() {
        for good in ["Acme-sync-1.0", "Acme-sync-1.0-beta (linux)", "a-b-c"] {
            assert!(is_user_agent(good), "{good}");
        }
        for bad in ["", "curl/8.5.0", "Acme-sync", "Acme-sync-", "-sync-1", "Acme--1", " a-b-c"] {
            assert!(!is_user_agent(bad), "{bad}");
        }
    }
}
