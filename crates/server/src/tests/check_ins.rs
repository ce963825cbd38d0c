use serde_json::json;

use super::harness::{CHECKINS, Server};

#[tokio::test]
async fn a_bad_item_is_answered_at_its_place() {
    let server = Server::start().await;
    let body = json!({"checkins": [
        {"nsdeviceuid": "a,b"}, {"nsdeviceuid": "a", "os": "linux"}, {"nsdeviceuid": "b", "hostname": 7},
        {"nsdeviceuid": "c"}]});
    let answer = server.post(CHECKINS, body).await;
    let told = answer.json();
    let devices = told["devices"].as_array().unwrap();
    assert_eq!((answer.status.as_u16(), devices.len()), (200, 4));
    assert_eq!((&devices[0]["index"], &devices[0]["error"]["field"]), (&json!(0), &json!("nsdeviceuid")));
    assert_eq!(devices[1]["status"], "Not Configured");
    assert_eq!((&devices[2]["index"], &devices[2]["error"]["field"]), (&json!(2), &json!("hostname")));
    assert_eq!(devices[3]["probes"], json!({"files": [], "processes": [], "registry": []}));
    assert_eq!(answer.header("fleetmark-version").unwrap(), told["version"].to_string());
}

#[tokio::test]
async fn a_call_without_one_good_item_still_answers_each() {
    let server = Server::start().await;
    let told = server.post(CHECKINS, json!({"checkins": [{}, 7]})).await.json();
    let refused = json!({"index": 1, "error": {"code": "form", "message": "the check-in must be an object"}});
    assert_eq!(told["devices"][1], refused);
    assert_eq!(told["devices"][0]["error"]["field"], "nsdeviceuid");
}

#[tokio::test]
async fn a_call_brings_1_to_1000() {
    let server = Server::start().await;
    server.post(CHECKINS, json!({"checkins": []})).await.says(400, "at least one");
    let many = |bad| {
        let mut items = vec![json!({"nsdeviceuid": "a"}); 1001];
        items[7]["os"] = if bad { json!(7) } else { json!("linux") };
        json!({"checkins": items})
    };
    for bad in [true, false] {
        server.post(CHECKINS, many(bad)).await.says(400, "at most 1000");
    }
    server.post(CHECKINS, json!({"checkin": []})).await.says(400, "property checkin should not exist");
    let twice = r#"{"checkins":[{"nsdeviceuid":"a","os":"linux","os":"mac"}]}"#;
    let answer = server.send_text("POST", CHECKINS, twice).await;
    answer.says(400, "duplicate field `os`");
}

#[tokio::test]
async fn a_report_that_weighs_too_much_is_refused_alone_and_the_heaviest_fits_a_record() {
    let server = Server::start().await;
    let report = |uid: &str, files: usize, length: usize| {
        let path = |n: usize| (format!("/{n:05}{}", "x".repeat(length - 6)), json!({"present": true}));
        let files: serde_json::Map<_, _> = (0..files).map(path).collect();
        json!({"nsdeviceuid": uid, "facts": {"files": files}})
    };
    // 4096 × 1024 bytes is the limit; a host name makes it one too many.
    let mut heavy = report("HEAVY", 4096, 1024);
    heavy["hostname"] = "h".into();
    let checkins = json!({"checkins": [report("FITS", 4096, 1024), heavy, {"nsdeviceuid": "LIGHT"}]});
    let answer = server.post(CHECKINS, checkins).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let devices = &answer.json()["devices"];
    assert!(devices[0]["id"].is_string() && devices[2]["id"].is_string(), "{devices}");
    assert_eq!((&devices[1]["index"], &devices[1]["error"]["code"]), (&json!(1), &json!("too_large")));
    let message = devices[1]["error"]["message"].as_str().unwrap();
    assert!(message.contains("4194304") && message.contains("4194305"), "{message}");
}
