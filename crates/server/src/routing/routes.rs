//! Paths with their handlers, and what the handlers say of themselves beside their code.

use axum::http::Method;
use utoipa::openapi::path::{HttpMethod, Operation, Paths};
use utoipa::openapi::{Components, RefOr, Schema};

use super::handler::{AnyHandler, Handler, any};

/// Routes, with the paths and components of the document that describes them.
#[derive(Default)]
pub(crate) struct Routes {
    /// Template, method, handler.
    pub(super) all: Vec<(String, Method, AnyHandler)>,
    pub(crate) paths: Paths,
    pub(crate) components: Components,
}

/// What an annotation says: path, operation, methods.
type Described = (String, Operation, Vec<HttpMethod>);

impl Routes {
    /// With `handler` under the path and methods that its annotation names. To be used through [`routes!`].
    pub(crate) fn described<Taken>(
        mut self,
        ((path, operation, methods), schemas): (Described, Vec<(String, RefOr<Schema>)>),
        handler: impl Handler<Taken> + Copy,
    ) -> Self {
        for method in &methods {
            self.all.push((path.clone(), named(method), any(handler)));
        }
        self.paths.add_path_operation(path, methods, operation);
        self.components.schemas.extend(schemas);
        self
    }

    /// With `handler` for `GET` at a path that no document has.
    pub(crate) fn get<Taken>(mut self, path: &str, handler: impl Handler<Taken>) -> Self {
        self.all.push((path.to_owned(), Method::GET, any(handler)));
        self
    }

    /// With those of `other`.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.all.extend(other.all);
        self.paths.merge(other.paths);
        self.components.schemas.extend(other.components.schemas);
        self
    }
}

fn named(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Trace => Method::TRACE,
    }
}

/// Handlers under the paths and methods of their annotations (`utoipa::path`), so that no route can differ from what
/// the document says of it.
macro_rules! routes {
    ($($handler:path),+ $(,)?) => {
        $crate::routing::Routes::default()$(.described(
            {
                let mut schemas = Vec::new();
                (utoipa_axum::routes!(@resolve_types $handler : schemas), schemas)
            },
            $handler,
        ))+
    };
}

pub(crate) use routes;
