//! `fleetmark token list`, `change` and `revoke`, over a server and in a store that no server holds.

use serde_json::{Value, json};

use crate::harness::{BOOTSTRAP_TOKEN, Finished, Process, Server, fleetmark, our_error};

const PATH: &str = "/api/v1/tokens";

/// `fleetmark token` with these arguments, and where the tokens are.
fn token(arguments: &[&str], place: &[&str]) -> Finished {
    let mut command = fleetmark(&["token"]);
    command.args(arguments).args(place).env("FLEETMARK_TOKEN", BOOTSTRAP_TOKEN);
    Process::start(command).wait()
}

/// What it prints on standard output when it succeeds.
#[track_caller]
fn told(arguments: &[&str], place: &[&str]) -> String {
    let finished = token(arguments, place);
    assert_eq!(finished.code, Some(0), "{arguments:?} {finished:?}");
    finished.stdout
}

#[track_caller]
fn refused(arguments: &[&str], place: &[&str], why: &str) {
    let finished = token(arguments, place);
    assert!(finished.code != Some(0) && finished.stdout.is_empty(), "{arguments:?} {finished:?}");
    assert!(finished.stderr.contains(why), "{arguments:?} {finished:?}");
}

/// Tokens 1 (of a user), 2 and 3; the text of the first.
fn make_three(server: &Server) -> String {
    let body = json!({"name": "partner", "owner": "ann@corp.example", "role": "user",
        "areas": {"devices": "manage"}, "expiresIn": "30d"});
    let text = server.make_token(body);
    for name in ["second", "third"] {
        server.make_token(json!({"name": name, "role": "administrator"}));
    }
    text
}

/// The whole life of a token, where `place` says.
fn manage(place: &[&str]) {
    let listed = |arguments: &[&str]| -> Value {
        let json = told(&[&["list", "--json"], arguments].concat(), place);
        serde_json::from_str(&json).unwrap()
    };
    let shown = listed(&[]);
    assert_eq!(shown.as_array().unwrap().len(), 3);
    assert_eq!(shown[0]["areas"], json!({"devices": "manage"}));
    assert_eq!(
        (&shown[0]["lastUsedBy"], &shown[0]["lastUsedFrom"]),
        (&json!("Acme-sync-1.0"), &json!("127.0.0.1"))
    );

    let table = told(&["list"], place);
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    assert!(lines[0].starts_with("ID  NAME     OWNER"), "{table}");
    for part in ["1   partner  ann@corp.example", "devices=manage", "127.0.0.1  Acme-sync-1.0"] {
        assert!(lines[1].contains(part), "{table}");
    }
    assert!(lines[2].contains("second") && lines[2].contains("never  "), "{table}");

    let changed = told(
        &["change", "1", "--name", "other", "--owner", "bob", "--area", "cci=view", "--area", "devices=view"],
        place,
    );
    assert!(changed.contains("other") && changed.contains("cci=view,devices=view"), "{changed}");
    told(&["change", "1", "--expires", "never", "--role", "administrator"], place);
    let shown = listed(&[])[0].clone();
    assert_eq!(
        (&shown["owner"], &shown["role"], &shown["expiresAt"]),
        (&json!("bob"), &json!("administrator"), &Value::Null)
    );
    assert_eq!(shown["areas"], json!({"cci": "view", "devices": "view"}), "what is not said stays");
    for life in ["12h", "30d", "4w", "6M"] {
        told(&["change", "1", "--expires", life, "--role", "user"], place);
        assert!(listed(&[])[0]["expiresAt"].is_string(), "{life}");
    }
    refused(&["change", "1", "--expires", "soon"], place, "must be a number with h, d, w or M");
    refused(&["change", "1", "--role", "king"], place, "must be administrator or user");
    refused(&["change", "1", "--area", "devices"], place, "AREA=LEVEL");
    refused(&["change", "9", "--name", "x"], place, "token 9 does not exist");
    refused(&["change", "1"], place, "--expires");
    refused(&["revoke"], place, "<ID>");

    // One that is not there keeps none of the others.
    refused(&["revoke", "2", "9", "3"], place, "token 9 does not exist");
    let left: Vec<_> = listed(&[]).as_array().unwrap().iter().map(|token| token["id"].clone()).collect();
    assert_eq!(left, [json!(1)]);
    let revoked = token(&["revoke", "1"], place);
    assert_eq!((revoked.code, revoked.stderr.as_str()), (Some(0), "token 1 is revoked\n"), "{revoked:?}");
    assert_eq!(listed(&[]), json!([]));
}

#[test]
fn a_servers_tokens_are_managed_over_the_api() {
    let server = Server::start();
    let text = make_three(&server);
    let partner = server.with_token(&text).with_header("User-Agent", "Acme-sync-1.0");
    partner.get("/api/v1/devices").expect_status(200);
    manage(&["--server", server.base()]);
    partner.get("/api/v1/devices").expect(401, our_error(&[]));
}

#[test]
fn those_of_a_store_are_managed_while_no_server_holds_it() {
    let mut server = Server::start();
    let text = make_three(&server);
    server.with_token(&text).with_header("User-Agent", "Acme-sync-1.0").get(PATH).expect_status(403);
    let store = server.store();
    let place = ["--store", &store];
    for arguments in [&["list"][..], &["change", "1", "--name", "x"], &["revoke", "1"]] {
        refused(arguments, &place, "--server");
    }
    server.terminate();
    manage(&place);
    server.restart();
    server.with_token(&text).get(PATH).expect(401, our_error(&[]));
    // Whoever did it has a name in the change log.
    let changes = server.get("/api/v1/changes?object=token&change=Deleted").expect_status(200).json();
    assert_eq!(
        (&changes["total"], &changes["items"][0]["user"]),
        (&json!(3), &json!("command-line")),
        "{changes}"
    );
}

#[test]
fn a_store_that_is_not_there_is_not_made_and_a_site_is_named() {
    let mut server = Server::start();
    server.post("/api/v1/sites", json!({"name": "lab"})).expect_status(201);
    server.terminate();
    let missing = server.folder().join("none.db");
    let place = format!("sqlite:{}", missing.display());
    refused(&["list"], &["--store", &place], "there is no store at");
    assert!(!missing.exists());
    let store = server.store();
    refused(&["list"], &["--store", &store, "--site", "moon"], "there is no site named moon");
    let lab = told(&["list"], &["--store", &store, "--site", "lab"]);
    assert!(lab.contains("first administrator") && lab.lines().count() == 2, "{lab}");
    assert_eq!(told(&["list"], &["--store", &store]).lines().count(), 1);
}
