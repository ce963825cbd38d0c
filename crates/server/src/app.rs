//! The router of everything that the server answers.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use domain::{SiteId, TokenHash};
use node::Node;

use crate::auth::Gate;
use crate::edge::{RequestIds, edge};
use crate::failure::Failure;
use crate::{openapi, page};

/// What the server is told beside its node.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// A token of an administrator with every area of that site, never stored. Its text may be any of 8 or more
    /// characters.
    pub bootstrap: Option<(TokenHash, SiteId)>,
}

/// Everything that the server answers, over `node`.
pub fn app(node: Arc<Node>, options: Options) -> Router {
    openapi::apis()
        .into_iter()
        .fold(page::routes(), |router, api| router.merge(api.into_router()))
        .fallback(|| async { Failure::NoRoute })
        // `JsonBody` has the limit, with a failure of ours.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(Arc::new(RequestIds::new()), edge))
        .with_state(Gate::new(node, options.bootstrap))
}
