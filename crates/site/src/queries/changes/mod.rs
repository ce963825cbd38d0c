//! The change log (alloyscan, Change log): the records of a site and of the instance, shown entry by entry.

mod kind;

pub use self::kind::{Action, Kind, Object, of_change, of_instance_change};
