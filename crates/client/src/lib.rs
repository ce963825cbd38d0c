//! The HTTP client of a Fleetmark server: whole batches, bounded retries, time-outs, and a token that never shows in
//! a log or an error.

mod check_in;
mod error;
mod http;
mod options;
mod random;
mod retry;
mod server_url;
mod sites;
mod token;
mod tokens;

pub use error::Error;
pub use http::Client;
pub use options::Options;
pub use random::random_unit;
pub use retry::Retry;
pub use server_url::ServerUrl;
pub use token::Token;
