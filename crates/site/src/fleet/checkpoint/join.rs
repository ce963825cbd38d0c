//! Joining what was read to a fleet: what follows from the columns is made anew.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use domain::TagId;
use hashbrown::HashMap;
use roaring::RoaringBitmap;

use super::super::Fleet;
use super::super::block::{Block, Dictionaries};
use super::super::column::{BLOCK, Column};
use super::super::cow::{CowTable, CowVec};
use super::super::not_compared::NotCompared;
use super::super::probed::ProbedNames;
use super::dictionary::{ReadDictionary, chunks};
use super::identity::Hashes;
use super::parallel::{Task, in_parallel};
use super::{Counters, ReadColumns};
use crate::DecodeError;

/// What of a fleet was read.
#[derive(Debug, Default)]
pub(crate) struct ReadFleet {
    counters: Counters,
    /// By [`Dictionaries::all`]'s numbers.
    dictionaries: BTreeMap<u32, ReadDictionary>,
    blocks: Vec<Block>,
    /// Of each block.
    hashes: Vec<Vec<Hashes>>,
}

impl ReadFleet {
    /// One whose counters are these.
    pub(crate) fn new(counters: Counters) -> Self {
        let dictionary = |(number, next): &(u32, u32)| (*number, ReadDictionary::new(*next));
        let dictionaries = counters.next_ids.iter().map(dictionary).collect();
        Self { dictionaries, counters, ..Self::default() }
    }

    /// How many blocks a fleet has of which so many places were ever taken.
    pub(crate) fn blocks(places: u32) -> u32 {
        places.div_ceil(1024)
    }

    /// How many chunks a dictionary has that gives out `next` once none is free.
    pub(crate) fn chunks(next: u32) -> u32 {
        chunks(next)
    }

    /// The dictionary of that number, to be filled; the chunks in their order.
    pub(crate) fn dictionary(&mut self, number: u32) -> &mut ReadDictionary {
        self.dictionaries.entry(number).or_insert_with(|| ReadDictionary::new(1))
    }

    /// Takes columns of a block.
    pub(crate) fn take(&mut self, block: usize, columns: ReadColumns) {
        if self.blocks.len() <= block {
            self.blocks.resize_with(block + 1, Block::default);
            self.hashes.resize_with(block + 1, Vec::new);
        }
        if let Some(hashes) = columns.join(&mut self.blocks[block]) {
            self.hashes[block] = hashes;
        }
    }

    /// The fleet, and how many devices carry each of the tags that `tags` names.
    pub(crate) fn restore(
        self,
        tags: impl Iterator<Item = TagId>,
        threads: NonZeroUsize,
    ) -> Result<(Fleet, HashMap<TagId, u32>), DecodeError> {
        let Self { counters, mut dictionaries, blocks, hashes } = self;
        let vacant = vacant(&blocks, counters.places)?;
        let mut carried: HashMap<_, _> = tags.map(|tag| (tag, 0)).collect();
        let (mut machines, mut index) = (CowTable::default(), CowTable::default());
        let mut locations = CowVec::default();
        let mut ids = Dictionaries::default();
        let all = &blocks;
        let found = |hash: fn(&Hashes) -> u64| {
            let places = all.iter().zip(&hashes).flat_map(|(block, hashes)| {
                (0..BLOCK).zip(hashes).map(|(place, hashes)| (block.number.get(place), hashes))
            });
            (0..)
                .zip(places)
                .filter(|(_, (number, _))| *number != 0)
                .map(move |(location, (_, hashes))| (hash(hashes), location))
        };
        let mut tasks: Vec<Task<'_>> = vec![
            Box::new(|| {
                index = CowTable::of(found(|hashes| hashes.device));
                Ok(())
            }),
            Box::new(|| {
                machines = CowTable::of(found(|hashes| hashes.machine));
                Ok(())
            }),
            Box::new(|| {
                locations = read_locations(all, counters.last)?;
                Ok(())
            }),
            Box::new(|| count_tags(all, &mut carried)),
        ];
        let Dictionaries {
            os_version,
            edition,
            distribution,
            client_version,
            device_make,
            device_model,
            event,
            domain,
            antivirus,
            disk_encryption,
            certificate_issuers,
            registry,
            processes,
            files,
            outcome,
        } = &mut ids;
        let mut read = |number: u32| dictionaries.remove(&number).unwrap_or_else(|| ReadDictionary::new(1));
        macro_rules! columns {
            ($($number:literal $column:ident),+) => {
                $(
                    let dictionary = read($number);
                    tasks.push(Box::new(move || {
                        *$column = dictionary
                            .restore(column_ids(all, |block| &block.$column), threads)
                            .map_err(|error| error.in_checkpoint(concat!("dictionary ", stringify!($column))))?;
                        Ok(())
                    }));
                )+
            };
        }
        columns!(1 os_version, 2 edition, 3 distribution, 4 client_version, 5 device_make, 6 device_model, 7 event);
        columns!(8 domain, 9 antivirus, 10 disk_encryption, 12 registry, 13 outcome);
        macro_rules! probed {
            ($($names:literal $details:literal $column:ident),+) => {
                $(
                    let (names, details) = (read($names), read($details));
                    let said = || all.iter().flat_map(|block| block.$column.0.values());
                    tasks.push(Box::new(move || {
                        let within = |error: DecodeError| error.in_checkpoint(concat!("dictionary ", stringify!($column)));
                        *$column = ProbedNames {
                            names: names.restore(said().map(|said| said.name), threads).map_err(within)?,
                            details: details.restore(said().map(|said| said.detail), threads).map_err(within)?,
                        };
                        Ok(())
                    }));
                )+
            };
        }
        probed!(14 15 processes, 16 17 files);
        let issuers = read(11);
        tasks.push(Box::new(move || {
            let used = all.iter().flat_map(|block| block.certificates.issuers());
            *certificate_issuers = issuers
                .restore(used, threads)
                .map_err(|error| error.in_checkpoint("dictionary certificate_issuers"))?;
            Ok(())
        }));
        if let Some(unknown) = dictionaries.keys().next() {
            return Err(DecodeError::unknown_number("dictionaries", *unknown));
        }
        in_parallel(threads, tasks, |task| task())?;
        let blocks = Arc::new(blocks.into_iter().map(Arc::new).collect());
        let Counters { last, places, .. } = counters;
        let fleet = Fleet {
            blocks,
            dictionaries: ids,
            locations,
            machines,
            index,
            last,
            places,
            vacant: Arc::new(vacant),
            // Nothing that was foreseen is older than a checkpoint that was read.
            version: NotCompared::default(),
        };
        Ok((fleet, carried))
    }
}

