//! HTTPS (DESIGN §7; netskope-v2 §10: clients of these APIs speak TLS only and take a private CA).

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{BOOTSTRAP_TOKEN, Finished, Process, fleetmark, until};

/// Writes a new certificate of its own authority and its key.
fn certify(folder: &Path) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
}

fn serve(folder: &Path) -> Process {
    let store = format!("sqlite:{}", folder.join("f.db").display());
    let mut command = fleetmark(&["serve", "--listen", "127.0.0.1:0", "--store", &store]);
    command.arg("--tls-cert").arg(folder.join("cert.pem")).arg("--tls-key").arg(folder.join("key.pem"));
    command.env("FLEETMARK_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN);
    Process::start(command)
}

/// Has the agent check in once, trusting the authority in `ca` alone.
fn check_in(server: &str, folder: &Path, ca: &str) -> Finished {
    let mut command = fleetmark(&["agent", "--once", "--json", "--server", server]);
    command.arg("--ca-cert").arg(folder.join(ca)).arg("--state-dir").arg(folder.join("state"));
    command.env("FLEETMARK_TOKEN", BOOTSTRAP_TOKEN);
    Process::start(command).wait()
}

#[test]
fn https_is_served_and_a_hangup_has_the_certificate_read_anew() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    certify(folder);
    let mut process = serve(folder);
    let server = format!("https://{}", process.wait_for_line("listening on https://").unwrap());
    let first = check_in(&server, folder, "cert.pem");
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.stdout.contains(r#""status":"Not Configured""#), "{first:?}");

    std::fs::rename(folder.join("cert.pem"), folder.join("old.pem")).unwrap();
    certify(folder);
    assert_eq!(check_in(&server, folder, "old.pem").code, Some(0));
    assert_ne!(check_in(&server, folder, "cert.pem").code, Some(0));
    process.signal("HUP");
    until("the new certificate", || (check_in(&server, folder, "cert.pem").code == Some(0)).then_some(()));
    assert_ne!(check_in(&server, folder, "old.pem").code, Some(0));

    std::fs::write(folder.join("key.pem"), "no key").unwrap();
    process.signal("HUP");
    until("the refusal in the log", || process.printed().contains("stay as they were").then_some(()));
    assert_eq!(check_in(&server, folder, "cert.pem").code, Some(0));

    process.signal("TERM");
    assert_eq!(process.wait().code, Some(0));
}

#[test]
fn where_a_token_is_used_from_is_known_behind_tls_too() {
    let folder = TempDir::new().unwrap();
    certify(folder.path());
    let mut process = serve(folder.path());
    let server = format!("https://{}", process.wait_for_line("listening on https://").unwrap());
    let token = |arguments: &[&str], token: &str| {
        let mut command = fleetmark(&["token"]);
        command.args(arguments).args(["--server", &server, "--ca-cert"]).arg(folder.path().join("cert.pem"));
        command.env("FLEETMARK_TOKEN", token);
        let finished = Process::start(command).wait();
        assert_eq!(finished.code, Some(0), "{finished:?}");
        finished.stdout
    };
    let made = token(&["create", "--name", "partner", "--role", "administrator"], BOOTSTRAP_TOKEN);
    let listed: Value = serde_json::from_str(&token(&["list", "--json"], made.trim_end())).unwrap();
    assert_eq!(listed[0]["lastUsedFrom"], "127.0.0.1", "{listed}");
    let agent = listed[0]["lastUsedBy"].as_str().unwrap();
    assert!(agent.starts_with("Fleetmark-command-line-"), "{agent}");
}

#[test]
fn clients_that_are_silent_hold_up_no_other() {
    let folder = TempDir::new().unwrap();
    certify(folder.path());
    let mut process = serve(folder.path());
    let address = process.wait_for_line("listening on https://").unwrap();
    let silent: Vec<_> = (0..300).map(|_| TcpStream::connect(&address).unwrap()).collect();
    let answered = check_in(&format!("https://{address}"), folder.path(), "cert.pem");
    assert_eq!(answered.code, Some(0), "{answered:?}");
    for mut connection in &silent {
        connection.set_nonblocking(true).unwrap();
        let waits = connection.read(&mut [0]).expect_err("nothing was asked for");
        assert_eq!(waits.kind(), ErrorKind::WouldBlock, "its handshake is not over");
    }
}

#[test]
fn a_certificate_without_its_key_is_refused_before_anything_is_served() {
    let folder = TempDir::new().unwrap();
    certify(folder.path());
    std::fs::write(folder.path().join("key.pem"), "no key").unwrap();
    let refused = serve(folder.path()).wait();
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("key.pem"), "{refused:?}");
}
