//! `fleetmark token list`.

use clap::Args;
use node::Credential;
use wire::management::Token;

use super::place::{Place, Stored, Tokens};
use super::{print, table};
use crate::failure::Failure;

/// List the tokens of a site, without the tokens themselves
#[derive(Args)]
pub struct ListArgs {
    #[command(flatten)]
    place: Place,

    /// Print them as JSON, as the items of GET /api/v1/tokens
    #[arg(long)]
    json: bool,
}

pub async fn run(ListArgs { place, json }: ListArgs) -> Result<(), Failure> {
    let tokens = place.open().await?;
    let all = match &tokens {
        Tokens::Stored(stored) => Ok(all(stored)),
        Tokens::Served(client) => client.tokens().await,
    };
    tokens.close().await;
    let all = all?;
    if json {
        return print(serde_json::to_string_pretty(&all).map_err(Failure::new)?);
    }
    print(table::of(&all))
}

fn all(Stored { node, site }: &Stored) -> Vec<Token> {
    let shown = |token: &site::instance::Token| {
        server::token_shown(token, node.last_use(Credential::Token(token.id)).as_ref())
    };
    node.instance().tokens_of(*site).map(shown).collect()
}
