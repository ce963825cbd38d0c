//! The address of a server.

use std::{fmt, str::FromStr};

use reqwest::Url;

use crate::Error;

/// An `http` or `https` address without user, password, query or fragment: it holds no secret, so it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl(Url);

impl ServerUrl {
    /// The address of a call. `path` begins with `/` and may end with a query.
    pub(crate) fn call(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        url.set_query(query);
        url.set_path(&format!("{}{path}", self.0.path().trim_end_matches('/')));
        url
    }

    /// Whether the connection is encrypted.
    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl FromStr for ServerUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let invalid = |reason| Err(Error::InvalidServer { reason });
        let Ok(url) = Url::parse(text.trim()) else {
            return invalid("it is not a URL");
        };
        if !matches!(url.scheme(), "http" | "https") {
            return invalid("it does not begin with http:// or https://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return invalid("it holds a user or a password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return invalid("it holds a query or a fragment");
        }
        Ok(Self(url))
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_keeps_the_path_that_a_proxy_put_before_the_server() {
        for text in ["https://fleet.example/mark", "https://fleet.example/mark/"] {
            let server: ServerUrl = text.parse().unwrap();
            assert_eq!(
                server.call("/api/v1/checkins").as_str(),
                "https://fleet.example/mark/api/v1/checkins"
            );
        }
        let server: ServerUrl = "http://127.0.0.1:8080".parse().unwrap();
        assert_eq!(server.call("/healthz").as_str(), "http://127.0.0.1:8080/healthz");
        assert_eq!(server.to_string(), "http://127.0.0.1:8080");
    }

    #[test]
    fn an_address_that_could_hold_a_secret_is_refused_and_not_repeated() {
        for text in ["fleet.example", "ftp://fleet.example", "http://me:secret@x", "http://x/?token=secret"] {
            let error = text.parse::<ServerUrl>().unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
