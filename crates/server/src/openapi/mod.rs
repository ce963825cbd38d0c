//! The API documents (OpenAPI 3.1), one a dialect, made from the routers themselves: a handler says beside its code
//! what it takes and gives, its route is registered from that, and `complete` adds what all operations share.
//!
//! Committed under `openapi/` at the root of the repository; a test holds them equal to what is made here.

mod complete;
mod form;
mod introduction;
pub(crate) mod parameters;
mod shared_failures;

use std::future::ready;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::Response;
use utoipa::openapi::OpenApi;

use crate::dialects::Dialect;
use crate::reply::APPLICATION_JSON;
use crate::routing::Routes;
use crate::{dialects, health};

/// A dialect: what it answers, and the document that says so.
pub(crate) struct Api {
    /// The document's name, as in `/openapi/{name}.json`.
    name: &'static str,
    /// As figures call the dialect.
    dialect: &'static str,
    routes: Routes,
    document: OpenApi,
}

/// A document as it is served and committed.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its name, as in `/openapi/{name}.json`.
    pub name: &'static str,
    /// Its JSON, indented, with a line break at the end.
    pub json: String,
}

/// The documents of all dialects.
#[must_use]
pub fn documents() -> Vec<Document> {
    apis().iter().map(Api::told).collect()
}

/// All dialects.
pub(crate) fn apis() -> [Api; 4] {
    let ours = dialects::fleetmark::routes().merge(health::routes());
    [
        Api::new("netskope-v2", "netskope_v2", introduction::netskope_v2(), dialects::netskope_v2::routes()),
        Api::new("netskope-v1", "netskope_v1", introduction::netskope_v1(), dialects::netskope_v1::routes()),
        Api::new("alloyscan", "alloyscan", introduction::alloyscan(), dialects::alloyscan::routes()),
        Api::new("fleetmark", "fleetmark", introduction::fleetmark(), ours),
    ]
}

impl Api {
    fn new(name: &'static str, dialect: &'static str, introduction: OpenApi, routes: Routes) -> Self {
        let mut document = introduction;
        document.paths = routes.paths.clone();
        document.components = Some(routes.components.clone());
        complete::complete(&mut document);
        Self { name, dialect, routes, document }
    }

    fn told(&self) -> Document {
        let json = self.document.to_pretty_json().expect("a document is made of texts, numbers and lists");
        Document { name: self.name, json: with_required_headers(&json) }
    }

    /// The templates of its paths, and its document's path, each with the dialect that it counts to.
    pub(crate) fn templates(&self) -> Vec<(&'static str, String)> {
        let paths = self.document.paths.paths.keys().map(|path| (self.dialect, path.clone()));
        paths.chain([(Dialect::Ours.name(), self.path())]).collect()
    }

    /// Where its document is.
    fn path(&self) -> String {
        format!("/openapi/{}.json", self.name)
    }

    /// The dialect's paths, and its document's. The document asks for no token: it tells nothing of any site.
    pub(crate) fn into_routes(self) -> Routes {
        let (path, json) = (self.path(), Bytes::from(self.told().json));
        self.routes.get(&path, move || ready(document(json.clone())))
    }
}

/// Says of all headers that they are on every such answer: none is named that is not, but for those that tell of a pace
/// that may not be set, and `utoipa` has no member for it. `json` is indented by two a level.
fn with_required_headers(json: &str) -> String {
    let mut all = String::with_capacity(json.len() * 2);
    // How far the members of the object of headers are indented, while it lasts.
    let mut names_at = None;
    for line in json.lines() {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        all.push_str(line);
        all.push('\n');
        match names_at {
            None if text == "\"headers\": {" => names_at = Some(indent + 2),
            Some(at) if indent == at && text.ends_with('{') => {
                let is_always = !text.starts_with("\"RateLimit-");
                all.push_str(&format!("{}\"required\": {is_always},\n", " ".repeat(at + 2)));
            }
            Some(at) if indent < at => names_at = None,
            _ => {}
        }
    }
    all
}

fn document(json: Bytes) -> Response {
    let mut response = Response::new(Body::from(json));
    response.headers_mut().insert(header::CONTENT_TYPE, APPLICATION_JSON);
    response
}
