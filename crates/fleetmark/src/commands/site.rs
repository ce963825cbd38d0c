//! `fleetmark site`: adding sites.

use std::io::{self, Write as _};
use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::{Owner, TagName};
use node::{Node, Request, SystemClock};
use server::TokenText;
use site::instance::commands::AddSite;
use wire::sites::NewSite;

use super::connection::Connection;
use super::store_url::StoreUrl;
use crate::failure::Failure;

/// Add sites
#[derive(Subcommand)]
pub enum SiteCommand {
    Create(CreateArgs),
}

/// Add a site and print the token of its first administrator, alone, on standard output: it is shown only now
///
/// A running server asks for the token of a Global Administrator.
#[derive(Args)]
pub struct CreateArgs {
    /// What it is called, unique whatever its case
    #[arg(value_name = "NAME")]
    name: String,

    /// The store to add it to, which no server may hold; without it a running server is asked
    #[arg(long, value_name = "sqlite:PATH")]
    store: Option<StoreUrl>,

    #[command(flatten)]
    connection: Connection,
}

/// Runs a site command.
///
/// # Errors
/// What was asked for is malformed, or the store or the server refuses it.
pub async fn run(command: SiteCommand) -> Result<(), Failure> {
    let SiteCommand::Create(args) = command;
    let token = match &args.store {
        Some(store) => create_in_store(store, &args.name).await?,
        None => {
            let client = args.connection.command_client()?;
            client.create_site(&NewSite { name: args.name }).await?.token.token
        }
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{token}").and_then(|()| out.flush()).map_err(Failure::new)
}

async fn create_in_store(store: &StoreUrl, name: &str) -> Result<String, Failure> {
    let name = TagName::new(name).map_err(|error| Failure::new(error.at("NAME").message))?;
    let node = Arc::new(Node::start(store.open()?, Arc::new(SystemClock)).await?);
    let text = TokenText::generate();
    let actor = Owner::new("command-line").expect("a name of letters");
    let request = Request { actor, request_id: "command-line".into() };
    let add = AddSite { name, administrator: Some(text.hash()) };
    let added = node.add_site(request, add).await;
    node.stop().await;
    added.map_err(Failure::new)?;
    Ok(text.as_str().to_owned())
}
