//! `fleetmark maintenance` (decided.md "Command line").

use serde_json::{Value, json};

use crate::harness::{BOOTSTRAP_TOKEN, Finished, Process, Server, fleetmark};

fn command(arguments: &[&str], target: &[&str], token: &str) -> Finished {
    let mut command = fleetmark(&["maintenance"]);
    command.args(arguments).args(target).env("FLEETMARK_TOKEN", token);
    Process::start(command).wait()
}

/// It did what was asked, and said so in this line.
#[track_caller]
fn said(finished: &Finished, line: &str) {
    assert_eq!(
        (finished.code, finished.stdout.as_str()),
        (Some(0), format!("{line}\n").as_str()),
        "{finished:?}"
    );
}

/// It did nothing, and said why.
#[track_caller]
fn refused(finished: &Finished, why: &str) {
    assert!(finished.code != Some(0) && finished.stdout.is_empty(), "{finished:?}");
    assert!(finished.stderr.contains(why) && !finished.stderr.contains(BOOTSTRAP_TOKEN), "{finished:?}");
}

fn of_server(server: &Server) -> Value {
    server.get("/api/v1/maintenance").expect_status(200).json()
}

fn of_site(server: &Server, id: u32) -> Value {
    let site = server.get(&format!("/api/v1/sites/{id}")).expect_status(200).json();
    site["settings"]["maintenance"].clone()
}

fn none() -> Value {
    json!({"on": false, "message": null, "retryAfter": 120})
}

#[test]
fn it_asks_a_running_server() {
    let server = Server::start();
    let other = server.post("/api/v1/sites", json!({"name": "Büro 2"})).expect_status(201).json();
    let run = |arguments: &[&str]| command(arguments, &["--server", server.base()], BOOTSTRAP_TOKEN);

    let on = run(&["on", "--message", "moving house", "--retry-after", "60"]);
    said(&on, "the server is under maintenance; callers are told to come again in 60 seconds: moving house");
    assert_eq!(of_server(&server), json!({"on": true, "message": "moving house", "retryAfter": 60}));
    server.get("/api/v1/devices").expect_status(503);
    // What is not said again does not stay.
    said(&run(&["on"]), "the server is under maintenance; callers are told to come again in 120 seconds");
    assert_eq!(of_server(&server), json!({"on": true, "message": null, "retryAfter": 120}));
    run(&["on", "--message", "tea", "--retry-after", "9"]);
    said(&run(&["off"]), "the server is not under maintenance");
    assert_eq!(of_server(&server), none());
    server.get("/api/v1/devices").expect_status(200);

    // A site by its name, whatever its case.
    let on = run(&["on", "--site", " büro 2", "--message", "tea"]);
    said(&on, "site Büro 2 is under maintenance; callers are told to come again in 120 seconds: tea");
    assert_eq!(of_site(&server, 2), json!({"on": true, "message": "tea", "retryAfter": 120}));
    assert_eq!((of_server(&server), of_site(&server, 1)), (none(), none()));
    // Its administrator may, and sees no other.
    let token = other["token"]["token"].as_str().unwrap();
    let run = |arguments: &[&str]| command(arguments, &["--server", server.base()], token);
    said(&run(&["off", "--site", "BÜRO 2"]), "site Büro 2 is not under maintenance");
    assert_eq!(of_site(&server, 2), none());
    refused(&run(&["on", "--site", "default"]), "there is no site named default");
    refused(&run(&["on"]), "Global Administrator");
    assert_eq!((of_server(&server), of_site(&server, 1)), (none(), none()));
}

#[test]
fn it_opens_a_store_that_no_server_holds() {
    let mut server = Server::start();
    let store = server.store();
    let run = |arguments: &[&str]| command(arguments, &["--store", &store], "");
    refused(&run(&["on"]), "--server");
    server.terminate();
    said(
        &run(&["on", "--message", "moving house"]),
        "the server is under maintenance; callers are told to come again in 120 seconds: moving house",
    );
    let on = run(&["on", "--site", "Default", "--retry-after", "9"]);
    said(&on, "site default is under maintenance; callers are told to come again in 9 seconds");
    refused(&run(&["off", "--site", "nowhere"]), "there is no site named nowhere");
    server.restart();
    assert_eq!(of_server(&server), json!({"on": true, "message": "moving house", "retryAfter": 120}));
    assert_eq!(of_site(&server, 1), json!({"on": true, "message": null, "retryAfter": 9}));
    server.terminate();
    said(&run(&["off"]), "the server is not under maintenance");
    said(&run(&["off", "--site", "default"]), "site default is not under maintenance");
    server.restart();
    assert_eq!((of_server(&server), of_site(&server, 1)), (none(), none()));
    let log = server.get("/api/v1/changes?object=server").expect_status(200).json();
    assert_eq!((&log["total"], &log["items"][0]["user"]), (&json!(2), &json!("command-line")), "{log}");
}

#[test]
fn what_is_malformed_is_refused_by_its_flag() {
    let server = Server::start();
    let run = |arguments: &[&str]| command(arguments, &["--server", server.base()], BOOTSTRAP_TOKEN);
    refused(&run(&["on", "--message", ""]), "--message");
    refused(&run(&["on", "--message", &"x".repeat(256)]), "--message");
    for seconds in ["0", "86401", "soon"] {
        refused(&run(&["on", "--retry-after", seconds]), "--retry-after");
    }
    refused(&run(&["off", "--message", "tea"]), "--message");
    refused(&run(&[]), "on");
    assert_eq!(of_server(&server), none());
}
