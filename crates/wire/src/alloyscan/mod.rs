//! AlloyScan: the tag catalogue, devices and the tags on them, segments, the change log (alloyscan).

pub mod changes;
pub mod devices;
pub mod segments;
pub mod tags;
