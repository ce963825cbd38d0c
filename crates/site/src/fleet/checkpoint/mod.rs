//! A fleet in the parts of a checkpoint: groups of a block's columns by how often they change, and dictionaries.

mod ages;
mod certificates;
mod columns;
mod dictionary;
mod identity;
mod join;
mod parallel;
mod reported;
mod standing;

use std::sync::Arc;

pub(crate) use self::dictionary::{Kept, ReadValues, decode_free_ids, decode_values, encode_free_ids};
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
    /// By [`Dictionaries::all`]'s numbers: the id that each gives out once none is free.
    ///
    /// [`Dictionaries::all`]: super::block::Dictionaries::all
    pub(crate) next_ids: Vec<(u32, u32)>,
}

impl Fleet {
    /// What stands in no column.
    pub(crate) fn counters(&self) -> Counters {
        let next_ids = self.kept().map(|(number, dictionary)| (number, dictionary.next()));
        let (last, places, stale_before) = (self.last, self.places, self.stale_before);
        Counters { last, places, stale_before, next_ids: next_ids.to_vec() }
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
