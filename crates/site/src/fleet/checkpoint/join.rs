//! Joining what was read to a fleet: what follows from the columns is made anew.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use domain::{TagId, same_uid};
use hashbrown::HashMap;
use roaring::RoaringBitmap;

use super::super::block::{Block, Dictionaries};
use super::super::column::{BLOCK, Column};
use super::super::cow::{CowTable, SHARDS, shard_of};
use super::super::long_column::LongColumn;
use super::super::machines::Machines;
use super::super::not_compared::NotCompared;
use super::super::probed::ProbedNames;
use super::super::reasons::Reasons;
use super::super::shard::Shard;
use super::super::{Fleet, Location};
use super::dictionary::{ReadDictionary, chunks};
use super::first_seen::{self, ReadSteps};
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
    /// Of the uids of each block.
    hashes: Vec<Vec<u32>>,
    /// When devices were first seen, to be filled in the order of the parts.
    pub(crate) first_seen: Vec<ReadSteps>,
}

impl ReadFleet {
    /// One whose counters are these; as many blocks as they speak of will be taken.
    pub(crate) fn new(counters: Counters) -> Self {
        let blocks = Self::blocks(counters.places) as usize;
        let dictionary = |(number, next): &(u32, u32)| (*number, ReadDictionary::new(*next));
        let dictionaries = counters.next_ids.iter().map(dictionary).collect();
        let (blocks, hashes) = (Vec::with_capacity(blocks), Vec::with_capacity(blocks));
        Self { counters, dictionaries, blocks, hashes, first_seen: Vec::new() }
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
        let Self { counters, mut dictionaries, blocks, hashes, first_seen } = self;
        let first_seen = first_seen::join(first_seen, counters.first_seen, counters.last)?;
        let vacant = vacant(&blocks, counters.places)?;
        let mut carried: HashMap<_, _> = tags.map(|tag| (tag, 0)).collect();
        let mut machines: [_; PARTS] = std::array::from_fn(|_| ReadMachines::default());
        let mut locations = LongColumn::default();
        let mut ids = Dictionaries::default();
        let all = &blocks;
        let hashes = &hashes;
        let mut tasks: Vec<Task<'_>> = vec![
            Box::new(|| {
                locations = read_locations(all, counters.last)?;
                Ok(())
            }),
            Box::new(|| count_tags(all, &mut carried)),
        ];
        for (part, machines) in machines.iter_mut().enumerate() {
            tasks.push(Box::new(move || {
                *machines = read_machines(all, hashes, part);
                Ok(())
            }));
        }
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
            reasons,
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
                    let said = || all.iter().flat_map(|block| block.$column.values());
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
        let dictionary = read(18);
        tasks.push(Box::new(move || {
            let used = all.iter().flat_map(|block| block.reasons.iter());
            let read = dictionary.restore(used, threads);
            *reasons = Reasons::of(read.map_err(|error| error.in_checkpoint("dictionary reasons"))?);
            Ok(())
        }));
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
        let (mut firsts, mut others) = (Vec::with_capacity(SHARDS), Vec::new());
        for machines in machines {
            firsts.extend(machines.firsts);
            others.extend(machines.others);
        }
        let blocks = Arc::new(blocks.into_iter().map(Arc::new).collect());
        let Counters { last, places, stale_before, .. } = counters;
        let mut fleet = Fleet {
            blocks,
            dictionaries: ids,
            locations,
            machines: Machines::of_firsts(CowTable::of_shards(firsts)),
            last,
            first_seen,
            places,
            vacant: Arc::new(vacant),
            stale_before,
            // Nothing that was foreseen is older than a checkpoint that was read.
            version: NotCompared::default(),
            keeper: NotCompared::default(),
            chosen: NotCompared::default(),
        };
        others.into_iter().for_each(|(first, other)| fleet.join_first(first, other));
        Ok((fleet, carried))
    }
}

/// The ids of a column, 0 where a device has none.
fn column_ids<'b>(blocks: &'b [Block], column: fn(&Block) -> &Column<u32>) -> impl Iterator<Item = u32> + 'b {
    blocks.iter().flat_map(move |block| {
        let mut scratch = [0; BLOCK];
        let ids = column(block).all(&mut scratch).copied();
        ids.into_iter().flatten()
    })
}

