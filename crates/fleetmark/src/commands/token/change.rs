//! `fleetmark token change`.

use clap::Args;
use domain::TokenId;
use node::Credential;
use site::instance::commands::ChangeToken;
use wire::management::{PatchToken, Token};

use super::place::{Place, Stored, Tokens, request};
use super::{print, table, terms};
use crate::failure::Failure;

/// Change what a token may do, for how long, and whose it is; the token itself stays
#[derive(Args)]
pub struct ChangeArgs {
    /// Its id, as `token list` shows it
    #[arg(value_name = "ID")]
    id: u32,

    #[command(flatten)]
    place: Place,

    #[command(flatten)]
    terms: Terms,
}

#[derive(Args)]
#[group(required = true, multiple = true)]
struct Terms {
    /// What it is for
    #[arg(long)]
    name: Option<String>,

    /// Who answers for what is done with it: an e-mail address or a name
    #[arg(long)]
    owner: Option<String>,

    /// administrator (every area, and management) or user (the areas given)
    #[arg(long)]
    role: Option<String>,

    /// An area and a level (view or manage), once for each area: in the place of all that it has
    #[arg(long = "area", value_name = "AREA=LEVEL")]
    areas: Vec<String>,

    /// How long it is good from now on: 12h, 30d, 4w, 6M or never
    #[arg(long, value_name = "TIME")]
    expires: Option<String>,
}

pub async fn run(ChangeArgs { id, place, terms }: ChangeArgs) -> Result<(), Failure> {
    let tokens = place.open().await?;
    let changed = change(&tokens, id, &terms).await;
    tokens.close().await;
    print(table::of(&[changed?]))
}

async fn change(tokens: &Tokens, id: u32, terms: &Terms) -> Result<Token, Failure> {
    match tokens {
        Tokens::Stored(stored) => change_stored(stored, TokenId(id), terms).await,
        Tokens::Served(client) => Ok(client.change_token(id, &terms.body()?).await?),
    }
}

async fn change_stored(stored: &Stored, id: TokenId, terms: &Terms) -> Result<Token, Failure> {
    let Stored { node, .. } = stored;
    let done = node.run_instance(request(), terms.command(stored, id)?).await.map_err(Failure::new)?;
    let changed = done.state.token_by_id(id).expect("a token that was changed is there");
    Ok(server::token_shown(changed, node.last_use(Credential::Token(id)).as_ref()))
}

impl Terms {
    fn command(&self, Stored { node, site }: &Stored, id: TokenId) -> Result<ChangeToken, Failure> {
        let lifetime = self.expires.as_deref().map(terms::lifetime).transpose()?;
        Ok(ChangeToken {
            site: *site,
            id,
            name: self.name.as_deref().map(terms::name).transpose()?,
            owner: self.owner.as_deref().map(terms::owner).transpose()?,
            role: self.role.as_deref().map(terms::role).transpose()?,
            areas: self.said_areas().map(terms::areas).transpose()?,
            global: None,
            expires_at: lifetime.map(|lifetime| lifetime.ends(node.now())),
            by_global: true,
        })
    }

    fn body(&self) -> Result<PatchToken, Failure> {
        Ok(PatchToken {
            name: self.name.clone(),
            owner: self.owner.clone(),
            role: self.role.clone(),
            areas: self.said_areas().map(terms::area_levels).transpose()?,
            global_administrator: None,
            expires_at: None,
            expires_in: self.expires.clone(),
        })
    }

    fn said_areas(&self) -> Option<&[String]> {
        Some(&self.areas[..]).filter(|areas| !areas.is_empty())
    }
}
