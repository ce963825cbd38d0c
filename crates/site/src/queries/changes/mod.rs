//! The change log (alloyscan, Change log): the records of a site and of the instance, shown entry by entry.

mod entry;
mod kind;
#[cfg(test)]
mod tests;

pub use self::entry::{Entry, Subject, entries, instance_entries};
pub use self::kind::{Action, Kind, Object, of_change, of_instance_change};
