//! AlloyScan: the tag catalogue, devices and the tags on them, segments (alloyscan).

pub mod devices;
pub mod segments;
pub mod tags;
