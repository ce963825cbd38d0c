//! `fleetmark serve` as it is started and stopped (DESIGN §6 and §7).

use crate::harness::{BOOTSTRAP_TOKEN, Process, Server, fleetmark, until};

const SOME_READ: &str = "/api/v2/deviceclassification/tags";

#[test]
fn port_0_picks_a_port_and_the_ready_line_names_it() {
    let server = Server::start();
    let port = server.base().strip_prefix("http://127.0.0.1:").expect("the address it was given");
    assert!(port.parse::<u16>().unwrap() > 0);
    let ready = format!("listening on {}", server.base());
    assert_eq!(server.printed().lines().filter(|line| *line == ready).count(), 1, "one line");
}

#[test]
fn every_flag_is_also_a_setting() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut command = fleetmark(&["serve"]);
    // The folder is not there yet, as the default's is not on the first day.
    let store = format!("sqlite:{}", folder.path().join("data/f.db").display());
    command.env("FLEETMARK_LISTEN", "127.0.0.1:0").env("FLEETMARK_STORE", store);
    command.env("FLEETMARK_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN);
    let mut process = Process::start(command);
    assert!(process.wait_for_line("listening on http://").unwrap().starts_with("127.0.0.1:"));
    process.signal("TERM");
    assert_eq!(process.wait().code, Some(0));
    assert!(folder.path().join("data/f.db").exists());
}

#[test]
fn a_hangup_ends_no_server_without_a_certificate() {
    let folder = tempfile::TempDir::new().unwrap();
    let store = format!("sqlite:{}", folder.path().join("f.db").display());
    let mut command = fleetmark(&["serve", "--listen", "127.0.0.1:0", "--store", &store]);
    command.env("FLEETMARK_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN);
    let mut process = Process::start(command);
    process.wait_for_line("listening on http://").unwrap();
    process.signal("HUP");
    until("the hangup in the log", || process.printed().contains("a hangup has nothing").then_some(()));
    process.signal("TERM");
    assert_eq!(process.wait().code, Some(0));
}

#[test]
fn sigterm_ends_it_with_0_also_right_after_work() {
    let mut server = Server::start();
    for n in 0..20 {
        server.make_tag(&format!("tag {n}"));
    }
    server.terminate();
    server.restart();
    let all = server.post("/api/v2/devices/device/tags/gettags", serde_json::json!({})).json();
    assert_eq!(all["data"]["total_count"], 20);
    server.terminate();
}

#[test]
fn a_second_server_on_the_same_store_refuses_to_start() {
    let server = Server::start();
    let mut command = fleetmark(&["serve", "--listen", "127.0.0.1:0", "--store", &server.store()]);
    command.env("FLEETMARK_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN);
    let refused = Process::start(command).wait();
    assert_ne!(refused.code, Some(0));
    assert!(refused.stderr.contains("lock"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("listening on"), "{}", refused.stderr);
    server.get(SOME_READ).expect_status(200);
}

#[test]
fn a_taken_port_is_told() {
    let server = Server::start();
    let folder = tempfile::TempDir::new().unwrap();
    let store = format!("sqlite:{}", folder.path().join("f.db").display());
    let address = server.base().strip_prefix("http://").unwrap();
    let mut command = fleetmark(&["serve", "--listen", address, "--store", &store]);
    command.env("FLEETMARK_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN);
    let refused = Process::start(command).wait();
    assert_ne!(refused.code, Some(0));
    assert!(refused.stderr.contains(address), "{}", refused.stderr);
}

#[test]
fn a_bootstrap_token_shorter_than_8_characters_is_refused() {
    let folder = tempfile::TempDir::new().unwrap();
    let store = format!("sqlite:{}", folder.path().join("f.db").display());
    let mut command = fleetmark(&["serve", "--listen", "127.0.0.1:0", "--store", &store]);
    command.env("FLEETMARK_BOOTSTRAP_TOKEN", "sh0rt-1");
    let refused = Process::start(command).wait();
    assert_ne!(refused.code, Some(0), "{refused:?}");
    assert!(refused.stderr.contains("FLEETMARK_BOOTSTRAP_TOKEN"), "{refused:?}");
    assert!(!refused.stderr.contains("sh0rt-1"), "{refused:?}");
}

#[test]
fn without_a_bootstrap_token_an_empty_store_gets_one_that_is_printed_once() {
    let mut server = Server::start_with(&[]);
    let first = server.terminate();
    server.restart();
    let words: Vec<_> = [&first.stdout, &first.stderr]
        .into_iter()
        .flat_map(|text| text.split(|c: char| c.is_whitespace() || "\"'=:,".contains(c)))
        .filter(|word| word.len() >= 27)
        .collect();
    let works = |word: &&&str| server.with_token(word).get(SOME_READ).status == 200;
    let tokens: Vec<_> = words.iter().filter(works).collect();
    assert_eq!(tokens.len(), 1, "one working token is printed:\n{}{}", first.stdout, first.stderr);
    let second = server.terminate();
    assert!(!format!("{}{}", second.stdout, second.stderr).contains(*tokens[0]));
}

#[test]
fn a_bootstrap_token_works_on_a_store_that_has_tokens() {
    let mut server = Server::start();
    let token = server.make_token(serde_json::json!({"name": "a", "role": "administrator"}));
    server.terminate();
    server.restart();
    server.get(SOME_READ).expect_status(200);
    server.with_token(&token).get(SOME_READ).expect_status(200);
}

#[test]
fn health_and_readiness_ask_for_no_token() {
    let server = Server::start();
    for path in ["/healthz", "/readyz"] {
        server.without_token().get(path).expect_status(200);
    }
}
