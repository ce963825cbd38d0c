//! Load generators, and the little HTTP that they speak.

pub mod api;
mod blocking;
mod closed;
mod connection;
mod open;
pub mod request;
mod response;
mod schedule;

pub use api::Api;
pub use blocking::Blocking;
pub use closed::Closed;
pub use open::Open;
pub use request::Requests;
