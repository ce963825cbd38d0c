//! Where tokens are: in a store that no server holds, or behind a server.

use std::sync::Arc;

use clap::Args;
use client::Client;
use domain::{Owner, SiteId, fold};
use node::{Node, Request, SystemClock};
use store::Store;

use crate::commands::connection::Connection;
use crate::commands::store_url::StoreUrl;
use crate::failure::Failure;

/// Whose tokens are meant.
#[derive(Args)]
pub struct Place {
    /// The store that they are in, which no server may hold; without it a running server is asked
    #[arg(long, value_name = "sqlite:PATH")]
    store: Option<StoreUrl>,

    #[command(flatten)]
    connection: Connection,

    /// Their site [default: default]. A server only knows the site of the token that asks: if that is another, nothing
    /// is done
    #[arg(long, value_name = "NAME")]
    site: Option<String>,
}

/// The tokens of one site.
pub enum Tokens {
    /// In a store.
    Stored(Stored),
    /// Behind a server.
    Served(Client),
}

/// The tokens of a site on a node that serves nobody.
pub struct Stored {
    pub node: Box<Node>,
    pub site: SiteId,
}

impl Place {
    /// The tokens that are there.
    ///
    /// # Errors
    /// There is no store, a server holds it, it has no such site; or the server is not named, or is of another site.
    pub async fn open(self) -> Result<Tokens, Failure> {
        match &self.store {
            Some(store) => Self::stored(store.existing()?.open()?, self.site.as_deref()).await,
            None => self.served().await,
        }
    }

    /// As [`Self::open`], for what may be the first in a store, which is made if it is not there.
    ///
    /// # Errors
    /// As there.
    pub async fn open_or_make(self) -> Result<Tokens, Failure> {
        match &self.store {
            Some(store) => Self::stored(store.open()?, self.site.as_deref()).await,
            None => self.served().await,
        }
    }

    async fn stored(store: Arc<dyn Store>, site: Option<&str>) -> Result<Tokens, Failure> {
        let node = Box::new(Node::start(store, Arc::new(SystemClock)).await?);
        let name = site.unwrap_or(node::DEFAULT_SITE);
        let site = node.instance().site_named(name).map(|site| site.id);
        match site {
            Some(site) => Ok(Tokens::Stored(Stored { node, site })),
            None => {
                node.stop().await;
                Err(Failure::new(format!("there is no site named {name}")))
            }
        }
    }

    async fn served(self) -> Result<Tokens, Failure> {
        let client = self.connection.command_client()?;
        if let Some(site) = &self.site {
            confirm(&client, site).await?;
        }
        Ok(Tokens::Served(client))
    }
}

/// Whether the token that asks is of this site.
async fn confirm(client: &Client, site: &str) -> Result<(), Failure> {
    let sites = client.first_sites().await?;
    let hint = "leave --site out: a server serves the tokens of the site of the token that asks";
    match &sites.items[..] {
        [own] if fold(&own.name) == fold(site.trim()) => Ok(()),
        [own] => {
            Err(Failure::new(format!("the token is for the site {}, not for {site}", own.name)).hint(hint))
        }
        _ => {
            let message =
                format!("the token manages {} sites, and whether its own is {site} is not told", sites.total);
            Err(Failure::new(message).hint(hint))
        }
    }
}

impl Tokens {
    /// Lets go of the store.
    pub async fn close(self) {
        if let Self::Stored(stored) = self {
            stored.node.stop().await;
        }
    }
}

/// Who acts when nobody's token does.
pub fn request() -> Request {
    let actor = Owner::new("command-line").expect("a name of letters");
    Request { actor, request_id: "command-line".into() }
}
