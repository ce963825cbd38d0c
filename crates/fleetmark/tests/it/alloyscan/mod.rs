//! AlloyScan's dialect (alloyscan.md).

mod across;
mod bodies;
mod catalogue;
mod device_tags;
mod roles;
mod segments;
mod tag_list;
