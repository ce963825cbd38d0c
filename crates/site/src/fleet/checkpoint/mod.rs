//! A fleet in the parts of a checkpoint: groups of a block's columns by how often they change, and dictionaries.

mod ages;
mod certificates;
mod columns;
mod dictionary;
mod first_seen;
mod identity;
mod join;
mod parallel;
mod reported;
mod standing;

use std::sync::Arc;

pub(crate) use self::dictionary::{Kept, ReadValues, decode_free_ids, decode_values, encode_free_ids};
pub(crate) use self::first_seen::{ReadSteps, decode_steps, step_chunks};
pub(crate) use self::join::ReadFleet;
use super::Fleet;
use super::block::Block;
use crate::DecodeError;
use crate::encoding::{Kind, open_part, seal_part};

/// The groups of columns.
pub(crate) const COLUMNS: [Kind; 4] = [Kind::Identity, Kind::Reported, Kind::Ages, Kind::Standing];

/// What of a fleet stands in no column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Counters {
    /// The highest device number that was given out.
    pub(crate) last: u32,
    /// The high-water mark of places.
    pub(crate) places: u32,
    /// Facts of groups that were last spoken of before this have gone stale, in Unix seconds.
    pub(crate) stale_before: u32,
    /// In how many seconds devices were added, as far back as that was kept.
    pub(crate) first_seen: u32,
    /// By [`Dictionaries::all`]'s numbers: the id that each gives out once none is free.
    ///
    /// [`Dictionaries::all`]: super::block::Dictionaries::all
    pub(crate) next_ids: Vec<(u32, u32)>,
}

impl Fleet {
    /// What stands in no column.
    pub(crate) fn counters(&self) -> Counters {
        let next_ids = self.kept().map(|(number, dictionary)| (number, dictionary.next()));
        Counters {
            last: self.last,
            places: self.places,
            stale_before: self.stale_before,
            first_seen: self.first_seen.count(),
            next_ids: next_ids.to_vec(),
        }
    }

    /// All dictionaries by number.
    pub(crate) fn kept(&self) -> [(u32, &dyn Kept); 18] {
        self.dictionaries.all()
    }

    /// The dictionary of that number.
    pub(crate) fn dictionary(&self, number: u32) -> Option<&dyn Kept> {
        self.kept().into_iter().find(|(known, _)| *known == number).map(|(_, dictionary)| dictionary)
    }

    /// How many blocks there are.
    pub(crate) fn block_count(&self) -> u32 {
        ReadFleet::blocks(self.places)
    }

    /// A group of columns of a block as bytes.
    pub(crate) fn encode_columns(&self, kind: Kind, block: u32) -> Vec<u8> {
        let block = &self.blocks[block as usize];
        match kind {
            Kind::Identity => seal_part(kind, &identity::write(block)),
            Kind::Reported => seal_part(kind, &reported::write(block)),
            Kind::Ages => seal_part(kind, &ages::write(block)),
            _ => seal_part(kind, &standing::write(block)),
        }
    }

    /// Some of the steps by which devices were first seen, as bytes.
    pub(crate) fn encode_steps(&self, chunk: u32) -> Vec<u8> {
        first_seen::encode(self.first_seen.chunk(chunk))
    }

    /// Whether `earlier` has the very same of these steps.
    pub(crate) fn shares_steps(&self, earlier: &Self, chunk: u32) -> bool {
        self.first_seen.shares_chunk(&earlier.first_seen, chunk)
    }

    /// Whether `earlier` has the very same columns.
    pub(crate) fn shares_columns(&self, earlier: &Self, kind: Kind, block: u32) -> bool {
        let block = block as usize;
        let (Some(now), Some(before)) = (self.blocks.get(block), earlier.blocks.get(block)) else {
            return false;
        };
        Arc::ptr_eq(now, before)
            || match kind {
                Kind::Identity => identity::is_shared(now, before),
                Kind::Reported => reported::is_shared(now, before),
                Kind::Ages => ages::is_shared(now, before),
                _ => standing::is_shared(now, before),
            }
    }
}

/// A group of columns that was read.
#[derive(Debug)]
pub(crate) struct ReadColumns {
    kind: Kind,
    /// The other columns of it are empty.
    block: Box<Block>,
    /// Of the uid of each place, for identities.
    hashes: Vec<u32>,
}

/// A group of columns from its bytes.
pub(crate) fn decode_columns(kind: Kind, bytes: &[u8]) -> Result<ReadColumns, DecodeError> {
    let (mut block, mut hashes) = (Box::<Block>::default(), Vec::new());
    let lasting = block.lasting_mut();
    match kind {
        Kind::Identity => hashes = open_part(kind, bytes, |message| identity::read(&message, lasting))?,
        Kind::Reported => open_part(kind, bytes, |message| reported::read(&message, lasting))?,
        Kind::Ages => open_part(kind, bytes, |message| ages::read(&message, &mut block))?,
        _ => open_part(kind, bytes, |message| standing::read(&message, &mut block))?,
    }
    Ok(ReadColumns { kind, block, hashes })
}

impl ReadColumns {
    /// Puts them into their block. Gives the hashes of identities.
    fn join(self, block: &mut Block) -> Option<Vec<u32>> {
        match self.kind {
            Kind::Identity => {
                identity::take(self.block.into_lasting(), block.lasting_mut());
                return Some(self.hashes);
            }
            Kind::Reported => reported::take(self.block.into_lasting(), block.lasting_mut()),
            Kind::Ages => ages::take(*self.block, block),
            _ => standing::take(*self.block, block),
        }
        None
    }
}
