//! Which tags the devices of a block carry, and what the rules make of them.

use domain::TagId;

use super::super::block::Block;
use super::super::column::{Column, Lists};
use super::super::reasons::ReasonIds;
use super::columns::{read_lengths, write_lengths};
use crate::DecodeError;
use crate::encoding::packed::{read_numbers, write_numbers};

/// The columns of tags and outcomes.
#[derive(prost::Message)]
pub(super) struct StandingMessage {
    /// How many tags each device carries, as numbers.
    #[prost(bytes = "vec", tag = "1")]
    tag_counts: Vec<u8>,
    /// All these tags, as numbers.
    #[prost(bytes = "vec", tag = "2")]
    tags: Vec<u8>,
    /// Ids of a dictionary.
    #[prost(bytes = "vec", optional, tag = "3")]
    outcome: Option<Vec<u8>>,
    /// Of each of these tags the id of a dictionary, as numbers; absent where none has one.
    #[prost(bytes = "vec", optional, tag = "4")]
    reasons: Option<Vec<u8>>,
}

/// Those columns as a message.
pub(super) fn write(block: &Block) -> StandingMessage {
    let tags: Vec<_> = block.tags.values().iter().map(|tag| tag.0.into()).collect();
    StandingMessage {
        tag_counts: write_lengths(block.tags.ends()),
        tags: write_numbers(&tags),
        outcome: block.outcome.write(),
        reasons: write_reasons(&block.reasons),
    }
}

/// Sets those columns from their message.
pub(super) fn read(message: &StandingMessage, block: &mut Block) -> Result<(), DecodeError> {
    let (ends, total) = read_lengths("tag_counts", &message.tag_counts)?;
    let tags: Vec<u32> = read_numbers("tags", &message.tags, total)?.collect("tags")?;
    if tags.len() != total {
        return Err(DecodeError::damaged("tags", "are not as many as the devices carry"));
    }
    let mut start = 0;
    for end in &ends {
        let own = &tags[std::mem::replace(&mut start, *end as usize)..*end as usize];
        if !own.is_sorted_by(|a, b| a < b) {
            return Err(DecodeError::damaged("tags", "must be in ascending order"));
        }
    }
    block.tags = Lists::of(&ends, tags.into_iter().map(TagId).collect());
    block.reasons = read_reasons(message.reasons.as_deref(), total)?;
    block.outcome = Column::decode("outcome", message.outcome.as_deref(), |_| true)?;
    Ok(())
}

/// Takes those columns over from another block.
pub(super) fn take(from: Block, to: &mut Block) {
    to.tags = from.tags;
    to.reasons = from.reasons;
    to.outcome = from.outcome;
}

/// Whether both blocks share those columns.
pub(super) fn is_shared(a: &Block, b: &Block) -> bool {
    a.tags.is_shared_with(&b.tags)
        && a.reasons.is_shared_with(&b.reasons)
        && a.outcome.is_shared_with(&b.outcome)
}

fn write_reasons(reasons: &ReasonIds) -> Option<Vec<u8>> {
    let ids: Vec<_> = reasons.iter().map(u64::from).collect();
    ids.iter().any(|id| *id > 0).then(|| write_numbers(&ids))
}

fn read_reasons(bytes: Option<&[u8]>, total: usize) -> Result<ReasonIds, DecodeError> {
    let ids = match bytes {
        None => vec![0; total],
        Some(bytes) => read_numbers("reasons", bytes, total)?.collect("reasons")?,
    };
    if ids.len() != total {
        return Err(DecodeError::damaged("reasons", "are not as many as the tags"));
    }
    Ok(ReasonIds::of(ids))
}
