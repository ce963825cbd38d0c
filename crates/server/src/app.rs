//! Everything that the server answers.

use std::sync::Arc;

use domain::{SiteId, TokenHash};
use node::Node;

use crate::auth::Gate;
use crate::body::{BODIES_MAX_BYTES, Intake};
use crate::dialects::Dialect;
use crate::edge::Edge;
use crate::metrics::Http;
use crate::openapi::Api;
use crate::routing::Table;
use crate::serve::{CONNECTIONS_MAX, Connections};
use crate::{metrics, openapi, page};

/// What the server is told beside its node.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// A token of an administrator with every area of that site, never stored. Its text may be any of 8 or more
    /// characters.
    pub bootstrap: Option<(TokenHash, SiteId)>,
}

/// What [`crate::serve()`] serves.
#[derive(Clone, Debug)]
pub struct App {
    pub(crate) edge: Arc<Edge>,
    pub(crate) connections: Connections,
}

/// Everything that the server answers, over `node`.
pub fn app(node: Arc<Node>, options: Options) -> App {
    limited(node, options, BODIES_MAX_BYTES, CONNECTIONS_MAX)
}

/// The same with limits of its own in total.
pub(crate) fn limited(
    node: Arc<Node>,
    options: Options,
    bodies_max_bytes: usize,
    connections_max: usize,
) -> App {
    let connections = Connections::new(connections_max);
    let apis = openapi::apis();
    let others = [page::PATH, metrics::PATH].map(|path| (Dialect::Ours.name(), path.to_owned()));
    let templates = apis.iter().flat_map(Api::templates).chain(others);
    let (intake, http) = (Arc::new(Intake::new(bodies_max_bytes)), Arc::new(Http::of(templates)));
    let gate = Gate::new(Arc::clone(&node), options.bootstrap);
    let (streams, lanes) = (Arc::clone(gate.streams()), Arc::clone(gate.lanes()));
    let figures =
        metrics::routes(node, Arc::clone(&http), Arc::clone(&intake), connections.clone(), streams, lanes);
    let routes =
        apis.into_iter().fold(page::routes(), |routes, api| routes.merge(api.into_routes())).merge(figures);
    let table = Table::new(routes, &http);
    App { edge: Arc::new(Edge::new(table, gate, http, intake)), connections }
}
