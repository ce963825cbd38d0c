//! The small site that jobs over HTTP are measured on: 20 tags, 4 rules, 10,000 devices.

pub mod devices;
mod seed;

pub use seed::{Seeded, fill, tag};
