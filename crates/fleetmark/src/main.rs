//! The one binary: server, agent and command line. Data goes to standard output, talk to standard error.

mod commands;
mod failure;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use self::failure::Failure;

/// Commands are decided on one thread and freed on others, which the C library's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Keeps tags on devices and works out each device's classification from rules, live
#[derive(Parser)]
#[command(name = "fleetmark", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(commands::serve::ServeArgs),
    Agent(commands::agent::AgentArgs),
    Simulate(commands::simulate::SimulateArgs),
    #[command(subcommand)]
    Changes(commands::changes::ChangesCommand),
    #[command(subcommand)]
    Maintenance(commands::maintenance::MaintenanceCommand),
    #[command(subcommand)]
    Site(commands::site::SiteCommand),
    #[command(subcommand)]
    Token(commands::token::TokenCommand),
}

/// A thread for blocking work that has had none for so long ends. When one does, the allocator gives back to the system
/// what has been free for a second.
const KEEP_ALIVE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = match runtime.enable_all().thread_keep_alive(KEEP_ALIVE).build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::new(format!("the runtime does not start: {error}")).report(),
    };
    let ended = runtime.block_on(run(arguments.command));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(args) => commands::serve::run(args).await,
        Command::Agent(args) => Ok(commands::agent::run(args).await?),
        Command::Simulate(args) => Ok(commands::simulate::run(args).await?),
        Command::Changes(command) => commands::changes::run(command).await,
        Command::Maintenance(command) => commands::maintenance::run(command).await,
        Command::Site(command) => commands::site::run(command).await,
        Command::Token(command) => commands::token::run(command).await,
    }
}
