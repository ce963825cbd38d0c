//! One file a command: its flags, and what it does.

pub mod agent;
pub mod changes;
mod connection;
mod log;
pub mod maintenance;
pub mod serve;
pub mod simulate;
pub mod site;
mod store_url;
pub mod token;
