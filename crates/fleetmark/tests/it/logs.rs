//! What is logged, in which form.

use serde_json::{Value, json};

use crate::harness::{BOOTSTRAP_TOKEN, Client, Process, Server, fleetmark};

/// Every line but that of readiness, which is no part of the log.
fn logged(printed: &str) -> Vec<Value> {
    let lines = printed.lines().filter(|line| !line.starts_with("listening on "));
    lines.map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
}

#[test]
fn as_json_every_line_is_one_object_with_its_fields() {
    let mut server = Server::start_with(&[
        ("FLEETMARK_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN),
        ("FLEETMARK_LOG", "debug"),
        ("FLEETMARK_LOG_FORMAT", "json"),
    ]);
    let client = server.clone().with_header("X-Request-Id", "line-1");
    client.delete("/api/v2/devices/device/tags/999999?a=b").expect_status(404);
    let token = server.make_token(json!({"name": "partner", "role": "user", "areas": {}}));
    server.with_token(&token).with_header("X-Request-Id", "line-2").get("/api/v1/tokens").expect_status(403);
    server.without_token().with_header("X-Request-Id", "line-3").get("/nothing").expect_status(404);
    server.terminate();

    let lines = logged(&server.printed());
    for (id, method, route, status, token) in [
        ("line-1", "DELETE", "/api/v2/devices/device/tags/{id}", 404, json!("bootstrap")),
        ("line-2", "GET", "/api/v1/tokens", 403, json!("1")),
        ("line-3", "GET", "-", 404, Value::Null),
    ] {
        let line = lines.iter().find(|line| line["request_id"] == id).unwrap_or_else(|| panic!("{lines:#?}"));
        assert_eq!(
            (&line["level"], &line["target"], &line["message"]),
            (&json!("DEBUG"), &json!("fleetmark::access"), &json!("answered")),
        );
        assert_eq!((&line["method"], &line["route"]), (&json!(method), &json!(route)), "{line}");
        assert_eq!((&line["status"], &line["token"]), (&json!(status), &token), "{line}");
        assert!(line["duration_ms"].as_f64().unwrap() > 0.0 && line["timestamp"].is_string(), "{line}");
    }
}

#[test]
fn without_a_word_about_it_the_log_is_text_and_quiet_about_what_went_well() {
    let mut server = Server::start();
    server.get("/api/v2/deviceclassification/tags").expect_status(200);
    server.get("/nothing").expect_status(404);
    server.terminate();
    let printed = server.printed();
    assert!(!printed.contains("fleetmark::access") && !printed.contains('{'), "{printed}");
}

#[test]
fn the_format_is_a_flag_and_a_member_of_the_config_file_too() {
    let folder = tempfile::TempDir::new().unwrap();
    let config = folder.path().join("f.toml");
    std::fs::write(&config, "listen = \"127.0.0.1:0\"\nlog-format = \"json\"\n").unwrap();
    for (flags, json) in [(&["--config"][..], true), (&["--log-format", "text", "--config"][..], false)] {
        let mut command = fleetmark(&["serve"]);
        let store = format!("sqlite:{}", folder.path().join("f.db").display());
        command.args(flags).arg(&config).env("FLEETMARK_STORE", store).env("FLEETMARK_LOG", "trace");
        command.env("FLEETMARK_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN);
        let mut process = Process::start(command);
        let address = process.wait_for_line("listening on http://").unwrap();
        Client::anonymous(&format!("http://{address}")).get("/healthz").expect_status(200);
        process.signal("TERM");
        let stderr = process.wait().stderr;
        let objects = stderr.lines().filter(|line| line.starts_with('{')).count();
        assert_eq!(objects > 0, json, "{stderr}");
    }
    let mut wrong = fleetmark(&["serve", "--log-format", "xml"]);
    wrong.env("FLEETMARK_STORE", "sqlite:/nowhere/f.db");
    assert!(Process::start(wrong).wait().stderr.contains("possible values: text, json"));
}
