//! The API documents say what the server does: all of it, and nothing else.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use domain::Os;
use rules::options;
use serde_json::{Value, json};

use super::conforms::{fault, resolve};
use super::harness::{Answer, CHECKINS, CLASSIFICATIONS, RULES, STATUS, Server};
use crate::openapi::documents;

const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];
/// What the table has besides: a page for browsers, figures in a form of their own, the documents themselves.
const UNDOCUMENTED: [&str; 6] = [
    "/",
    "/metrics",
    "/openapi/netskope-v1.json",
    "/openapi/netskope-v2.json",
    "/openapi/alloyscan.json",
    "/openapi/fleetmark.json",
];

/// The endpoints of REST API v1, where whoever may not is told 403 whatever the reason.
const V1: [&str; 3] = ["/api/v1/clients", "/api/v1/alerts", "/api/v1/events"];

/// What asks for no token: who watches the process has none, and who fetches one has none yet.
const OPEN: [&str; 4] = ["/healthz", "/readyz", "/api/oauth/token", "/identity-server/connect/token"];

/// An operation of a document.
struct Operation<'a> {
    document: &'a Value,
    method: &'a str,
    path: &'a str,
    said: &'a Value,
}

impl Operation<'_> {
    /// The path with ids that nothing has.
    fn address(&self) -> String {
        let uuids = ["/api/v1/devices/", "/api/v1/tags/"];
        let uuid = uuids.iter().any(|below| self.path.starts_with(below));
        let id = if uuid { "0198502c-8a3b-8000-8000-000000000001" } else { "999999" };
        ["{id}", "{deviceId}", "{tagId}"]
            .iter()
            .fold(self.path.to_owned(), |path, name| path.replace(name, id))
    }

    /// The right that it asks for, as `devices:view`; none if it asks for no token.
    fn right(&self) -> Option<&str> {
        self.said["security"][1]["bearer"][0].as_str()
    }

    async fn call(&self, server: &Server, body: Option<&str>) -> Answer {
        let method = self.method.to_uppercase();
        match body {
            Some(body) => server.send_text(&method, &self.address(), body).await,
            None => server.send(&method, &self.address(), None).await,
        }
    }

    /// The answer is one of those that the document lists, body and headers included.
    #[track_caller]
    fn lists(&self, answer: &Answer) {
        let at = format!("{} {}: {}", self.method, self.path, answer.status);
        let mut response = &self.said["responses"][answer.status.as_str()];
        if let Some(reference) = response["$ref"].as_str() {
            response = resolve(self.document, reference);
        }
        assert!(response.is_object(), "{at} is not in the document");
        for (name, header) in response["headers"].as_object().expect("headers") {
            // They tell of a pace that may not be set.
            let is_always = !name.starts_with("RateLimit-");
            assert!(answer.header(name).is_some() || !is_always, "{at}: no {name}");
            assert_eq!(header["required"], is_always, "{at}: {name}");
        }
        match response["content"].get("application/json") {
            Some(content) => {
                let fault = fault(self.document, &content["schema"], &answer.json(), &at);
                assert_eq!(fault, None);
            }
            None => assert_eq!(answer.text, "", "{at}"),
        }
    }
}

fn read() -> Vec<Value> {
    documents().iter().map(|document| serde_json::from_str(&document.json).unwrap()).collect()
}

fn operations(documents: &[Value]) -> Vec<Operation<'_>> {
    let paths = documents.iter().flat_map(|document| {
        document["paths"].as_object().unwrap().iter().map(move |(path, item)| (document, path, item))
    });
    let operations = paths.flat_map(|(document, path, item)| {
        let of = move |(method, said)| Operation { document, method, path, said };
        item.as_object().unwrap().iter().map(|(method, said)| (method.as_str(), said)).map(of)
    });
    operations.collect()
}

#[test]
fn the_committed_documents_are_those_that_are_made() {
    for document in documents() {
        let file = format!("{}/../../openapi/{}.json", env!("CARGO_MANIFEST_DIR"), document.name);
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            committed == document.json,
            "openapi/{}.json is not what the server says of itself: run `cargo xtask openapi` and commit it",
            document.name
        );
    }
}

