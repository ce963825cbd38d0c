use axum::body::Body;
use axum::http::header;
use serde_json::json;

use super::harness::{CHECKINS, CLASSIFICATIONS, RULES, STATUS, Server, TAGS, TOKENS};

#[tokio::test]
async fn a_path_that_nobody_has_is_404_in_the_words_of_its_dialect() {
    let server = Server::start().await;
    let told = json!({"message": "no Route matched with those values"});
    for path in
        ["/api/v2/steering/devices", "/api/v2/deviceclassification", "/api/v2/devices/device/tags/1/devices"]
    {
        server.get(path).await.is(404, told.clone());
    }
    for path in ["/api/v1/nothing", "/nothing"] {
        assert_eq!(server.get(path).await.json()["error"], "no_route");
    }
}

#[tokio::test]
async fn another_method_is_405_and_allow_names_the_right_ones() {
    let server = Server::start().await;
    let answer = server.send("PUT", TAGS, Some(json!({}))).await;
    let text = "this path takes other methods; see the header Allow";
    let errors = json!([{"code": "method_not_allowed", "message": text}]);
    answer.is(405, json!({"success": false, "error": {"message": text, "errors": errors}}));
    assert_eq!(answer.header("allow"), Some("POST"));
    let answer = server.send("DELETE", CLASSIFICATIONS, None).await;
    answer.is(405, json!({"statusCode": 405, "message": text, "error": "Method Not Allowed"}));
    assert_eq!(answer.header("allow"), Some("GET,HEAD,POST"));
    assert_eq!(server.send("DELETE", STATUS, None).await.json()["status"]["execution"], "FAILED");
    assert_eq!(server.send("PUT", TOKENS, None).await.json()["error"], "method_not_allowed");
}

