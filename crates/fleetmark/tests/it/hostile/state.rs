//! What is there before the attack, and a picture of all of it.

use serde_json::json;

use super::{AUDIT, CLASSIFICATIONS, DEVICES, GET_TAGS, RULES, SITE, SITES, STATUS, TOKENS};
use crate::harness::{Client, Server, on_tag, uid, windows};

/// What a case may name: `<class>`, `<rule>`, `<tag>` and `<other>` are ids, `<uid>` is a machine, `<foreign>` the id
/// of a device that another site has.
pub struct Names([(&'static str, String); 6]);

impl Names {
    /// Fills a site: two classifications with rules, two tags, two devices, a token; its retention is set.
    pub fn prepare(client: &Client) -> Self {
        let class = client.make_classification("hostile class");
        client.make_classification("second class");
        let (tag, other) = (client.make_tag("hostile tag"), client.make_tag("second tag"));
        let rule = client.make_rule("hostile rule", "hostile class", "windows", on_tag(tag));
        client.make_rule("second rule", "second class", "windows", on_tag(other));
        client.check_in(windows(&uid(1)));
        client.check_in(windows(&uid(2)));
        client.bulk("bulkadd", &[tag], &[&uid(1)]);
        client.patch(SITE, json!({"settings": {"retention": "30d"}})).expect_status(200);
        client.make_token(json!({"name": "bystander", "role": "user", "areas": {"devices": "view"}}));
        let names = [("<class>", class), ("<rule>", rule), ("<tag>", tag), ("<other>", other)]
            .map(|(name, id)| (name, id.to_string()));
        let [class, rule, tag, other] = names;
        let foreign =
            Server::start().check_in(windows(&uid(1)))["id"].as_str().expect("a device has an id").to_owned();
        Self([class, rule, tag, other, ("<uid>", uid(1)), ("<foreign>", foreign)])
    }

    /// The text with what it names.
    pub fn fill(&self, text: &[u8]) -> Vec<u8> {
        let mut all = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some((first, more)) = rest.split_first() {
            match self.0.iter().find(|(name, _)| rest.starts_with(name.as_bytes())) {
                Some((name, value)) => {
                    all.extend_from_slice(value.as_bytes());
                    rest = &rest[name.len()..];
                }
                None => {
                    all.push(*first);
                    rest = more;
                }
            }
        }
        all
    }
}

/// Everything that a client can see, and the version of the log: a write that changes nothing tells it.
pub fn picture(client: &Client) -> String {
    let lists = [CLASSIFICATIONS, RULES, STATUS, TOKENS, DEVICES, SITES, AUDIT];
    let lists = lists.map(|path| client.get(path).expect_status(200).text);
    let tags = client.post(GET_TAGS, json!({"limit": 1000})).expect_status(200).text;
    let carried = [1, 2].map(|n| client.tags_of(&uid(n)).join(","));
    let nothing_new = client.post(CLASSIFICATIONS, json!([{"name": "hostile class"}])).expect_status(201);
    let version = nothing_new.header("Fleetmark-Version").expect("a write names its version").to_owned();
    let ready = client.get("/readyz").expect_status(200).text;
    [&lists.join("\n"), &tags, &carried.join("\n"), &version, &ready].map(String::as_str).join("\n")
}