/// Has `visit` look at each block: where its first place is, and the number of the device at each, 0 where none stands.
fn numbers(
    blocks: &[Block],
    mut visit: impl FnMut(Location, &[u32; BLOCK]) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    let mut scratch = [0; BLOCK];
    blocks.iter().enumerate().try_for_each(|(index, block)| {
        scratch.fill(0);
        block.number.all(&mut scratch);
        visit(Location::first_of(index), &scratch)
    })
}

/// The places below the mark on which no device stands.
fn vacant(blocks: &[Block], places: u32) -> Result<RoaringBitmap, DecodeError> {
    let mut vacant = RoaringBitmap::new();
    numbers(blocks, |first, numbers| {
        for (location, number) in (first.0..).zip(numbers) {
            if location >= places && *number != 0 {
                return Err(DecodeError::damaged("number", "stands beyond the last place that was taken"));
            }
            if location < places && *number == 0 {
                vacant.insert(location);
            }
        }
        Ok(())
    })?;
    Ok(vacant)
}

/// In so many parts devices are looked up by machine: what is filled of a table at a time stays in a processor's cache.
const PARTS: usize = 8;

/// Where the first devices of some machines stand, and the others.
#[derive(Default)]
struct ReadMachines {
    /// By the hash of the uid, those of a part's shards.
    firsts: Vec<Shard>,
    /// Of each other device the first of its machine, and it.
    others: Vec<(Location, Location)>,
}

/// A part of all machines, where `hashes` are those of each block's uids.
fn read_machines(blocks: &[Block], hashes: &[Vec<u32>], part: usize) -> ReadMachines {
    const SHARDS_EACH: usize = SHARDS / PARTS;
    let each = |visit: &mut dyn FnMut(usize, u32, Location)| {
        for ((index, block), hashes) in blocks.iter().enumerate().zip(hashes) {
            for (place, hash) in hashes.iter().enumerate() {
                let shard = shard_of(*hash);
                if shard / SHARDS_EACH == part && block.number.get(place) != 0 {
                    visit(shard % SHARDS_EACH, *hash, Location::at(index, place));
                }
            }
        }
    };
    let mut counts = [0; SHARDS_EACH];
    each(&mut |shard, _, _| counts[shard] += 1);
    let (mut firsts, mut others) = (counts.map(Shard::with_capacity), Vec::new());
    let uid = |location: Location| blocks[location.block()].uid.get(location.place());
    each(&mut |shard, hash, location| {
        let is_same = |known: &Location| same_uid(&uid(*known), &uid(location));
        let first = firsts[shard].candidates(hash).map(Location).find(is_same);
        match first {
            Some(first) => others.push((first, location)),
            None => firsts[shard].insert(hash, location.0),
        }
    });
    ReadMachines { firsts: firsts.into(), others }
}

/// By device number: its location, and one more.
fn read_locations(blocks: &[Block], last: u32) -> Result<LongColumn, DecodeError> {
    // Numbers stand about in their order, so that few chunks at a time are neither empty nor full.
    let (mut chunks, mut filling) = (Vec::<Column<u32>>::new(), BTreeMap::<usize, Filling>::new());
    numbers(blocks, |first, numbers| {
        for (location, number) in (first.0..).zip(numbers).filter(|(_, number)| **number != 0) {
            let damaged = |what| DecodeError::damaged(format_args!("device {number}"), what);
            if *number > last {
                return Err(damaged("has a number that was not yet given out"));
            }
            let (index, place) = (*number as usize / BLOCK, *number as usize % BLOCK);
            if chunks.len() <= index {
                chunks.resize_with(index + 1, Column::default);
            }
            let chunk = filling.entry(index).or_insert_with(|| Filling::of(&chunks[index]));
            if chunk.locations[place] != 0 {
                return Err(damaged("is there twice"));
            }
            chunk.locations[place] = location + 1;
            chunk.count += 1;
            if chunk.count == BLOCK {
                chunks[index] = Column::of(&chunk.locations);
                filling.remove(&index);
            }
        }
        Ok(())
    })?;
    for (index, chunk) in filling {
        chunks[index] = Column::of(&chunk.locations);
    }
    Ok(LongColumn::of(chunks))
}

/// A chunk of locations.
struct Filling {
    locations: Box<[u32; BLOCK]>,
    /// How many of them are there.
    count: usize,
}

impl Filling {
    fn of(chunk: &Column<u32>) -> Self {
        let mut locations = Box::new([0; BLOCK]);
        chunk.all(&mut locations);
        let count = locations.iter().filter(|location| **location != 0).count();
        Self { locations, count }
    }
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
