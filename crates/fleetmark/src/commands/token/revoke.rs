//! `fleetmark token revoke`.

use std::io::{self, Write as _};

use clap::Args;
use domain::TokenId;
use site::instance::commands::RevokeToken;

use super::place::{Place, Stored, Tokens, request};
use crate::failure::Failure;

/// Revoke tokens: from the next request on they are refused
#[derive(Args)]
pub struct RevokeArgs {
    /// Their ids, as `token list` shows them
    #[arg(value_name = "ID", required = true)]
    ids: Vec<u32>,

    #[command(flatten)]
    place: Place,
}

/// One that cannot be revoked keeps none of the others.
pub async fn run(RevokeArgs { ids, place }: RevokeArgs) -> Result<(), Failure> {
    let tokens = place.open().await?;
    let mut failures = Vec::new();
    for id in ids {
        match revoke(&tokens, id).await {
            // Best effort: what is done is done, whoever hears of it.
            Ok(()) => drop(writeln!(io::stderr(), "token {id} is revoked")),
            Err(failure) => failures.push(failure),
        }
    }
    tokens.close().await;
    let Some(last) = failures.pop() else { return Ok(()) };
    for failure in failures {
        failure.report();
    }
    Err(last)
}

async fn revoke(tokens: &Tokens, id: u32) -> Result<(), Failure> {
    match tokens {
        Tokens::Stored(Stored { node, site }) => {
            let revoke = RevokeToken { site: *site, id: TokenId(id), by_global: true };
            node.run_instance(request(), revoke).await.map(drop).map_err(Failure::new)
        }
        Tokens::Served(client) => Ok(client.revoke_token(id).await?),
    }
}
