use std::{cell::RefCell, fs, time::Duration};

use agent::{Agent, Error, Interval, Report, Root, StateFolder, run};
use client::Client;
use tempfile::TempDir;
use tokio::sync::Notify;
use wire::check_in::MAX_PROBED;

use crate::server::Server;

/// A machine on which `guard` runs.
fn machine() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("etc/machine-id", "8d3f2b1c4e5a69788796a5b4c3d2e1f0\n"),
        ("etc/hostname", "debian-box\n"),
        ("proc/1/comm", "init\n"),
        ("proc/7/comm", "guard\n"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn agent(client: &Client, machine: &TempDir) -> Agent {
    let state = StateFolder::new(machine.path().join("var/lib/fleetmark"));
    Agent::new(client.clone(), Root::new(machine.path()), state).unwrap()
}

fn processes(server: &Server) -> Vec<Option<Vec<String>>> {
    let processes = |checkin: wire::check_in::CheckIn| Some(checkin.facts?.processes?.into_keys().collect());
    server.seen().into_iter().map(processes).collect()
}

#[tokio::test]
async fn new_probes_are_answered_in_an_immediate_second_check_in() {
    let (server, machine) = (Server::asking(&["guard"]), machine());
    let client = server.start().await;
    let report = agent(&client, &machine).round().await.unwrap();
    assert_eq!(processes(&server), [None, Some(vec!["guard".to_owned()])]);
    assert_eq!((report.status.as_str(), report.classification.as_deref()), ("Managed", Some("low risk")));
    assert_eq!(
        (report.hostname.as_deref(), report.version, report.undetermined.len()),
        (Some("debian-box"), 2, 0)
    );
    assert_eq!(report.tags, ["risky"]);
    let events: Vec<_> = server.seen().into_iter().filter_map(|checkin| checkin.event).collect();
    assert_eq!(events, ["Check-in", "Device Posture Change"]);
}

#[tokio::test]
async fn known_probes_are_answered_at_once_also_by_the_next_start() {
    let (server, machine) = (Server::asking(&["guard"]), machine());
    let client = server.start().await;
    let mut first = agent(&client, &machine);
    first.round().await.unwrap();
    first.round().await.unwrap();
    agent(&client, &machine).round().await.unwrap();
    assert_eq!(processes(&server).iter().filter(|processes| processes.is_some()).count(), 3);
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn probes_that_go_away_are_no_longer_looked_for() {
    let (server, machine) = (Server::asking(&["guard"]), machine());
    let client = server.start().await;
    let mut agent = agent(&client, &machine);
    agent.round().await.unwrap();
    server.ask(&[]);
    agent.round().await.unwrap();
    agent.round().await.unwrap();
    let guard = Some(vec!["guard".to_owned()]);
    assert_eq!(processes(&server), [None, guard.clone(), guard, None]);
}

#[tokio::test]
async fn an_agent_answers_as_many_probes_as_a_check_in_may_hold() {
    let (server, machine) = (Server::default(), machine());
    let client = server.start().await;
    server.ask_all((0..=MAX_PROBED).map(|n| format!("p{n}")).collect());
    let mut agent = agent(&client, &machine);
    for _ in 0..2 {
        agent.round().await.unwrap();
    }
    let answered: Vec<_> =
        processes(&server).into_iter().map(|names| names.map(|names| names.len())).collect();
    assert_eq!(answered, [None, Some(MAX_PROBED), Some(MAX_PROBED)]);
}

#[tokio::test]
async fn an_agent_that_was_refused_starts_the_next_round_without_probes() {
    let (server, machine) = (Server::taking_at_most(1), machine());
    let client = server.start().await;
    server.ask(&["a", "b"]);
    let mut first = agent(&client, &machine);
    for _ in 0..2 {
        let error = first.round().await.unwrap_err();
        assert!(error.to_string().contains("too_many"), "{error}");
    }
    server.ask(&["a"]);
    agent(&client, &machine).round().await.unwrap();
    first.round().await.unwrap();
    let asked = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    let (both, one) = (asked(&["a", "b"]), asked(&["a"]));
    assert_eq!(processes(&server), [None, both.clone(), None, both, None, one.clone(), None, one]);
}

#[tokio::test]
async fn a_refused_check_in_is_an_error_that_names_the_member() {
    let (server, machine) = (Server::default(), machine());
    fs::write(machine.path().join("etc/hostname"), "bad\n").unwrap();
    let client = server.start().await;
    let error = agent(&client, &machine).round().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the server refused this device's check-in (invalid): no (member hostname)"
    );
}

#[tokio::test]
async fn one_round_shows_one_report_or_fails() {
    let (server, machine) = (Server::asking(&["guard"]), machine());
    let client = server.start().await;
    let mut agent = agent(&client, &machine);
    let shown = RefCell::new(Vec::new());
    let show = |report: &Report| {
        shown.borrow_mut().push(report.clone());
        Ok(())
    };
    run(&mut agent, None, std::future::pending(), show, |_, _| {}).await.unwrap();
    assert_eq!(shown.borrow().len(), 1);
    server.away_for(1);
    let error = run(&mut agent, None, std::future::pending(), show, |_, _| {}).await.unwrap_err();
    assert!(matches!(error, Error::Client(client::Error::Busy { status: 503, .. })), "{error}");
    let stopped = run(&mut agent, None, std::future::ready(()), show, |_, _| {}).await;
    assert!(matches!(stopped, Err(Error::Stopped)), "{stopped:?}");
}

#[tokio::test]
async fn the_loop_outlives_an_absent_server_and_ends_when_it_is_told_to() {
    let (server, machine) = (Server::asking(&["guard"]), machine());
    let client = server.start().await;
    server.away_for(1);
    let (stop, complaints) = (Notify::new(), RefCell::new(Vec::new()));
    let interval: Interval = "1s".parse().unwrap();
    let mut agent = agent(&client, &machine);
    let show = |report: &Report| {
        assert_eq!(report.status, "Managed");
        stop.notify_one();
        Ok(())
    };
    let complain = |error: &Error, wait: Duration| complaints.borrow_mut().push((error.to_string(), wait));
    run(&mut agent, Some(interval), stop.notified(), show, complain).await.unwrap();
    let complaints = complaints.into_inner();
    assert_eq!(complaints.len(), 1);
    assert!(
        complaints[0].0.contains("503") && complaints[0].1 >= Duration::from_millis(500),
        "{complaints:?}"
    );
}
