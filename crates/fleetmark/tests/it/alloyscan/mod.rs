//! AlloyScan's dialect (alloyscan.md).

mod across;
mod assignments;
mod bodies;
mod bulk_tags;
mod catalogue;
mod device_tags;
mod merge;
mod roles;
mod seed;
mod segments;
mod tag_list;
