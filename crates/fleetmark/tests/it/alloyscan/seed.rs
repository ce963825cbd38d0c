//! Every call of the seed and every error that it names, by both roles, while a second site looks on that has the same
//! names and the same machine (seed 002).

use serde_json::{Value, json};

use super::bodies::{NOTHING, TAGS, carried, made, on, path_of, tag};
use crate::harness::{Client, Server, linux, our_error, uid};

/// The first site as somebody of a role sees it, and the second one.
struct Scene {
    server: Server,
    caller: Client,
    administrator: Client,
    onlooker: Client,
    /// A tag of the first site that no device carries.
    tag: String,
    device: Value,
}

impl Scene {
    fn of(role: Value) -> Self {
        let server = Server::start();
        let token = server.post("/api/v1/sites", json!({"name": "lab"})).expect_status(201).json();
        let onlooker = server.with_token(token["token"]["token"].as_str().unwrap());
        let administrator =
            server.with_token(&server.make_token(json!({"name": "ann", "role": "administrator"})));
        let caller = server.with_token(&server.make_token(role));
        for site in [&administrator, &onlooker] {
            site.check_in(linux(&uid(1)));
        }
        made(&onlooker, "Production", "green");
        let tag = made(&administrator, "Production", "green");
        let device = administrator.check_in(linux(&uid(1)));
        Self { server, caller, administrator, onlooker, tag, device }
    }

    fn administrator() -> Self {
        Self::of(json!({"name": "admin", "role": "administrator"}))
    }

    fn user() -> Self {
        Self::of(json!({"name": "user", "role": "user", "areas": {"devices": "manage"}}))
    }

    /// All that the second site shows of itself.
    fn looks(&self) -> [Value; 4] {
        let lists = [TAGS, "/api/v1/devices", "/api/v1/segments", "/api/v1/tokens"];
        lists.map(|path| {
            let mut list = self.onlooker.get(path).expect_status(200).json();
            // To look is to use a token.
            for item in list["items"].as_array_mut().into_iter().flatten() {
                item.as_object_mut().unwrap().retain(|member, _| !member.starts_with("lastUsed"));
            }
            list
        })
    }

    /// Has `calls` done, of which the second site must notice nothing.
    fn unseen(&self, calls: impl FnOnce(&Self)) {
        let before = self.looks();
        calls(self);
        assert_eq!(self.looks(), before);
    }

    /// What the second site is answered when it names what the first one has: that there is no such thing.
    fn is_strange_to_the_onlooker(&self) {
        let (path, device) = (path_of(&self.tag), on(&self.device));
        self.onlooker.get(&path).expect(404, our_error(&["not_found"]));
        self.onlooker.patch(&path, json!({"name": "x"})).expect(404, our_error(&["not_found"]));
        self.onlooker.delete(&path).expect(404, our_error(&["not_found"]));
        let attach = |body| self.onlooker.post(&device, body);
        attach(json!({"tagName": "Production"})).expect(404, our_error(&["not_found"]));
        let detach = format!("{device}/{}", self.tag);
        self.onlooker.delete(&detach).expect(404, our_error(&["not_found"]));
    }
}

#[test]
fn anyone_of_the_site_reads_its_catalogue_and_puts_tags_on_devices() {
    for scene in [Scene::administrator(), Scene::user()] {
        scene.unseen(|scene| {
            for n in 1..=51 {
                made(&scene.administrator, &format!("extra {n:02}"), "cyan");
            }
            let page = scene.caller.get(TAGS).expect_status(200).json();
            assert_eq!((page["items"].as_array().unwrap().len(), &page["total"]), (50, &json!(52)));
            assert_eq!(
                page["items"][0],
                scene.caller.get(&path_of(page["items"][0]["id"].as_str().unwrap())).json()
            );
            let page = scene.caller.get(&format!("{TAGS}?limit=2&offset=50"));
            page.expect(
                200,
                json!({"items": [tag("extra 51", "cyan", 0), tag("Production", "green", 0)], "total": 52}),
            );
            let found = json!({"items": [tag("Production", "green", 0)], "total": 1});
            scene.caller.get(&format!("{TAGS}?q=ODUC")).expect(200, found);

            let device = on(&scene.device);
            let one = json!({"items": [carried("Production", "green")], "total": 1});
            scene.caller.post(&device, json!({"tagId": scene.tag})).expect(200, one.clone());
            scene.caller.post(&device, json!({"tagName": "Production"})).expect(200, one);
            scene.caller.get(&path_of(&scene.tag)).expect(200, tag("Production", "green", 1));
            let unknown = our_error(&["does not exist"]);
            scene.caller.post(&device, json!({"tagName": "nothing"})).expect(400, unknown);
            let nobody = format!("/api/v1/devices/{NOTHING}/tags");
            scene.caller.post(&nobody, json!({"tagId": scene.tag})).expect(404, our_error(&["not_found"]));
            scene.is_strange_to_the_onlooker();
            scene.caller.delete(&format!("{device}/{}", scene.tag)).expect_empty(204);
            scene.caller.get(&path_of(&scene.tag)).expect(200, tag("Production", "green", 0));
        });
    }
}

