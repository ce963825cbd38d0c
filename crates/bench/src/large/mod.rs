//! The large fleet: a million believable devices, as `fleetmark simulate` makes them, and 30 rules.

pub mod catalogue;
mod store;

pub use store::copy_of_store;
