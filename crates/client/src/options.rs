//! How a client is set up.

use std::{fs, path::PathBuf, time::Duration};

use reqwest::{Certificate, ClientBuilder};

use crate::{Error, Retry, ServerUrl};

/// How a client is set up, beside the server and the token.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which part of Fleetmark calls: `User-Agent` is `Fleetmark-<product>-<version>`.
    pub product: &'static str,
    /// PEM file of the only authorities to trust; without it the system's are trusted.
    pub ca_cert: Option<PathBuf>,
    /// How long a connection may take to come about.
    pub connect_timeout: Duration,
    /// How long one attempt may take in all.
    pub timeout: Duration,
    /// How calls are repeated.
    pub retry: Retry,
}

impl Options {
    /// The defaults: 10 s to connect, 30 s an attempt, five attempts.
    pub fn new(product: &'static str) -> Self {
        Self {
            product,
            ca_cert: None,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            retry: Retry::default(),
        }
    }

    /// The HTTP stack of these options. Redirects are not followed: the token is meant for one server.
    pub(crate) fn http(&self, server: &ServerUrl) -> Result<reqwest::Client, Error> {
        // An error means that a provider is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .user_agent(format!("Fleetmark-{}-{}", self.product, env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout);
        self.trust(builder, server)?
            .build()
            .map_err(|error| Error::Tls { reason: crate::http::reason(error) })
    }

    fn trust(&self, builder: ClientBuilder, server: &ServerUrl) -> Result<ClientBuilder, Error> {
        if let Some(path) = &self.ca_cert {
            let failed = |reason| Error::CaFile { path: path.clone(), reason };
            let pem = fs::read(path).map_err(|error| failed(error.to_string()))?;
            let certificates =
                Certificate::from_pem_bundle(&pem).map_err(|error| failed(crate::http::reason(error)))?;
            if certificates.is_empty() {
                return Err(failed("it holds no certificate".into()));
            }
            return Ok(builder.tls_certs_only(certificates));
        }
        if server.is_https() {
            return Ok(builder);
        }
        // Plain HTTP trusts nobody; loading the system's authorities would fail where there are none.
        Ok(builder.tls_certs_only([]))
    }
}
