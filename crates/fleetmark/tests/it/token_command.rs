//! `fleetmark token create` (decided.md "Management" and "Command line").

use serde_json::json;

use crate::harness::{BOOTSTRAP_TOKEN, Finished, Process, Server, fleetmark, message};

const OWNED_BY_ANN: [&str; 12] = [
    "--site",
    "default",
    "--name",
    "partner",
    "--owner",
    "ann@corp.example",
    "--role",
    "user",
    "--area",
    "devices=manage",
    "--expires",
    "30d",
];

/// `fleetmark token create` with these arguments before the common ones.
fn create(arguments: &[&str], token: Option<&str>) -> Finished {
    let mut command = fleetmark(&["token", "create"]);
    command.args(arguments).args(OWNED_BY_ANN);
    if let Some(token) = token {
        command.env("FLEETMARK_TOKEN", token);
    }
    Process::start(command).wait()
}

/// The token is alone on standard output and can do what it was made for and no more.
#[track_caller]
fn works(server: &Server, finished: &Finished) {
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let token = finished.stdout.strip_suffix('\n').expect("one line");
    assert!(!token.is_empty() && !token.contains(char::is_whitespace), "{finished:?}");
    assert!(!finished.stderr.contains(token), "{finished:?}");
    let client = server.with_token(token);
    client.post("/api/v2/devices/device/tags/gettags", json!({})).expect_status(200);
    client.get("/api/v2/deviceclassification/tags").expect(403, message(&[]));
}

#[test]
fn it_opens_a_store_that_no_server_holds() {
    let mut server = Server::start();
    server.terminate();
    let made = create(&["--store", &server.store()], None);
    server.restart();
    works(&server, &made);
}

#[test]
fn a_store_that_a_server_holds_is_refused_with_the_way_out() {
    let server = Server::start();
    let refused = create(&["--store", &server.store()], None);
    assert_ne!(refused.code, Some(0), "{refused:?}");
    assert!(refused.stdout.is_empty(), "{refused:?}");
    assert!(refused.stderr.contains("--server"), "{refused:?}");
}

#[test]
fn it_asks_a_running_server() {
    let server = Server::start();
    works(&server, &create(&["--server", server.base()], Some(BOOTSTRAP_TOKEN)));
    let file = server.folder().join("token");
    std::fs::write(&file, format!("{BOOTSTRAP_TOKEN}\n")).unwrap();
    let file = file.to_str().unwrap();
    works(&server, &create(&["--server", server.base(), "--token-file", file], None));
}

#[test]
fn a_refusal_of_the_server_is_told_without_the_token() {
    let server = Server::start();
    let refused = create(&["--server", server.base()], Some("not-a-token-of-this-server"));
    assert_ne!(refused.code, Some(0), "{refused:?}");
    assert!(refused.stdout.is_empty() && !refused.stderr.is_empty(), "{refused:?}");
    assert!(!refused.stderr.contains("not-a-token-of-this-server"), "{refused:?}");
}

#[test]
fn a_site_that_is_not_the_one_of_the_token_that_asks_is_refused() {
    let server = Server::start();
    let ask = |site: &[&str], token: &str| {
        let mut command = fleetmark(&["token", "create", "--server", server.base(), "--name", "partner"]);
        command.args(site).env("FLEETMARK_TOKEN", token);
        Process::start(command).wait()
    };
    let refused = ask(&["--site", "lab"], BOOTSTRAP_TOKEN);
    assert!(refused.code != Some(0) && refused.stdout.is_empty(), "{refused:?}");
    assert!(refused.stderr.contains("the token is for the site default, not for lab"), "{refused:?}");
    assert!(refused.stderr.contains("leave --site out"), "{refused:?}");
    assert_eq!(ask(&["--site", "Default"], BOOTSTRAP_TOKEN).code, Some(0));
    let lab = server.post("/api/v1/sites", json!({"name": "lab"})).expect_status(201).json();
    let lab = lab["token"]["token"].as_str().unwrap();
    assert_eq!(ask(&["--site", "lab"], lab).code, Some(0));
    assert_ne!(ask(&["--site", "default"], lab).code, Some(0));
    // A Global Administrator's token manages both, and which is its own is not told.
    let refused = ask(&["--site", "default"], BOOTSTRAP_TOKEN);
    assert!(refused.code != Some(0) && refused.stderr.contains("manages 2 sites"), "{refused:?}");
    assert_eq!(ask(&[], BOOTSTRAP_TOKEN).code, Some(0));
    let made = |client: &crate::harness::Client| client.get("/api/v1/tokens").json()["total"].clone();
    assert_eq!((made(&server), made(&server.with_token(lab))), (json!(2), json!(2)));
}
