//! Tokens and query strings are in no log, and tokens in no file (DESIGN §6).

use std::path::Path;

use serde_json::json;

use crate::harness::{BOOTSTRAP_TOKEN, Process, Server, fleetmark};

#[test]
fn no_token_is_printed_or_stored_however_much_is_logged() {
    for format in ["text", "json"] {
        no_token_is_printed_or_stored(format);
    }
}

fn no_token_is_printed_or_stored(format: &str) {
    let mut server = Server::start_with(&[
        ("FLEETMARK_LOG_FORMAT", format),
        ("FLEETMARK_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN),
        ("RUST_LOG", "trace"),
        ("FLEETMARK_LOG", "trace"),
    ]);
    let made = server.make_token(json!({"name": "partner", "role": "user", "areas": {"devices": "view"}}));
    let wrong = "wrong-token-of-a-stranger-51d7";
    let commanded = create_by_command(&server);
    let (_, id, secret, access) = server.make_app(json!({"name": "nightly", "expiresIn": "1d"}));
    let tokens = [BOOTSTRAP_TOKEN, &made, wrong, &commanded, &secret, &access];
    for token in tokens {
        use_everywhere(&server, token);
        ask_for_access(&server, &id, token);
    }
    server.terminate();
    server.restart();
    for token in tokens {
        use_everywhere(&server, token);
    }
    server.kill9();

    let printed = server.printed();
    assert!(printed.contains("fleetmark::access"), "trace logs every request:\n{printed}");
    assert!(!printed.contains(QUERY), "a query string was printed as {format}:\n{printed}");
    for token in tokens {
        assert!(!printed.contains(token), "{token} was printed as {format}:\n{printed}");
        for file in files_below(server.folder()) {
            let bytes = std::fs::read(&file).unwrap();
            let found = bytes.windows(token.len()).any(|window| window == token.as_bytes());
            assert!(!found, "{token} is in {}", file.display());
        }
    }
}

/// The name of a parameter that stands for any query string.
const QUERY: &str = "query-that-nobody-logs";

/// As a header of either kind, on paths that let it in, refuse it, fail, and do not exist.
fn use_everywhere(server: &Server, token: &str) {
    for client in [
        server.with_token(token),
        server.without_token().with_header("Netskope-Api-Token", token),
        server.without_token().with_header("Authorization", &format!("Basic {token}")),
    ] {
        for path in ["/api/v2/deviceclassification/tags", "/api/v1/tokens", "/api/v2/nothing", "/readyz"] {
            client.get(path);
        }
        // In places where it does not belong.
        client.get(&format!("/api/v2/events/datasearch/clientstatus?{QUERY}={token}"));
        client.delete(&format!("/api/v1/tokens/{token}"));
        client.get(&format!("/api/v2/{token}/x"));
        client.clone().with_header("X-Request-Id", "-").get(&format!("/?token={token}"));
        client.post("/api/v2/devices/device/tags/gettags", json!({"limit": -1}));
        client.post("/api/v1/checkins", json!({}));
    }
}

/// As a client secret, where it is right and in places where it does not belong.
fn ask_for_access(server: &Server, id: &str, secret: &str) {
    let pair = format!("client_id={id}&client_secret={secret}");
    let anonymous = server.without_token();
    for form in [
        format!("grant_type=client_credentials&{pair}"),
        format!("grant_type={secret}&{pair}"),
        format!("grant_type=client_credentials&client_id={secret}&client_secret={id}"),
        format!("{pair}&{pair}"),
        format!("{secret}={secret}"),
    ] {
        for path in ["/api/oauth/token", "/identity-server/connect/token"] {
            anonymous.send_text("POST", path, "application/x-www-form-urlencoded", &form);
            anonymous.send_text("POST", path, "application/json", &form);
            anonymous.get(&format!("{path}?{QUERY}=1&{form}"));
        }
    }
}

fn create_by_command(server: &Server) -> String {
    let mut command = fleetmark(&["token", "create", "--server", server.base()]);
    command.args([
        "--site",
        "default",
        "--name",
        "by command",
        "--role",
        "administrator",
        "--expires",
        "never",
    ]);
    command.env("FLEETMARK_TOKEN", BOOTSTRAP_TOKEN).env("RUST_LOG", "trace").env("FLEETMARK_LOG", "trace");
    let finished = Process::start(command).wait();
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(!finished.stderr.contains(BOOTSTRAP_TOKEN), "{finished:?}");
    finished.stdout.trim().to_owned()
}

/// All files in a folder and in those below it.
pub fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}
