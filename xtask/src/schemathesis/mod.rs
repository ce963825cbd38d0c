//! `cargo xtask schemathesis`: thousands of requests made from the API documents, right ones and wrong ones, to a
//! server that is started for it; every answer is held against the document.

mod python;

use std::fs;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::Path;

use serde_json::json;

use crate::cargo::{at_root, root};
use crate::failure::{Failure, Outcome};
use crate::run::api::Api;
use crate::run::server::{NO_PROXY, Server};
use crate::run::{example, simulate, token};
use crate::{binary, tools};

/// Where the server keeps its store and its log; made anew each time.
const DATA: &str = "target/schemathesis";
const CONFIG: &str = "xtask/src/schemathesis/schemathesis.toml";
/// In the configuration's words, so that the token stands in no list of processes.
const TOKEN: &str = "FLEETMARK_TOKEN";
const DOCUMENTS: [&str; 4] = ["alloyscan", "fleetmark", "netskope-v1", "netskope-v2"];
/// Change settings of a site and of the server, which may then answer nothing but that it has moved or is under
/// maintenance: tested last, alone.
const SETTINGS: (&str, [&str; 2]) = ("fleetmark", ["patchSite", "patchMaintenance"]);
const DEVICES: u32 = 50;
/// So many tags beside the example's: ids drawn at random are small, and some should be those of something.
const TAGS: usize = 20;

/// Tests the documents that a server serves. Without Python it says so and does nothing, except in CI.
///
/// # Errors
/// When an answer is not as documented, or in CI Python or its packages are missing.
pub fn run() -> Outcome {
    let Some(schemathesis) = python::schemathesis()? else { return Ok(()) };
    tools::check_for_build()?;
    let binary = binary::build_for_tests()?;
    let data = root().join(DATA);
    make_empty(&data)?;
    let token = token::load_or_make(&data)?;
    let any_port = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);
    let server = Server::start(&binary, &data, any_port, &token)?;
    fill(&Api::new(server.url(), &token))?;
    simulate(&binary, &data, server.url(), DEVICES)?;
    let url = |document| format!("{}/openapi/{document}.json", server.url());
    let (document, operations) = SETTINGS;
    let all = |flag| operations.map(|operation| [flag, operation]).concat();
    for document in DOCUMENTS {
        test(&schemathesis, &url(document), &all("--exclude-operation-id"), &token)?;
    }
    test(&schemathesis, &url(document), &all("--include-operation-id"), &token)?;
    server.stop()
}

/// Tests the operations of a document that are picked.
fn test(schemathesis: &Path, url: &str, picked: &[&str], token: &str) -> Outcome {
    let status = at_root(schemathesis)
        // It leaves folders of its own where it runs.
        .current_dir(root().join(DATA))
        .arg("--config-file")
        .arg(root().join(CONFIG))
        .args(["run", url])
        .args(picked)
        .env(TOKEN, token)
        .envs(NO_PROXY)
        .status()
        .map_err(|error| Failure::new(format!("cannot start schemathesis: {error}")))?;
    if status.success() {
        return Ok(());
    }
    let hint = "it says above which; mend the server, or what it says of itself beside its handlers";
    Err(Failure::new(format!("answers are not as {url} says")).with_hint(hint))
}

/// What requests can hit: classifications, rules and tags. They come faster than REST API v1 would answer them.
fn fill(api: &Api) -> Outcome {
    api.patch("/api/v1/sites/1", &json!({"settings": {"pacing": {"netskopeV1": null}}}))?;
    example::load(api)?;
    for number in 1..=TAGS {
        api.post("/api/v2/devices/device/tags", &json!({"name": format!("tag {number}")}))?;
    }
    let token = json!({"name": "partner", "role": "user", "areas": {"devices": "view"}});
    api.post("/api/v1/tokens", &token).map(drop)
}

fn make_empty(folder: &Path) -> Outcome {
    let made = match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => fs::create_dir_all(folder),
    };
    made.map_err(|error| Failure::new(format!("cannot make {} anew: {error}", folder.display())))
}
