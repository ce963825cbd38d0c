//! A node over a store in memory that can be held up, cut inside commit and made unreadable.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod beginnings;
mod behind;
mod changes;
mod checkpoint_cuts;
mod checkpoints;
mod clock;
mod commands;
mod conflicts;
mod cuts;
mod due;
mod fleet_wide;
mod gate;
mod groups;
mod history;
mod life;
mod limits;
mod news;
mod past;
mod pruning;
mod rig;
mod stats;
mod steps;
mod stop;
