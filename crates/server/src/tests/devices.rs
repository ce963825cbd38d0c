use serde_json::{Value, json};

use super::harness::{CHECKINS, Server, TAGS};

/// A server with the tags 1 to 6 and the machine "m" with two users.
async fn started() -> Server {
    let server = Server::start().await;
    for name in ["f", "e", "d", "c", "b", "a"] {
        server.post(TAGS, json!({"name": name})).await;
    }
    let device = |user: &str| json!({"nsdeviceuid": "m", "userkey": user, "os": "linux"});
    server.post(CHECKINS, json!({"checkins": [device("joe"), device("ann")]})).await;
    server
}

async fn bulk(server: &Server, call: &str, body: Value) -> Value {
    let answer = server.post(&format!("{TAGS}/{call}"), body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.header("fleetmark-version").is_some());
    answer.json()["data"].clone()
}

#[tokio::test]
async fn a_bulk_call_counts_and_lists_whom_it_does_not_know() {
    let server = started().await;
    let devices = json!([{"nsdeviceuid": "M"}, {"nsdeviceuid": "m", "userkey": "bob", "hostname": "h"}]);
    let told = bulk(&server, "bulkadd", json!({"tags": [1], "devices": devices})).await;
    assert_eq!(
        told,
        json!({"affected_device_tags": 2, "affected_device_classification_tags": 0,
            "message": "Tags added successfully",
            "unknown_devices": [{"nsdeviceuid": "m", "userkey": "bob", "hostname": "h"}]})
    );
    let again = json!({"tags": [1], "devices": [{"nsdeviceuid": "m"}], "device_classifications": []});
    assert_eq!(bulk(&server, "bulkadd", again).await["affected_device_tags"], 0);
}

#[tokio::test]
async fn a_replacement_applies_the_first_five_by_name_and_says_what_it_left_out() {
    let server = started().await;
    let body = json!({"tags": [1, 2, 3, 4, 5, 6], "devices": [{"nsdeviceuid": "m", "userkey": "joe"}]});
    let told = bulk(&server, "bulkreplace", body.clone()).await;
    assert_eq!((&told["affected_device_tags"], &told["skipped_tags"]), (&json!(5), &json!([1])));
    let answer = server.post(&format!("{TAGS}/bulkadd"), body).await;
    answer.says(400, "at most 5");
}

#[tokio::test]
async fn devices_that_are_named_wrongly_are_named_by_place() {
    let server = started().await;
    let devices =
        json!([{"nsdeviceuid": "m"}, {"nsdeviceuid": "a,b"}, {"nsdeviceuid": "m", "userkey": "x,"}]);
    let answer = server.post(&format!("{TAGS}/bulkadd"), json!({"tags": [1], "devices": devices})).await;
    let errors = answer.json()["error"]["errors"].clone();
    assert_eq!(answer.status, 400);
    assert!(errors[0]["message"].as_str().unwrap().starts_with("devices[1].nsdeviceuid must"), "{errors}");
    assert!(errors[1]["message"].as_str().unwrap().starts_with("devices[2].userkey must"), "{errors}");
    let body = json!({"tags": [1, 4_294_967_296_u64], "devices": [{"nsdeviceuid": "m"}]});
    server.post(&format!("{TAGS}/bulkadd"), body).await.says(400, "tag 4294967296 does not exist");
    let body = json!({"tags": [1], "devices": [], "device_classifications": [7]});
    server.post(&format!("{TAGS}/bulkadd"), body).await.says(400, "device_classifications must be empty");
}

#[tokio::test]
async fn gettags_has_its_forms() {
    let server = started().await;
    let get = async |body: Value| server.post(&format!("{TAGS}/gettags"), body).await;
    bulk(&server, "bulkadd", json!({"tags": [2, 3], "devices": [{"nsdeviceuid": "m", "userkey": "joe"}]}))
        .await;
    let listed = |id: u32, name: &str, devices: u32| {
        json!({"id": id, "name": name, "description": "", "device_count": devices,
            "device_classification_count": 0})
    };
    let page = |tags: Value, total: u32, offset: u32, limit: u32| {
        json!({"success": true,
            "data": {"data": tags, "total_count": total, "offset": offset, "limit": limit}})
    };
    let second = page(json!([listed(3, "d", 1), listed(4, "c", 0)]), 6, 2, 2);
    get(json!({"devices": [], "offset": 2, "limit": 2})).await.is(200, second);
    get(json!({"name": "D"})).await.is(200, page(json!([listed(3, "d", 1)]), 1, 0, 20));
    get(json!({"id": 4_294_967_296_u64})).await.is(200, page(json!([]), 0, 0, 20));
    let union = page(json!([listed(2, "e", 1), listed(3, "d", 1)]), 2, 0, 20);
    get(json!({"devices": [{"nsdeviceuid": "m"}, {"nsdeviceuid": "stranger"}]})).await.is(200, union);
    for (member, body) in [
        ("limit", json!({"limit": 0})),
        ("limit", json!({"limit": "ten"})),
        ("limit", json!({"limit": 1001})),
        ("offset", json!({"offset": -1})),
        ("one of id, name", json!({"id": 1, "name": "x"})),
        ("property color", json!({"color": 1})),
    ] {
        get(body).await.says(400, member);
    }
}

#[tokio::test]
async fn a_device_id_marks_what_the_machine_carries() {
    let server = started().await;
    bulk(&server, "bulkadd", json!({"tags": [2], "devices": [{"nsdeviceuid": "m", "userkey": "joe"}]})).await;
    let status = server.get(&format!("{}?fields=device_id", super::harness::STATUS)).await.json();
    for device_id in [json!("M"), status["result"][0]["device_id"].clone()] {
        let answer = server.post(&format!("{TAGS}/gettags"), json!({"device_id": device_id})).await.json();
        assert_eq!(answer.as_object().unwrap().len(), 1);
        assert_eq!(answer["data"][0], json!({"id": 1, "name": "f"}));
        assert_eq!(answer["data"][1], json!({"id": 2, "name": "e", "assigned": true}));
    }
}
