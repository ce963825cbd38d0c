//! The index of a site's log: which records the change log shows for a filter, and which concern a device, without
//! reading them. It follows from the records alone, in pages of records that follow each other.

mod builder;
mod concerned;
mod encoding;
mod page;
#[cfg(test)]
mod tests;

pub use self::builder::PageBuilder;
pub use self::concerned::concerns;
pub use self::page::{Counts, LogPage};
