//! The HTTP side: who may call (`auth`), the dialects with their routes and failures, the edge around all of them
//! (request ids, access log, panics, time limits), the serving of connections, and figures of all that.

mod app;
mod auth;
mod body;
mod csv;
mod dialects;
mod edge;
mod failure;
mod health;
mod heavy;
mod json;
mod limit;
mod metrics;
mod moment_text;
pub mod openapi;
mod pacing;
mod page;
mod paging;
mod params;
mod reply;
mod routing;
mod serve;
mod shape;
mod streams;
mod token_text;
mod uuid_text;
mod violations;

pub use app::{App, Options, app};
pub use dialects::fleetmark::token_shown;
pub use serve::{DRAIN_SECONDS, Tls, TlsError, serve};
pub use token_text::TokenText;

#[cfg(test)]
mod tests;
