//! `fleetmark maintenance`: keeping callers away while a site or the whole server is worked on.

use std::io::{self, Write as _};
use std::sync::Arc;

use clap::{Args, Subcommand};
use client::Client;
use domain::{Maintenance, Notice, Owner, RETRY_AFTER_MAX_SECONDS, SiteId, fold};
use node::{Node, Request, SystemClock};
use site::instance::commands::{ChangeAccess, ChangeMaintenance, ChangeSite};
use wire::sites::{PatchMaintenance, PatchSettings, PatchSite};

use super::connection::Connection;
use super::store_url::StoreUrl;
use crate::failure::Failure;

/// Have callers told that the server, or one of its sites, is under maintenance
#[derive(Subcommand)]
pub enum MaintenanceCommand {
    On(OnArgs),
    Off(OffArgs),
}

/// Answer every call with 503 until it is switched off
///
/// Whoever manages sites and this is answered all the same.
#[derive(Args)]
pub struct OnArgs {
    /// What callers are told besides [default: nothing]
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,

    /// In how many seconds callers are told to come again
    #[arg(long, value_name = "SECONDS", default_value_t = Maintenance::default().retry_after_seconds,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(RETRY_AFTER_MAX_SECONDS)))]
    retry_after: u32,

    #[command(flatten)]
    target: Target,
}

/// Answer calls again
#[derive(Args)]
pub struct OffArgs {
    #[command(flatten)]
    target: Target,
}

/// What is worked on, and where that is told.
#[derive(Args)]
struct Target {
    /// The site that is worked on [default: the whole server]
    #[arg(long, value_name = "NAME")]
    site: Option<String>,

    /// The store to note it in, which no server may hold; without it a running server is asked
    #[arg(long, value_name = "sqlite:PATH")]
    store: Option<StoreUrl>,

    #[command(flatten)]
    connection: Connection,
}

/// Runs a maintenance command, and prints what it did on standard output, as one line.
///
/// # Errors
/// What was asked for is malformed, or the store or the server refuses it.
pub async fn run(command: MaintenanceCommand) -> Result<(), Failure> {
    let (target, maintenance) = match command {
        MaintenanceCommand::On(args) => {
            let message = args.message.as_deref().map(Notice::new).transpose();
            let message = message.map_err(|error| Failure::new(error.at("--message").message))?;
            (args.target, Maintenance { on: true, message, retry_after_seconds: args.retry_after })
        }
        MaintenanceCommand::Off(args) => (args.target, Maintenance::default()),
    };
    let Target { site, store, connection } = target;
    let name = match store {
        Some(store) => set_in_store(&store, site.as_deref(), maintenance.clone()).await?,
        None => set_on_server(&connection.command_client()?, site.as_deref(), &maintenance).await?,
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{}", told(name.as_deref(), &maintenance)).and_then(|()| out.flush()).map_err(Failure::new)
}

/// What was done to the site of that name, or to the whole server.
fn told(site: Option<&str>, maintenance: &Maintenance) -> String {
    let what = site.map_or_else(|| "the server".to_owned(), |name| format!("site {name}"));
    if !maintenance.on {
        return format!("{what} is not under maintenance");
    }
    let seconds = maintenance.retry_after_seconds;
    let message = maintenance.message.as_ref().map_or_else(String::new, |message| format!(": {message}"));
    format!("{what} is under maintenance; callers are told to come again in {seconds} seconds{message}")
}

/// The name of the site that was changed, as the store has it.
async fn set_in_store(
    store: &StoreUrl,
    site: Option<&str>,
    maintenance: Maintenance,
) -> Result<Option<String>, Failure> {
    let node = Node::start(store.existing()?.open()?, Arc::new(SystemClock)).await?;
    let set = set_on_node(&node, site, maintenance.into()).await;
    node.stop().await;
    set
}

async fn set_on_node(
    node: &Node,
    site: Option<&str>,
    maintenance: ChangeMaintenance,
) -> Result<Option<String>, Failure> {
    let actor = Owner::new("command-line").expect("a name of letters");
    let request = Request { actor, request_id: "command-line".into() };
    let Some(name) = site else {
        node.run_instance(request, maintenance).await.map_err(Failure::new)?;
        return Ok(None);
    };
    let instance = node.instance();
    let known = instance.site_named(name).ok_or_else(|| unknown(name))?;
    let access = ChangeAccess { maintenance, ..ChangeAccess::default() };
    let change = ChangeSite { id: known.id, access, ..ChangeSite::default() };
    node.run_instance(request, change).await.map_err(Failure::new)?;
    Ok(Some(known.name.to_string()))
}

/// The name of the site that was changed, as the server has it.
async fn set_on_server(
    client: &Client,
    site: Option<&str>,
    maintenance: &Maintenance,
) -> Result<Option<String>, Failure> {
    let change = PatchMaintenance {
        on: Some(maintenance.on),
        message: Some(maintenance.message.as_ref().map(ToString::to_string)),
        retry_after: Some(maintenance.retry_after_seconds.into()),
    };
    let Some(name) = site else {
        client.change_maintenance(&change).await?;
        return Ok(None);
    };
    let (id, name) = find(client, name).await?;
    let settings = PatchSettings { maintenance: Some(Some(change)), ..PatchSettings::default() };
    client.change_site(id.0, &PatchSite { settings: Some(settings) }).await?;
    Ok(Some(name))
}

/// The site of that name, whatever its case, among those that the token manages.
async fn find(client: &Client, name: &str) -> Result<(SiteId, String), Failure> {
    let wanted = fold(name.trim());
    let mut seen = 0;
    loop {
        let page = client.sites(seen).await?;
        seen += page.items.len();
        let is_last = page.items.is_empty() || seen >= page.total;
        if let Some(site) = page.items.into_iter().find(|site| fold(&site.name) == wanted) {
            return Ok((SiteId(site.id), site.name));
        }
        if is_last {
            return Err(unknown(name).hint("a token finds the sites that it manages"));
        }
    }
}

fn unknown(name: &str) -> Failure {
    Failure::new(format!("there is no site named {name}"))
}
