//! The checkpoint of a site: its snapshot in parts, of which only those that differ from an earlier one need to be
//! written again (DESIGN §4, Checkpoint).
//!
//! A block of devices is four parts, by how often they change: who the devices are, what they reported, when they were
//! heard, how they stand. A dictionary is a part for each 1024 ids, the catalogue one for each kind of definitions, and
//! so is, for each 1024 seconds in which devices were added, when that was.
//! What follows from these (indexes, counts, compiled rules) is in none of them and is made anew by [`restore`].

mod header;
mod key;
mod part;
mod restore;

pub use self::header::{Header, decode_header, encode_header};
pub use self::key::PartKey;
pub use self::part::{Part, parts};
pub use self::restore::{DecodedPart, decode_part, restore};
