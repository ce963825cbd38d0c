//! AlloyScan: the tag catalogue, devices, and the tags on them (alloyscan).

pub mod devices;
pub mod tags;
