//! The agent and the simulated fleet against a server of this process.

#![allow(clippy::unwrap_used, reason = "a test that meets an error has failed")]

mod agent_rounds;
mod server;
mod simulated_fleet;
