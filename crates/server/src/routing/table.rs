//! The table of all paths.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::future::ready;
use std::sync::Arc;

use axum::http::{HeaderValue, Method, header};
use axum::response::IntoResponse;
use matchit::Router;

use super::handler::{Answering, AnyHandler};
use super::{Call, Routes};
use crate::failure::Failure;
use crate::metrics::{Http, Route};

/// Finds the place of a path.
pub(crate) struct Table {
    /// Where each path without an id stands among the places.
    fixed: HashMap<String, usize>,
    /// The same of those with one.
    with_id: Router<usize>,
    places: Vec<Place>,
}

/// A path's handlers, and its figures.
pub(crate) struct Place {
    /// One a method; they are few.
    handlers: Vec<(Method, AnyHandler)>,
    /// What they are, as `Allow` says it.
    allow: HeaderValue,
    pub(crate) figures: Arc<Route>,
}

impl Table {
    /// Of these routes, which `http` counts.
    pub(crate) fn new(routes: Routes, http: &Http) -> Self {
        let mut all: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for (template, method, handler) in routes.all {
            all.entry(template).or_default().push((method, handler));
        }
        let (mut fixed, mut with_id, mut places) = (HashMap::new(), Router::new(), Vec::new());
        for (template, handlers) in all {
            let (allow, figures) = (allow(&handlers), http.of_template(&template));
            if template.contains('{') {
                with_id.insert(template, places.len()).expect("no two templates take the same paths");
            } else {
                fixed.insert(template, places.len());
            }
            places.push(Place { handlers, allow, figures });
        }
        Self { fixed, with_id, places }
    }

    /// The place of a path, and what stands in it for its ids.
    pub(crate) fn at<'p>(&self, path: &'p str) -> Option<(&Place, [&'p str; 2])> {
        if let Some(place) = self.fixed.get(path) {
            return Some((&self.places[*place], Default::default()));
        }
        let found = self.with_id.at(path).ok()?;
        let mut ids = found.params.iter().map(|(_, id)| id);
        Some((&self.places[*found.value], std::array::from_fn(|_| ids.next().unwrap_or_default())))
    }
}

/// Shows its templates.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.places.iter().filter_map(|place| place.figures.template())).finish()
    }
}

impl Place {
    /// The answer to a call of this path.
    pub(crate) fn answer(&self, call: Call) -> Answering {
        match self.handler(&call.head.method) {
            Some(handler) => handler(call),
            None => {
                let allow = [(header::ALLOW, self.allow.clone())];
                Box::pin(ready((allow, Failure::MethodNotAllowed).into_response()))
            }
        }
    }

    /// Who answers `GET` answers `HEAD`, of which the edge sends the head alone.
    fn handler(&self, method: &Method) -> Option<&AnyHandler> {
        let of = |wanted: &Method| self.handlers.iter().find(|(known, _)| known == wanted);
        let found = of(method).or_else(|| if method == Method::HEAD { of(&Method::GET) } else { None });
        found.map(|(_, handler)| handler)
    }
}

fn allow(handlers: &[(Method, AnyHandler)]) -> HeaderValue {
    let names: Vec<_> = handlers
        .iter()
        .map(|(method, _)| if method == Method::GET { "GET,HEAD" } else { method.as_str() })
        .collect();
    HeaderValue::from_str(&names.join(",")).expect("methods are made of letters")
}
