//! A node over a store in memory that can be held up, cut inside commit and made unreadable.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod clock;
mod commands;
mod conflicts;
mod cuts;
mod gate;
mod groups;
mod life;
mod limits;
mod rig;
mod stats;
mod stop;
