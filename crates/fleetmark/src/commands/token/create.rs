//! `fleetmark token create`.

use clap::Args;
use domain::{Areas, Owner, Role, SiteId, TagName, Timestamp, TokenFields};
use node::{Node, Request};
use server::TokenText;
use site::instance::commands::CreateToken;
use wire::management::NewToken;

use super::place::{Place, Tokens};
use super::{print, terms};
use crate::failure::Failure;

/// Make a token and print it, alone, on standard output: it is shown only now
#[derive(Args)]
pub struct CreateArgs {
    #[command(flatten)]
    place: Place,

    #[command(flatten)]
    terms: Terms,
}

#[derive(Args)]
struct Terms {
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

pub async fn run(CreateArgs { place, terms }: CreateArgs) -> Result<(), Failure> {
    let tokens = place.open_or_make().await?;
    let token = create(&tokens, terms).await;
    tokens.close().await;
    print(token?)
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

async fn create(tokens: &Tokens, terms: Terms) -> Result<String, Failure> {
    match tokens {
        Tokens::Stored(stored) => make(&stored.node, stored.site, terms.fields(stored.node.now())?).await,
        Tokens::Served(client) => Ok(client.create_token(&terms.body()?).await?.token),
    }
}

async fn make(node: &Node, site: SiteId, fields: TokenFields) -> Result<String, Failure> {
    let text = TokenText::generate();
    let request = Request { actor: fields.owner.clone(), request_id: "command-line".into() };
    node.run_instance(request, CreateToken { site, hash: text.hash(), fields, by_global: true })
        .await
        .map_err(Failure::new)?;
    Ok(text.as_str().to_owned())
}

impl Terms {
    fn fields(&self, now: Timestamp) -> Result<TokenFields, Failure> {
        Ok(TokenFields {
            areas: terms::areas(&self.areas)?,
            expires_at: terms::lifetime(&self.expires)?.ends(now),
            name: terms::name(&self.name)?,
            owner: terms::owner(self.owner.as_deref().unwrap_or(&self.name))?,
            role: terms::role(&self.role)?,
            global: self.global,
        })
    }

    fn body(self) -> Result<NewToken, Failure> {
        Ok(NewToken {
            areas: Some(terms::area_levels(&self.areas)?),
            name: self.name,
            owner: self.owner,
            role: self.role,
            global_administrator: self.global.then_some(true),
            expires_at: None,
            expires_in: Some(self.expires),
        })
    }
}
