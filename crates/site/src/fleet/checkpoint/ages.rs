//! When the devices of a block were heard: what every check-in changes.

use domain::{FactGroup, FactGroups, Timestamp};

use super::super::block::Block;
use super::super::column::Column;
use super::super::moments::Moments;
use crate::DecodeError;

/// Columns that say when something was reported.
#[derive(prost::Message)]
pub(super) struct AgesMessage {
    #[prost(bytes = "vec", optional, tag = "1")]
    seen: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "2")]
    fresh: Option<Vec<u8>>,
    #[prost(message, repeated, tag = "3")]
    older: Vec<OlderMessage>,
}

/// The column of a group of facts, if there is one.
#[derive(prost::Message)]
struct OlderMessage {
    /// By [`FactGroup`]'s numbers, ascending.
    #[prost(uint32, tag = "1")]
    group: u32,
    #[prost(bytes = "vec", tag = "2")]
    at: Vec<u8>,
}

/// Those columns as a message.
pub(super) fn write(block: &Block) -> AgesMessage {
    let older =
        (0..).zip(&block.older).filter_map(|(group, at)| Some(OlderMessage { group, at: at.write()? }));
    AgesMessage { seen: block.seen.write(), fresh: block.fresh.write(), older: older.collect() }
}

/// Sets those columns from their message.
pub(super) fn read(message: &AgesMessage, block: &mut Block) -> Result<(), DecodeError> {
    let is_moment = |millis: i64| (0..=Timestamp::MAX.millis()).contains(&millis);
    block.seen = Moments::read("seen", message.seen.as_deref(), is_moment)?;
    let are_groups = |bits: u16| FactGroups::from_bits(bits).bits() == bits;
    block.fresh = Column::read("fresh", message.fresh.as_deref(), are_groups)?;
    if !message.older.is_sorted_by(|a, b| a.group < b.group) {
        return Err(DecodeError::damaged("older", "must be in ascending order"));
    }
    for OlderMessage { group, at } in &message.older {
        let known = FactGroup::ALL.into_iter().find(|known| *known as u32 == *group);
        let known = known.ok_or_else(|| DecodeError::unknown_number("older.group", *group))?;
        block.older[known as usize] = Column::read("older.at", Some(at), |_| true)?;
    }
    Ok(())
}

/// Takes those columns over from another block.
pub(super) fn take(from: Block, to: &mut Block) {
    to.seen = from.seen;
    to.fresh = from.fresh;
    to.older = from.older;
}

/// Whether both blocks share those columns.
pub(super) fn is_shared(a: &Block, b: &Block) -> bool {
    a.seen.is_shared_with(&b.seen)
        && a.fresh.is_shared_with(&b.fresh)
        && a.older.iter().zip(&b.older).all(|(a, b)| a.is_shared_with(b))
}
