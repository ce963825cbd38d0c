//! The change log (alloyscan, Change log): the records of a site and of the instance, shown entry by entry.

mod entry;
mod filter;
mod kind;
#[cfg(test)]
mod tests;

pub use self::entry::{Entry, Subject, of_instance_record, of_record};
pub use self::filter::{ChangeFilter, entries};
pub use self::kind::{Action, Kind, Object, of_change, of_instance_change};
pub use super::audit::sites_of;
