//! `fleetmark token`: making tokens.

use std::io::{self, Write as _};
use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::{Area, Areas, Level, Lifetime, Owner, Role, SiteId, TagName, TokenFields, Violation};
use node::{Node, Request, SystemClock};
use server::TokenText;
use site::instance::commands::CreateToken;
use wire::management::{AreaLevels, NewToken};

use super::connection::Connection;
use super::store_url::StoreUrl;
use crate::failure::Failure;

/// Make tokens
#[derive(Subcommand)]
pub enum TokenCommand {
    Create(CreateArgs),
}

/// Make a token and print it, alone, on standard output: it is shown only now
#[derive(Args)]
pub struct CreateArgs {
    /// The store to make it in, which no server may hold; without it a running server is asked
    #[arg(long, value_name = "sqlite:PATH")]
    store: Option<StoreUrl>,

    #[command(flatten)]
    connection: Connection,

    /// The site it is for; a server makes it for the site of the token that asks
    #[arg(long, value_name = "NAME", default_value = node::DEFAULT_SITE)]
    site: String,

    /// What it is for
    #[arg(long)]
    name: String,

    /// Who answers for what is done with it: an e-mail address or a name [default: the name]
    #[arg(long)]
    owner: Option<String>,

    /// administrator (every area, and management) or user (the areas given)
    #[arg(long, default_value = "user")]
    role: String,

    /// Let its holder manage the sites of the instance too, as a Global Administrator
    #[arg(long)]
    global: bool,

    /// An area and a level (view or manage), once for each area: device_classification, devices, client_status, cci,
    /// decisions
    #[arg(long = "area", value_name = "AREA=LEVEL")]
    areas: Vec<String>,

    /// How long it is good: 12h, 30d, 4w, 6M or never
    #[arg(long, value_name = "TIME", default_value = "never")]
    expires: String,
}

/// Runs a token command.
///
/// # Errors
/// What was asked for is malformed, or the store or the server refuses it.
pub async fn run(command: TokenCommand) -> Result<(), Failure> {
    let TokenCommand::Create(args) = command;
    let token = match &args.store {
        Some(store) => create_in_store(store, &args).await?,
        None => create_on_server(args).await?,
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{token}").and_then(|()| out.flush()).map_err(Failure::new)
}

/// Makes the first token: of an administrator of a site who is a Global Administrator too, on a node that is not serving yet.
///
/// # Errors
/// When the store does not take it.
pub async fn make_first(node: &Node, site: SiteId) -> Result<String, Failure> {
    let fields = TokenFields {
        name: TagName::new("bootstrap").expect("a name of letters"),
        owner: Owner::new("bootstrap").expect("a name of letters"),
        role: Role::Administrator,
        areas: Areas::default(),
        global: true,
        expires_at: None,
    };
    make(node, site, fields).await
}

async fn create_in_store(store: &StoreUrl, args: &CreateArgs) -> Result<String, Failure> {
    let node = Node::start(store.open()?, Arc::new(SystemClock)).await?;
    let made = async {
        let site = node.instance().site_named(&args.site).map(|site| site.id);
        let site = site.ok_or_else(|| Failure::new(format!("there is no site named {}", args.site)))?;
        make(&node, site, fields(args, &node)?).await
    };
    let made = made.await;
    node.stop().await;
    made
}

async fn make(node: &Node, site: SiteId, fields: TokenFields) -> Result<String, Failure> {
    let text = TokenText::generate();
    let request = Request { actor: fields.owner.clone(), request_id: "command-line".into() };
    node.run_instance(request, CreateToken { site, hash: text.hash(), fields, by_global: true })
        .await
        .map_err(Failure::new)?;
    Ok(text.as_str().to_owned())
}

fn fields(args: &CreateArgs, node: &Node) -> Result<TokenFields, Failure> {
    let refused = |violation: Violation| Failure::new(violation.message);
    let mut areas = Areas::default();
    for (area, level) in levels(&args.areas)? {
        let area = Area::new(&area).map_err(|error| refused(error.at("--area")))?;
        areas = areas.with(area, Level::new(&level).map_err(|error| refused(error.at("--area")))?);
    }
    let lifetime = Lifetime::new(&args.expires).map_err(|error| refused(error.at("--expires")))?;
    let owner = args.owner.as_deref().unwrap_or(&args.name);
    Ok(TokenFields {
        name: TagName::new(&args.name).map_err(|error| refused(error.at("--name")))?,
        owner: Owner::new(owner).map_err(|error| refused(error.at("--owner")))?,
        role: Role::new(&args.role).map_err(|error| refused(error.at("--role")))?,
        areas,
        global: args.global,
        expires_at: lifetime.ends(node.now()),
    })
}

async fn create_on_server(args: CreateArgs) -> Result<String, Failure> {
    let areas = AreaLevels(levels(&args.areas)?.into_iter().collect());
    let token = NewToken {
        name: args.name,
        owner: args.owner,
        role: args.role,
        areas: Some(areas),
        global_administrator: args.global.then_some(true),
        expires_at: None,
        expires_in: Some(args.expires),
    };
    Ok(args.connection.client("command-line")?.create_token(&token).await?.token)
}

fn levels(areas: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let split = |area: &String| area.split_once('=').map(|(area, level)| (area.to_owned(), level.to_owned()));
    let levels: Option<Vec<_>> = areas.iter().map(split).collect();
    levels.ok_or_else(|| Failure::new("--area must be AREA=LEVEL, such as devices=manage"))
}
