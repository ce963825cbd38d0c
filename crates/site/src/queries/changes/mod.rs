//! The change log (alloyscan, Change log): the records of a site and of the instance, shown entry by entry.

mod filter;
mod kind;

pub use self::filter::{ChangeFilter, entries};
pub use self::kind::{Action, Kind, Object, of_change, of_instance_change};
