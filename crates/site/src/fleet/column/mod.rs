//! Columns of a block. Each shares its memory with its clones, and the first write that differs copies it alone; each
//! takes as few bytes as what its values have in common allows.

mod begins;
mod by_value;
mod codes;
mod ends;
mod few_bytes;
mod holding;
mod lists;
mod packed;
mod part;
mod parted;
mod ranks;
mod rows;
mod stored;
mod texts;
mod truths;
mod values;
mod words;

pub(super) use self::codes::Codes;
pub(super) use self::lists::Lists;
pub(crate) use self::packed::PackedTexts;
pub(crate) use self::part::{Part, has_part};
pub(crate) use self::parted::STARTS_MAX;
pub(crate) use self::ranks::Ranks;
pub(super) use self::stored::Small;
pub(crate) use self::texts::Texts;
pub(super) use self::truths::Truths;
pub(super) use self::values::Column;

/// Devices in a block.
pub(crate) const BLOCK: usize = 1024;
