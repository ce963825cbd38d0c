use std::collections::HashMap;

use agent::simulate::{Fleet, run};

use crate::server::Server;

#[tokio::test]
async fn every_device_is_counted_once_after_its_last_check_in() {
    let server = Server::asking(&["guard"]);
    let client = server.start().await;
    let mut done = 0;
    let summary = run(&client, Fleet::new(1), 2_500, |devices| done += devices).await.unwrap();
    assert_eq!((summary.devices, done), (2_500, 2_500));
    assert_eq!(summary.classifications.values().sum::<usize>(), 2_500);
    assert_eq!(summary.statuses.values().sum::<usize>(), 2_500);
    assert_eq!(summary.statuses["Managed"], summary.classifications[&Some("low risk".into())]);
    assert!(summary.answered > 1_500, "{}", summary.answered);

    let seen = server.seen();
    assert_eq!(seen.len(), 2_500 + summary.answered);
    assert_eq!(summary.version, seen.len() as u64);
    let mut last = HashMap::new();
    for checkin in seen {
        let guard = checkin.facts.and_then(|facts| Some(facts.processes?.get("guard")?.running));
        last.insert((checkin.nsdeviceuid, checkin.userkey), guard);
    }
    let running = last.values().filter(|guard| **guard == Some(true)).count();
    assert_eq!((last.len(), running), (2_500, summary.statuses["Managed"]));
}

#[tokio::test]
async fn a_server_that_fails_ends_the_run() {
    let server = Server::default();
    let client = server.start().await;
    server.away_for(1);
    let error = run(&client, Fleet::new(1), 3_000, |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("503"), "{error}");
}