#[test]
fn an_administrator_keeps_the_catalogue() {
    Scene::administrator().unseen(|scene| {
        let caller = &scene.caller;
        let created = caller.post(TAGS, json!({"name": "Test", "color": "orange"}));
        let created = created.expect(201, tag("Test", "orange", 0)).json();
        let missing = our_error(&["validation_failed", "name is missing"]);
        caller.post(TAGS, json!({"color": "green"})).expect(400, missing);
        let twice = r#"{"name": "a", "name": "b", "color": "green"}"#;
        caller.send_text("POST", TAGS, "application/json", twice).expect(400, our_error(&["name"]));
        let magenta = json!({"name": "a", "color": "magenta"});
        caller.post(TAGS, magenta).expect(400, our_error(&["color must be one of"]));
        caller.post(TAGS, json!({"name": "a"})).expect(400, our_error(&["color is missing"]));
        let taken = json!({"name": "production", "color": "green"});
        caller.post(TAGS, taken).expect(409, our_error(&["name_taken"]));

        let path = path_of(created["id"].as_str().unwrap());
        caller.patch(&path, json!({"name": "Prod", "color": "pink"})).expect(200, tag("Prod", "pink", 0));
        caller.patch(&path, json!({"name": "PRODUCTION"})).expect(409, our_error(&["name_taken"]));
        caller.post(&on(&scene.device), json!({"tagName": "Prod"})).expect_status(200);
        scene.is_strange_to_the_onlooker();
        caller.delete(&path).expect_empty(204);
        assert!(caller.tags_of(&uid(1)).is_empty(), "a deleted tag leaves every device");
        caller.get(&path).expect(404, our_error(&["not_found"]));
    });
}

#[test]
fn a_user_is_refused_the_catalogue_whatever_the_body_says() {
    Scene::user().unseen(|scene| {
        let (caller, path) = (&scene.caller, path_of(&scene.tag));
        let refusal = || our_error(&["forbidden", "administrator"]);
        for body in [
            json!({"name": "Test", "color": "orange"}),
            json!({"name": "Production", "color": "green"}),
            json!({"color": "magenta"}),
        ] {
            caller.post(TAGS, body.clone()).expect(403, refusal());
            caller.patch(&path, body).expect(403, refusal());
        }
        caller.delete(&path).expect(403, refusal());
        caller.get(&path).expect(200, tag("Production", "green", 0));
    });
}

#[test]
fn nobody_else_does_anything() {
    let viewer = json!({"name": "viewer", "role": "user", "areas": {"devices": "view"}});
    let elsewhere = json!({"name": "elsewhere", "role": "user", "areas": {"decisions": "manage"}});
    for role in [viewer, elsewhere] {
        Scene::of(role).unseen(|scene| {
            let device = on(&scene.device);
            let attach = scene.caller.post(&device, json!({"tagId": scene.tag}));
            attach.expect(403, our_error(&["forbidden", "devices"]));
            let detach = scene.caller.delete(&format!("{device}/{}", scene.tag));
            detach.expect(403, our_error(&["forbidden", "devices"]));
            for stranger in [scene.server.without_token(), scene.server.with_token("fm_wrong")] {
                let attach = stranger.post(&device, json!({"tagId": scene.tag}));
                attach.expect(401, our_error(&["unauthorized"]));
                stranger.get(TAGS).expect(401, our_error(&["unauthorized"]));
                let new = json!({"name": "x", "color": "green"});
                stranger.post(TAGS, new).expect(401, our_error(&["unauthorized"]));
            }
        });
    }
}