#[tokio::test]
async fn a_body_must_be_declared_as_json() {
    let server = Server::start().await;
    for content_type in [None, Some("text/plain"), Some("application/jsonx")] {
        let mut request = server.request("POST", TAGS);
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let answer = server.call(request.body(Body::from(r#"{"name":"x"}"#)).unwrap()).await;
        answer.says(415, "application/json");
    }
    let request =
        server.request("POST", TAGS).header(header::CONTENT_TYPE, "Application/JSON; charset=utf-8");
    assert_eq!(server.call(request.body(Body::from(r#"{"name":"x"}"#)).unwrap()).await.status, 201);
}

#[tokio::test]
async fn a_body_is_at_most_16_mib() {
    let server = Server::start().await;
    let body = format!(r#"{{"name":"{}"}}"#, "x".repeat(16 << 20));
    server.send_text("POST", TAGS, &body).await.says(413, "at most 16777216 bytes");
}

#[tokio::test]
async fn json_is_read_strictly_everywhere() {
    let server = Server::start().await;
    for path in [CLASSIFICATIONS, RULES, TAGS, CHECKINS, TOKENS] {
        for text in [
            "",
            "{",
            "not json",
            "[{}",
            "\u{0}",
            "{} {}",
            r#"{"name":"a","name":"b"}"#,
            r#"[{"name":1,"name":2}]"#,
        ] {
            let answer = server.send_text("POST", path, text).await;
            answer.says(400, "strict JSON");
        }
    }
    let nested = r#"{"tags":[],"devices":[{"nsdeviceuid":"a","nsdeviceuid":"b"}]}"#;
    let answer = server.send_text("POST", &format!("{TAGS}/bulkadd"), nested).await;
    answer.says(400, "duplicate_member");
}

#[tokio::test]
async fn of_a_body_of_very_many_values_the_first_fault_is_named() {
    let server = Server::start().await;
    let many = |item: &str| vec![item; 60_000].join(",");
    for (path, body, text) in [
        (
            format!("{TAGS}/gettags"),
            format!(r#"{{"devices":[{}]}}"#, many("{}")),
            "devices[0].nsdeviceuid is missing",
        ),
        (
            format!("{TAGS}/gettags"),
            format!(r#"{{"devices":[{}],"id":1,"id":2}}"#, many("{}")),
            "duplicate_member",
        ),
        (
            format!("{TAGS}/bulkadd"),
            format!(r#"{{"tags":[{}],"devices":[]}}"#, many("1")),
            "tags: too many items; send them in several calls",
        ),
        (CLASSIFICATIONS.to_owned(), format!("[{}]", many(r#"{"name":"n"}"#)), "the body: too many items"),
        (CHECKINS.to_owned(), format!(r#"{{"checkins":[{}]}}"#, many("{}")), "checkins: too many items"),
        (CHECKINS.to_owned(), format!(r#"{{"checkins":[{},]}}"#, many("7")), "must be strict JSON"),
    ] {
        server.send_text("POST", &path, &body).await.says(400, text);
    }
    // Between the limit and the bound the limit itself is told.
    let named = vec![json!({"name": "n"}); 9_999];
    server.post(CLASSIFICATIONS, json!(named)).await.says(400, "at most 1000 items, not 9999");
}

#[tokio::test]
async fn ids_are_numbers() {
    let server = Server::start().await;
    server.get(&format!("{CLASSIFICATIONS}/x")).await.says(400, "id in the path");
    server.get(&format!("{CLASSIFICATIONS}/+1")).await.says(400, "id in the path");
    server.get(&format!("{CLASSIFICATIONS}/%FF")).await.says(400, "id in the path");
    server.get(&format!("{RULES}/99999999999")).await.says(404, "rule 99999999999 does not exist");
    server.send("DELETE", &format!("{TAGS}/0"), None).await.says(404, "device tag 0 does not exist");
}

#[tokio::test]
async fn everything_wrong_with_a_classification_is_told_at_once() {
    let server = Server::start().await;
    let body = json!([{"name": "a", "urls": []}, {"description": 7}]);
    server.post(CLASSIFICATIONS, body).await.is(
        400,
        json!({"statusCode": 400, "error": "Bad Request", "message": [
            "[0] property urls should not exist",
            "[1].name is missing; it must be a string",
            "[1].description must be a string"]}),
    );
    let body = json!([{"name": "a/b", "description": "x".repeat(256)}, {"name": ""}]);
    let answer = server.post(CLASSIFICATIONS, body).await.json();
    assert_eq!(answer["message"].as_array().unwrap().len(), 3, "{answer}");
}

#[tokio::test]
async fn an_array_is_no_object_anywhere() {
    let server = Server::start().await;
    for (path, body, text) in [
        (TAGS.to_owned(), json!(["via array"]), "the body must be an object"),
        (TOKENS.to_owned(), json!(["n", "o", "administrator"]), "the body must be an object"),
        (CLASSIFICATIONS.to_owned(), json!([["low"]]), "[0] must be an object"),
        (RULES.to_owned(), json!([["r", "low", "linux", {}]]), "[0] must be an object"),
        (CHECKINS.to_owned(), json!([[]]), "the body must be an object"),
        (format!("{TAGS}/bulkadd"), json!([[1], [["M2"]]]), "the body must be an object"),
        (format!("{TAGS}/gettags"), json!({"devices": [["M2"]]}), "devices[0] must be an object"),
    ] {
        server.post(&path, body).await.says(400, text);
    }
    let told = server
        .post(CHECKINS, json!({"checkins": [["Arr", "u"], {"nsdeviceuid": "a", "os": "mac"}]}))
        .await
        .json();
    let refused = json!({"index": 0, "error": {"code": "form", "message": "the check-in must be an object"}});
    assert_eq!((&told["devices"][0], &told["devices"][1]["status"]), (&refused, &json!("Not Configured")));
}

#[tokio::test]
async fn a_null_description_is_an_empty_one() {
    let server = Server::start().await;
    server.post(CLASSIFICATIONS, json!([{"name": "low", "description": "one"}])).await;
    let path = format!("{CLASSIFICATIONS}/1");
    let put = async |body| server.send("PUT", &path, Some(body)).await;
    put(json!({"name": "low", "description": null})).await.is(200, json!({"status": true}));
    assert_eq!(server.get(&path).await.json()["description"], "");
    put(json!({"name": "low"})).await.says(400, "description is missing; it must be a string");
    put(json!({"name": "low", "description": 7})).await.says(400, "description must be a string");
}

#[tokio::test]
async fn a_place_that_there_is_not_is_named_with_those_there_are() {
    let server = Server::start().await;
    server.post(CLASSIFICATIONS, json!([{"name": "low"}])).await;
    for priority in [0, 2, 5_000_000_000_u64] {
        let answer =
            server.send("PATCH", &format!("{CLASSIFICATIONS}/1"), Some(json!({"priority": priority}))).await;
        answer.says(400, "priority must be 1 (strongest) to 1, the number of classifications");
    }
}
