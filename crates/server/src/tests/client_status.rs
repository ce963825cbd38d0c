use serde_json::{Value, json};

use super::harness::{CHECKINS, STATUS, Server};

/// Three machines, each a minute after the one before.
async fn started() -> Server {
    let server = Server::start().await;
    for (uid, os) in [("a", "linux"), ("b", "windows"), ("c", "linux")] {
        let device =
            json!({"nsdeviceuid": uid, "userkey": "joe", "hostname": format!("host {uid}"), "os": os});
        server.post(CHECKINS, json!({"checkins": [device]})).await;
        server.move_clock(60);
    }
    server
}

async fn uids(server: &Server, query: &str) -> String {
    let answer = server.get(&format!("{STATUS}?fields=nsdeviceuid&{query}")).await.json();
    let rows = answer["result"].as_array().unwrap();
    assert_eq!(answer["status"]["count"], rows.len());
    rows.iter().map(|row| row["nsdeviceuid"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn rows_are_selected_ordered_and_paged() {
    let server = started().await;
    for (query, wanted) in [
        ("", "cba"),
        ("orderbys=timestamp%20desc", "cba"),
        ("sortby=timestamp%20DESC", "cba"),
        ("sortby=timestamp&sortorder=desc&timeout=30", "cba"),
        ("orderbys=timestamp", "abc"),
        ("orderbys=%22os+desc,nsdeviceuid+asc%22", "bac"),
        ("limit=1&offset=1", "b"),
        ("limit=0", ""),
        ("limit=99999999", "cba"),
        ("limit=99999999999999999999999", "cba"),
        ("offset=99999999999999999999999", ""),
        ("offset=99999999999999999999999&limit=99999999999999999999999&orderbys=os", ""),
        ("starttime=1800000060&endtime=1800000120", "cb"),
        ("endtime=1800000000", "a"),
        ("starttime=&endtime=", "cba"),
        ("query=os%20eq%20linux", "ca"),
        ("query=os+eq+linux&limit=1&offset=1", "a"),
        ("query=os+eq+linux&orderbys=nsdeviceuid", "ac"),
        ("query=timestamp+gt+1800000000+and+not+(hostname+like+%27HOST+c%27)", "b"),
        ("query=user_info.userkey+eq+joe&starttime=1800000120", "c"),
        ("query=", "cba"),
    ] {
        assert_eq!(uids(&server, query).await, wanted, "{query}");
    }
}

#[tokio::test]
async fn a_narrow_row_has_flat_names_and_the_id() {
    let server = started().await;
    let answer = server.get(&format!("{STATUS}?fields=os,user,host_info.hostname&limit=1")).await.json();
    let id = answer["result"][0]["_id"].clone();
    assert_eq!(id.as_str().unwrap().len(), 36);
    assert_eq!(
        answer["result"],
        json!([{"_id": id, "os": "Linux", "user": "joe", "host_info.hostname": "host c"}])
    );
}

#[tokio::test]
async fn a_full_record_nests() {
    let server = started().await;
    let record = server.get(&format!("{STATUS}?limit=1")).await.json()["result"][0].clone();
    let (seen, unsaid) = (1_800_000_120, "");
    assert_eq!(
        record,
        json!({
            "_id": record["_id"], "device_id": record["device_id"], "client_version": unsaid, "timestamp": seen,
            "last_event_timestamp": seen, "last_connected_from_private_ip": unsaid,
            "last_connected_from_public_ip": unsaid,
            "host_info": {"hostname": "host c", "nsdeviceuid": "c", "os": "Linux", "os_version": unsaid,
                "device_make": unsaid, "device_model": unsaid, "serial_number": unsaid, "mac_addresses": [],
                "managementID": unsaid, "last_update_timestamp": seen},
            "user_info": {"username": unsaid, "userkey": "joe",
                "device_classification_status": "Not Configured", "device_classification_custom_status": "",
                "device_classification_custom_status_id": null},
            "last_seen_device_event": {"actor": unsaid, "event": unsaid, "status": unsaid, "npa_status": unsaid,
                "timestamp": seen},
        })
    );
}

#[tokio::test]
async fn rows_are_grouped_and_counted() {
    let server = started().await;
    let groups = json!([{"_id": {"os": "Linux"}, "count": 2}, {"_id": {"os": "Windows"}, "count": 1}]);
    for name in ["groupbys", "groupby"] {
        let answer = server.get(&format!("{STATUS}?{name}=os")).await.json();
        assert_eq!((&answer["result"], &answer["status"]["count"]), (&groups, &json!(2)));
    }
    let fields = "os,host_info.os,timestamp,last_seen_device_event.timestamp";
    let answer = server.get(&format!("{STATUS}?groupbys={fields}&limit=1")).await.json();
    let first = json!({"os": "Linux", "timestamp": 1_800_000_000,
        "last_seen_device_event.timestamp": 1_800_000_000});
    assert_eq!(answer["result"][0]["_id"], first);
    let answer = server.get(&format!("{STATUS}?groupbys=os&query=nsdeviceuid+neq+a")).await.json();
    let groups = json!([{"_id": {"os": "Linux"}, "count": 1}, {"_id": {"os": "Windows"}, "count": 1}]);
    assert_eq!(answer["result"], groups);
}

const NINE: &str = "os,os_version,hostname,user,username,userkey,nsdeviceuid,event,timestamp";

#[tokio::test]
async fn what_cannot_be_understood_is_named() {
    let server = started().await;
    for (query, text) in [
        ("fields=os,shoe_size", "shoe_size is no field"),
        ("fields=shoe_size", "npa_status, last_seen_device_event.timestamp, user"),
        ("orderbys=shoe_size", "shoe_size"),
        ("orderbys=os%20sideways", "sideways"),
        ("groupbys=shoe_size", "shoe_size"),
        (&format!("orderbys={NINE}"), "orderbys: has 9 fields and may have 8"),
        (&format!("sortby={NINE}"), "sortby: has 9 fields and may have 8"),
        (&format!("groupbys={NINE}"), "groupbys: has 9 fields and may have 8"),
        ("starttime=soon", "starttime"),
        ("endtime=soon", "endtime"),
        ("limit=-1", "limit"),
        ("offset=-1", "offset"),
        ("query=os%20eq", "query: expected a value at position 6, found the end"),
        (
            "query=os%20eq%20Linux%20and%20shoe_size%20gt%2042",
            "at position 17 is no field; the fields are _id,",
        ),
    ] {
        let answer = server.get(&format!("{STATUS}?{query}")).await;
        answer.says(400, text);
        answer.says(400, &format!(r#""syntax error: {}"#, query.split('=').next().unwrap()));
        let body: Value = answer.json();
        assert_eq!(
            (&body["status"]["execution"], &body["status"]["message"]),
            (&json!("FAILED"), &body["message"])
        );
    }
}