/// The ids of a column, 0 where a device has none.
fn column_ids<'b>(blocks: &'b [Block], column: fn(&Block) -> &Column<u32>) -> impl Iterator<Item = u32> + 'b {
    blocks.iter().filter_map(move |block| column(block).values()).flatten().copied()
}

/// The places below the mark on which no device stands.
fn vacant(blocks: &[Block], places: u32) -> Result<RoaringBitmap, DecodeError> {
    let mut vacant = RoaringBitmap::new();
    let numbers = blocks.iter().flat_map(|block| (0..BLOCK).map(|place| block.number.get(place)));
    for (location, number) in (0..).zip(numbers) {
        match (location < places, number) {
            (true, 0) => {
                vacant.insert(location);
            }
            (false, 1..) => {
                return Err(DecodeError::damaged("number", "stands beyond the last place that was taken"));
            }
            _ => {}
        }
    }
    Ok(vacant)
}

/// By device number: its location, and one more.
fn read_locations(blocks: &[Block], last: u32) -> Result<CowVec<u32>, DecodeError> {
    const CHUNK: usize = CowVec::<u32>::CHUNK;
    let mut chunks = Vec::<Vec<u32>>::new();
    let numbers = blocks.iter().flat_map(|block| (0..BLOCK).map(|place| block.number.get(place)));
    for (location, number) in (0_u32..).zip(numbers).filter(|(_, number)| *number != 0) {
        let damaged = |what| DecodeError::damaged(format_args!("device {number}"), what);
        if number > last {
            return Err(damaged("has a number that was not yet given out"));
        }
        let (chunk, place) = (number as usize / CHUNK, number as usize % CHUNK);
        if chunks.len() <= chunk {
            chunks.resize_with(chunk + 1, Vec::new);
        }
        let chunk = &mut chunks[chunk];
        if chunk.is_empty() {
            chunk.resize(CHUNK, 0);
        }
        if chunk[place] != 0 {
            return Err(damaged("is there twice"));
        }
        chunk[place] = location + 1;
    }
    Ok(CowVec::from_chunks(chunks))
}

fn count_tags(blocks: &[Block], carried: &mut HashMap<TagId, u32>) -> Result<(), DecodeError> {
    for tag in blocks.iter().flat_map(|block| block.tags.values()) {
        let count = carried.get_mut(tag);
        *count.ok_or_else(|| {
            DecodeError::damaged(format_args!("tag {tag}"), "is carried but does not exist")
        })? += 1;
    }
    Ok(())
}
