use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use store::testing::fake::Cut;

use super::harness::{BOOTSTRAP, CHECKINS, CLASSIFICATIONS, Server, TAGS};

/// What `/metrics` tells: each series with its value.
async fn figures(server: &Server) -> BTreeMap<String, f64> {
    let answer = server.call(Request::get("/metrics").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    let lines = answer.text.strip_suffix("# EOF\n").expect("the text ends whole");
    let series = lines.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (name, value) = line.rsplit_once(' ').unwrap();
        (name.to_owned(), value.parse().unwrap_or_else(|_| panic!("no number: {line}")))
    });
    series.collect()
}

#[tokio::test]
async fn requests_count_by_dialect_route_method_and_status() {
    let server = Server::start().await;
    for name in ["one", "two", "two"] {
        server.post(TAGS, json!({"name": name})).await;
    }
    server.send("DELETE", &format!("{TAGS}/999999"), None).await;
    server.get("/api/v2/nothing?secret=1").await;
    server.get("/nowhere/at/all").await;
    let figures = figures(&server).await;
    for (labels, count) in [
        (r#"dialect="netskope_v2",route="/api/v2/devices/device/tags",method="POST",status="201""#, 2.0),
        (r#"dialect="netskope_v2",route="/api/v2/devices/device/tags",method="POST",status="409""#, 1.0),
        (
            r#"dialect="netskope_v2",route="/api/v2/devices/device/tags/{id}",method="DELETE",status="404""#,
            1.0,
        ),
        (r#"dialect="netskope_v2",route="unmatched",method="GET",status="404""#, 1.0),
        (r#"dialect="fleetmark",route="unmatched",method="GET",status="404""#, 1.0),
    ] {
        assert_eq!(
            figures.get(&format!("fleetmark_http_requests_total{{{labels}}}")),
            Some(&count),
            "{labels}"
        );
    }
    let route = r#"dialect="netskope_v2",route="/api/v2/devices/device/tags""#;
    let bucket =
        |most: &str| format!("fleetmark_http_request_duration_seconds_bucket{{le=\"{most}\",{route}}}");
    assert_eq!(figures[&bucket("+Inf")], 3.0);
    // Bounds are written as people write them: rules for alarms name them.
    for most in ["0.00005", "0.0001", "0.025", "0.05", "0.1", "1.0", "60.0"] {
        assert!(figures.contains_key(&bucket(most)), "{most}: {:?}", figures.keys());
    }
    assert_eq!(figures[&format!("fleetmark_http_request_duration_seconds_count{{{route}}}")], 3.0);
    assert_eq!(figures["fleetmark_http_requests_in_flight"], 1.0, "this one");
    assert_eq!(figures["fleetmark_http_request_body_bytes_total"], 3.0 * 14.0);
}

#[tokio::test]
async fn the_node_tells_what_it_holds_and_does() {
    let server = Server::start().await;
    let devices = [json!({"nsdeviceuid": "M1"}), json!({"nsdeviceuid": "M2"})];
    server.post(CHECKINS, json!({"checkins": devices})).await;
    server.user(json!({})).await;
    let before = figures(&server).await;
    for (name, value) in [
        ("devices", 2.0),
        ("sites", 1.0),
        ("tokens", 1.0),
        ("store_trouble", 0.0),
        ("commands_queued", 0.0),
        ("tidying_failed_total", 0.0),
    ] {
        assert_eq!(before[&format!("fleetmark_{name}")], value, "{name}");
    }
    assert!(before["fleetmark_records_total"] >= 2.0 && before["fleetmark_record_bytes_total"] > 100.0);
    assert!(before["process_start_time_seconds"] > 1.7e9);
    assert_eq!(before[concat!("fleetmark_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"}")], 1.0);
    #[cfg(target_os = "linux")]
    assert!(before["process_resident_memory_bytes"] > 1e6);

    server.disk.cut_next(Cut::BeforeAppend);
    server.post(TAGS, json!({"name": "lost"})).await;
    let after = figures(&server).await;
    assert_eq!(after["fleetmark_store_trouble"], 1.0);
    assert_eq!(after["fleetmark_commit_failures_total"], 1.0);
    assert_eq!(after["fleetmark_commands_refused_total{reason=\"unavailable\"}"], 1.0);
    assert_eq!(
        after["fleetmark_commit_duration_seconds_count"],
        before["fleetmark_commit_duration_seconds_count"]
    );
}

#[tokio::test]
async fn labels_are_bounded_and_say_nothing_of_a_device_or_a_token_and_of_a_site_its_number() {
    let server = Server::start().await;
    server
        .post(CHECKINS, json!({"checkins": [{"nsdeviceuid": "SECRET-1", "hostname": "secret-host"}]}))
        .await;
    let token = server.user(json!({"devices": "view"})).await;
    token.get("/healthz").await;
    for n in 0..50 {
        server.get(&format!("/api/v2/deviceclassification/tags/{n}")).await;
        server.get(&format!("/api/v2/unknown/secret-{n}")).await;
        server.send(&format!("BREW{n}"), CLASSIFICATIONS, None).await;
    }
    let figures = figures(&server).await;
    let mut names = BTreeSet::new();
    for series in figures.keys() {
        for hidden in ["secret", "SECRET", "partner", "default", "BREW", BOOTSTRAP] {
            assert!(!series.contains(hidden), "{series}");
        }
        let labels = series.split_once('{').map_or("", |(_, labels)| labels.trim_end_matches('}'));
        names.extend(
            labels.split("\",").filter_map(|label| label.split_once('=')).map(|(name, _)| name.to_owned()),
        );
    }
    let allowed =
        ["dialect", "head", "le", "limit", "method", "reason", "route", "site", "status", "version"];
    assert_eq!(names, allowed.map(str::to_owned).into());
    let requests = figures.keys().filter(|series| series.starts_with("fleetmark_http_requests_total"));
    assert!(requests.count() < 12, "{figures:#?}");
}

#[tokio::test]
async fn each_log_is_told_of_by_the_head_that_it_has_and_no_other() {
    let server = Server::start().await;
    let heads = async || {
        let figures = figures(&server).await;
        let told = figures.into_iter().filter(|(name, _)| name.starts_with("fleetmark_change_log_head{"));
        told.collect::<BTreeMap<_, _>>()
    };
    let before = heads().await;
    let of_site = |name: &&String| name.contains("site=\"1\"");
    assert_eq!(before.len(), 2, "the instance's and the default site's: {before:?}");
    server.post(TAGS, json!({"name": "one"})).await;
    let after = heads().await;
    assert_eq!(after.len(), 2, "{after:?}");
    let (old, new) = (before.keys().find(of_site).unwrap(), after.keys().find(of_site).unwrap());
    assert_ne!(old, new);
    assert_eq!(after[new], before[old] + 1.0);
}
