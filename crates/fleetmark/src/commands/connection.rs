//! The flags of every command that calls a server.

use std::path::PathBuf;

use clap::Args;
use client::{Client, Options, Retry, Token};

use crate::failure::Failure;

/// Which server, and with which token. Address and token are taken as text: an error of the parser would repeat them.
#[derive(Args)]
pub struct Connection {
    /// The server: http://HOST:PORT or https://HOST
    #[arg(long, env = "FLEETMARK_SERVER", value_name = "URL")]
    server: Option<String>,

    /// The token; better kept in the environment or in a file than in the shell's history
    #[arg(long, env = "FLEETMARK_TOKEN", value_name = "T", hide_env_values = true)]
    token: Option<String>,

    /// A file whose first line is the token; it goes before --token
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,

    /// Trust the authorities of this PEM file, and no others
    #[arg(long, value_name = "FILE")]
    ca_cert: Option<PathBuf>,
}

impl Connection {
    /// A client for a part of Fleetmark (`agent`, `simulate`); nothing is called yet.
    ///
    /// # Errors
    /// The address, the token or the certificates are missing or unusable.
    pub fn client(self, product: &'static str) -> Result<Client, Failure> {
        self.client_with(product, Retry::default())
    }

    /// A client for a command that somebody waits for: what fails is told at once.
    ///
    /// # Errors
    /// As [`Self::client`].
    pub fn command_client(self) -> Result<Client, Failure> {
        self.client_with("command-line", Retry { attempts: 1, ..Retry::default() })
    }

    fn client_with(self, product: &'static str, retry: Retry) -> Result<Client, Failure> {
        let server = self.server.ok_or_else(|| {
            Failure::new("no server is named").hint("name it with --server or FLEETMARK_SERVER")
        })?;
        let token: Token = match (&self.token_file, &self.token) {
            (Some(file), _) => Token::read(file)?,
            (None, Some(token)) => token.parse()?,
            (None, None) => {
                return Err(Failure::new("no token is given")
                    .hint("give it with --token-file, FLEETMARK_TOKEN or --token"));
            }
        };
        let options = Options { ca_cert: self.ca_cert, retry, ..Options::new(product) };
        Ok(Client::new(server.parse()?, &token, &options)?)
    }
}
