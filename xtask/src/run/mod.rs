//! `cargo xtask run`: from a clone to a server with a fleet and a tour of it, with one command.
//!
//! First part: check the tools and build. Second part, in a process that leaves Ctrl-C to the server
//! (`foreground`): start it, load the example, check in a fleet and this machine, show it all from real
//! answers, and stay until it is stopped. Everything is kept in `./data`, so the second time goes on there.

pub mod api;
pub mod example;
mod fleet;
mod foreground;
mod machine;
mod options;
mod port;
pub mod server;
pub mod token;
mod tour;

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use crate::cargo::{at_root, root};
use crate::failure::{Failure, Outcome};
use crate::held::Held;
use crate::{binary, clock, say, tools};
use api::Api;
use options::Options;
use server::Server;

/// Everything `run` keeps, relative to the root of the workspace; ignored by git.
const DATA: &str = "data";
const KEPT: &str = "the server has stopped; ./data is kept for the next time";

/// Builds, serves, shows.
///
/// # Errors
/// When a tool is missing, the build fails, or the server does not start or does not answer as documented.
pub fn run(arguments: &[String]) -> Outcome {
    let options = Options::parse(arguments)?;
    match &options.binary {
        Some(binary) => show(binary, &options),
        None => {
            tools::check_for_build()?;
            say::step("Building fleetmark (optimised; minutes the first time, seconds after)");
            let watch = clock::start();
            let binary = binary::build()?;
            say::note(&format!("built in {}", watch.text()));
            Err(foreground::replace_this_process(&binary, arguments))
        }
    }
}

fn show(binary: &Path, options: &Options) -> Outcome {
    let data = root().join(DATA);
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&data)
        .map_err(|error| Failure::new(format!("cannot make {}: {error}", data.display())))?;
    let token = token::load_or_make(&data)?;

    say::step("Starting the server");
    let server = Server::start(binary, &data, port::first_free()?, &token)?;
    say::note(&format!("listening on {}; its log: {DATA}/{}", server.url(), server::LOG));
    let api = Api::new(server.url(), &token);
    example::load(&api)?;

    say::step(&format!("Checking in {} simulated devices", options.devices));
    simulate(binary, &data, server.url(), options.devices)?;
    say::step("Checking in this machine");
    let machine = machine::check_in(binary, &api)?;
    tour::show(&api, &machine)?;

    if options.once {
        server.stop()?;
        say::note(KEPT);
        return Ok(());
    }
    let agent =
        Held::start("the agent", client(binary, &data, "agent", server.url()).stdout(std::io::stderr()))?;
    say::hint("this machine keeps checking in; Ctrl-C stops the server");
    let ended = server.wait();
    agent.stop()?;
    ended?;
    say::note(KEPT);
    Ok(())
}

/// Checks in simulated devices with the token in `data`.
///
/// # Errors
/// When not all of them could check in.
pub fn simulate(binary: &Path, data: &Path, url: &str, devices: u32) -> Outcome {
    let mut command = client(binary, data, "simulate", url);
    command.args(["--devices", &devices.to_string()]).stdout(std::io::stderr());
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("`fleetmark simulate` ended with {status}"))),
        Err(error) => Err(Failure::new(format!("cannot start `fleetmark simulate`: {error}"))),
    }
}

/// `fleetmark <command> --server URL --token-file data/token`.
fn client(binary: &Path, data: &Path, command: &str, url: &str) -> std::process::Command {
    let mut process = at_root(binary);
    process
        .args([command, "--server", url, "--token-file"])
        .arg(data.join(token::FILE))
        .envs(server::NO_PROXY);
    process
}
