//! `fleetmark token`: making, listing, changing and revoking tokens.

mod change;
mod create;
mod list;
mod place;
mod revoke;
mod table;
mod terms;

use std::fmt;
use std::io::{self, Write as _};

use clap::Subcommand;

pub use self::create::make_first;
use crate::failure::Failure;

/// Make, list, change and revoke tokens
#[derive(Subcommand)]
pub enum TokenCommand {
    Create(create::CreateArgs),
    List(list::ListArgs),
    Change(change::ChangeArgs),
    Revoke(revoke::RevokeArgs),
}

/// Runs a token command.
///
/// # Errors
/// What was asked for is malformed, or the store or the server refuses it.
pub async fn run(command: TokenCommand) -> Result<(), Failure> {
    match command {
        TokenCommand::Create(args) => create::run(args).await,
        TokenCommand::List(args) => list::run(args).await,
        TokenCommand::Change(args) => change::run(args).await,
        TokenCommand::Revoke(args) => revoke::run(args).await,
    }
}

/// Prints what was asked for on standard output.
fn print(text: impl fmt::Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(Failure::new)
}