#[tokio::test]
async fn a_document_is_served_to_everybody() {
    let server = Server::start().await.with_token("none");
    for document in documents() {
        let answer = server.get(&format!("/openapi/{}.json", document.name)).await;
        assert!(answer.status == 200 && answer.text == document.json, "{}", document.name);
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    server.get("/openapi/other.json").await.says(404, "no_route");
}

#[test]
fn every_operation_is_described() {
    let documents = read();
    let mut ids = BTreeSet::new();
    for operation in operations(&documents) {
        let (at, said) = (format!("{} {}", operation.method, operation.path), operation.said);
        assert!(METHODS.contains(&operation.method), "{at}");
        assert!(ids.insert(said["operationId"].as_str().expect(&at).to_owned()), "{at}: its id is taken");
        let tags = operation.document["tags"].as_array().unwrap();
        assert!(tags.iter().any(|tag| tag["name"] == said["tags"][0]), "{at}: {}", said["tags"]);
        let summary = said["summary"].as_str().expect(&at);
        assert!(!summary.is_empty() && !summary.contains('\n') && !summary.ends_with('.'), "{at}: {summary}");
        assert!(said["responses"]["500"].is_object(), "{at}");
        assert_eq!(operation.right().is_some(), !OPEN.contains(&operation.path), "{at}");
        let refuses = operation.right().is_some() || said["requestBody"].is_object();
        let unknown = refuses && !V1.contains(&operation.path);
        assert_eq!(said["responses"]["401"].is_object(), unknown, "{at}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(document: &Value, value: &Value) -> usize {
        let below =
            |values: &mut dyn Iterator<Item = &Value>| values.map(|value| walk(document, value)).sum();
        match value {
            Value::Array(items) => below(&mut items.iter()),
            Value::Object(members) => {
                let reference = members.get("$ref").and_then(Value::as_str);
                reference.map_or(0, |reference| usize::from(resolve(document, reference).is_object()))
                    + below(&mut members.values())
            }
            _ => 0,
        }
    }
    for document in read() {
        assert!(walk(&document, &document) > 20);
    }
}

#[test]
fn a_body_names_all_its_members_and_refuses_others() {
    for document in read() {
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            let asked = name.starts_with("New") || name.starts_with("Patch") || name.starts_with("Put");
            if asked
                || [
                    "Bulk",
                    "BulkTags",
                    "MergeTag",
                    "NamedTag",
                    "WantedDevice",
                    "GetTags",
                    "NamedDevice",
                    "CheckIns",
                    "CheckIn",
                    "Facts",
                ]
                .contains(&&**name)
            {
                assert_eq!(schema["additionalProperties"], false, "{name}");
            }
        }
    }
}

#[tokio::test]
async fn the_table_has_the_paths_of_the_documents_and_no_others() {
    let server = Server::start().await;
    let documents = read();
    let operations = operations(&documents);
    let debugged = format!("{:?}", server.app.edge);
    let routed: BTreeSet<_> = debugged.split('"').filter(|text| text.starts_with('/')).collect();
    let documented = operations.iter().map(|operation| operation.path).chain(UNDOCUMENTED).collect();
    assert_eq!(routed, documented);

    for path in operations.iter().map(|operation| operation.path).collect::<BTreeSet<_>>() {
        let here = operations.iter().filter(|operation| operation.path == path);
        let methods: BTreeSet<_> = here.map(|operation| operation.method.to_uppercase()).collect();
        let answer = server.send("TRACE", &path.replace(['{', '}'], ""), None).await;
        assert_eq!(answer.status, 405, "{path}");
        let allowed = answer.header("allow").unwrap().split(',').filter(|method| *method != "HEAD");
        assert_eq!(allowed.map(str::to_owned).collect::<BTreeSet<_>>(), methods, "{path}");
    }
}

#[tokio::test]
async fn failures_have_the_form_that_the_document_says() {
    let server = Server::start().await;
    let (stranger, nobody) = (server.with_token("not-a-token"), server.user(json!({})).await);
    let documents = read();
    for operation in operations(&documents) {
        if operation.right().is_some() {
            let unknown = if V1.contains(&operation.path) { 403 } else { 401 };
            for (client, status) in [(&stranger, unknown), (&nobody, 403)] {
                let refused = operation.call(client, None).await;
                assert_eq!(refused.status, status, "{} {}", operation.method, operation.path);
                operation.lists(&refused);
            }
        }
        if operation.said["requestBody"].is_object() {
            operation.lists(&operation.call(&server, Some("no JSON")).await);
            operation.lists(&operation.call(&server, Some(r#"{"shoeSize": 7}"#)).await);
            let plain = server.request(&operation.method.to_uppercase(), &operation.address());
            operation.lists(&server.call(plain.body(Body::from("{}")).unwrap()).await);
        } else if operation.said["operationId"] != "streamChanges" {
            // A stream that is let through has no end.
            operation.lists(&operation.call(&server, None).await);
        }
        let trace = Request::builder().method("TRACE").uri(operation.address());
        operation.lists(&server.call(trace.body(Body::empty()).unwrap()).await);
    }
}

#[tokio::test]
async fn every_operation_asks_for_the_right_that_its_document_names_and_for_no_more() {
    let server = Server::start().await;
    let documents = read();
    for operation in operations(&documents) {
        let Some(right) = operation.right() else { continue };
        let at = format!("{} {}: {right}", operation.method, operation.path);
        let Some((area, level)) = right.split_once(':') else {
            let all =
                json!({"device_classification": "manage", "devices": "manage", "client_status": "manage"});
            let user = server.user(all).await;
            assert!(["administrator", "global administrator"].contains(&right), "{at}");
            assert_eq!(operation.call(&user, None).await.status, 403, "{at}");
            continue;
        };
        let entitled = server.user(json!({area: level})).await;
        assert_ne!(operation.call(&entitled, None).await.status, 403, "{at}");
        if level == "manage" {
            let viewer = server.user(json!({area: "view"})).await;
            assert_eq!(operation.call(&viewer, None).await.status, 403, "{at}");
        }
    }
}

#[tokio::test]
async fn status_rows_have_exactly_the_members_of_the_document() {
    let server = Server::start().await;
    server.post(CLASSIFICATIONS, json!([{"name": "low"}])).await;
    let conditions = json!({"$and": [{"min_os_version_check": {"min_os_version": "0"}}]});
    let rule = json!([{"name": "r", "label": "low", "os": "mac", "conditions": conditions}]);
    assert_eq!(server.post(RULES, rule).await.status, 201);
    let mac = json!({"nsdeviceuid": "A", "os": "mac", "osVersion": "14.1", "macAddresses": ["00:00"]});
    server.post(CHECKINS, json!({"checkins": [mac, {"nsdeviceuid": "B"}]})).await;

    let documents = read();
    let operations = operations(&documents);
    let search = operations.iter().find(|operation| operation.path == STATUS).unwrap();
    let full = server.get(STATUS).await;
    search.lists(&full);
    assert_eq!(full.json()["status"]["count"], 2);
    let narrow = &search.document["components"]["schemas"]["StatusRow"]["anyOf"][1]["properties"];
    let names: Vec<_> = narrow.as_object().unwrap().keys().map(String::as_str).collect();
    let fields = std::iter::once(("fields", &names[..]));
    for (parameter, names) in fields.chain(names.chunks(8).map(|some| ("groupbys", some))) {
        let answer = server.get(&format!("{STATUS}?{parameter}={}", names.join(","))).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        search.lists(&answer);
    }
}

#[tokio::test]
async fn a_device_has_exactly_the_members_of_the_document() {
    let server = Server::start().await;
    let facts = json!({"domain": "corp.local", "antivirus": [{"product": "x", "upToDate": true}],
        "processes": {"a": true, "b": {"running": true, "signerName": "c"}}, "files": {"/x": {"present": true}},
        "registry": [{"rootKey": "HKEY_LOCAL_MACHINE", "key": "k", "value": "v", "type": "REG_SZ", "data": "d"}],
        "diskEncryption": ["luks"], "certificates": [{"issuer": "i"}], "mdm": true});
    let check_in = json!({"nsdeviceuid": "A", "os": "windows", "osVersion": "10.0", "facts": facts});
    let taken = server.post(CHECKINS, json!({"checkins": [check_in, {"nsdeviceuid": "B"}, 7]})).await;
    let documents = read();
    let operations = operations(&documents);
    let named = |id: &str| operations.iter().find(|operation| operation.said["operationId"] == id).unwrap();
    named("checkIn").lists(&taken);
    named("listDevices").lists(&server.get("/api/v1/devices").await);
    for device in &taken.json()["devices"].as_array().unwrap()[..2] {
        let answer = server.get(&format!("/api/v1/devices/{}", device["id"].as_str().unwrap())).await;
        assert_eq!(answer.status, 200);
        named("getDevice").lists(&answer);
    }
}

#[tokio::test]
async fn a_proof_has_exactly_the_members_of_the_document() {
    let server = Server::start().await;
    server.post(CLASSIFICATIONS, json!([{"name": "low"}, {"name": "high"}])).await;
    let any_of = |checks: Value| json!({"$and": [{"$or": checks}]});
    let strong =
        any_of(json!([{"domain_check": {"domains": ["corp.local"]}}, {"mine_check": {"kept": ["x"]}},
        {"av_check": {"product_name": "any"}}, {"disk_enc_check": {"product": "pgp"}}]));
    let weak = any_of(json!([{"process_check": {"process": "x"}}, {"file_check": {"path": "/x"}}]));
    let rule = |name: &str, conditions: Value| json!({"name": name, "label": name, "os": "linux", "conditions": conditions});
    server.post(RULES, json!([rule("low", strong), rule("high", weak)])).await;
    let facts = json!({"domain": "", "antivirus": [], "diskEncryption": ["luks"], "files": {"/x": {"present": true}},
        "processes": {"x": false}});
    let check_ins = json!([{"nsdeviceuid": "A", "os": "linux", "facts": facts}, {"nsdeviceuid": "B"}]);
    let taken = server.post(CHECKINS, json!({"checkins": check_ins})).await.json();
    let documents = read();
    let operations = operations(&documents);
    let operation =
        operations.iter().find(|operation| operation.said["operationId"] == "explainDevice").unwrap();
    for (device, flips) in taken["devices"].as_array().unwrap().iter().zip([4, 0]) {
        let answer = server.get(&format!("/api/v1/devices/{}/explain", device["id"].as_str().unwrap())).await;
        assert_eq!((answer.status.as_u16(), answer.json()["flips"].as_array().unwrap().len()), (200, flips));
        operation.lists(&answer);
    }
}

#[tokio::test]
async fn a_preview_has_exactly_the_members_of_the_document() {
    let server = Server::start().await;
    server.post(CLASSIFICATIONS, json!([{"name": "low"}])).await;
    server
        .post(CHECKINS, json!({"checkins": [{"nsdeviceuid": "A", "os": "mac", "osVersion": "14.1"}]}))
        .await;
    let conditions = json!({"$and": [{"min_os_version_check": {"min_os_version": "0"}}]});
    let draft = json!({"label": "low", "os": "mac", "conditions": conditions});
    let documents = read();
    let operations = operations(&documents);
    let preview = operations.iter().find(|operation| operation.path == "/api/v1/rules/preview").unwrap();
    for (body, status) in [
        (json!([draft]), 200),
        (draft, 200),
        (json!({}), 400),
        (json!({"delete": 9}), 404),
        (json!([{"delete": 9}]), 404),
    ] {
        let answer = preview.call(&server, Some(&body.to_string())).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        preview.lists(&answer);
    }
}

#[tokio::test]
async fn the_checks_of_the_document_are_those_of_the_program_for_the_same_systems_and_by_the_same_parameters()
{
    let server = Server::start().await;
    server.post(CLASSIFICATIONS, json!([{"name": "low"}])).await;
    let document = &read()[0];
    let checks = document["components"]["schemas"]["Check"]["properties"].as_object().unwrap();
    let systems = server.get("/api/v2/devices/supportedos").await.json()["available_os"].clone();
    let systems: Vec<_> = systems.as_array().unwrap().iter().map(|os| os.as_str().unwrap()).collect();
    let known = Os::ALL.into_iter().flat_map(options::checks).map(|(name, _)| name.to_owned());
    assert_eq!(checks.keys().cloned().collect::<BTreeSet<_>>(), known.collect());
    for (check, said) in checks {
        let taken = async |parameters: &Value| {
            let mut taken = Vec::new();
            for os in &systems {
                let conditions = json!({"$and": [{check: parameters}]});
                let rule = json!([{"name": format!("{check} {os}").replace('_', " "), "label": "low", "os": os,
                    "conditions": conditions}]);
                let answer = server.post(RULES, rule).await;
                // A tag that does not exist is a fault of the site's, not of the form.
                if answer.status != 400 || answer.text.contains("1137 does not exist") {
                    taken.push((*os).to_owned());
                }
            }
            taken
        };
        let none = json!([{}]);
        let examples = said.get("examples").unwrap_or(&none).as_array().unwrap();
        let mut where_taken = BTreeSet::new();
        for example in examples {
            where_taken.extend(taken(example).await);
        }
        let description = said["description"].as_str().unwrap();
        for os in &systems {
            let listed = match description {
                _ if description.starts_with("Every operating system.") => true,
                _ if description.starts_with("Every operating system but") => *os != "chromeos",
                _ => description
                    .split('.')
                    .next()
                    .unwrap()
                    .split(", ")
                    .any(|name| name == *os || (name == "windows" && *os == "winserver")),
            };
            assert_eq!(where_taken.contains(*os), listed, "{check} on {os}");
        }
    }
}
