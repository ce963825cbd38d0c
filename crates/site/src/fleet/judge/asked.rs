//! What the leaves say of a block, looked up when it is asked for the first time.

use rules::block::{Answers, Bits, Words};

use super::super::block::Block;
use super::super::column::BLOCK;
use super::super::{DeviceRef, Fleet, Location};
use super::lookups::{Lookup, Lookups};

/// The answers of one block at a time.
#[derive(Debug)]
pub(super) struct Asked<'f> {
    lookups: &'f Lookups<'f>,
    fleet: &'f Fleet,
    /// None before the first.
    block: Option<&'f Block>,
    /// Of the block's first place.
    first: u32,
    /// By leaf.
    bits: Vec<Bits>,
    /// By lookup: the words that were looked up, a bit a word.
    words: Vec<u16>,
    /// By leaf: the places that were looked at one by one.
    singly: Vec<Words>,
    scratch: Box<[u32; BLOCK]>,
}

impl<'f> Asked<'f> {
    pub(super) fn new(lookups: &'f Lookups<'f>, fleet: &'f Fleet) -> Self {
        Self {
            lookups,
            fleet,
            block: None,
            first: 0,
            bits: vec![Bits::default(); lookups.leaves.len()],
            words: vec![0; lookups.all.len()],
            singly: vec![Words::NONE; lookups.leaves.len()],
            scratch: Box::new([0; BLOCK]),
        }
    }

    /// Goes on to another block.
    pub(super) fn turn_to(&mut self, block: &'f Block, number: usize) {
        self.block = Some(block);
        self.first = u32::try_from(number * BLOCK).expect("a site's places are counted in 32 bits");
        self.words.fill(0);
        self.singly.fill(Words::NONE);
    }

    fn device(&self, block: &'f Block, place: usize) -> DeviceRef<'f> {
        let place = u32::try_from(place).expect("a block has 1024 places");
        DeviceRef::new(self.fleet, block, Location(self.first + place))
    }

    fn look_up(&mut self, leaf: usize, lookup: usize, words: u16) {
        let Lookups { leaves, all, .. } = self.lookups;
        let Some(block) = self.block else { return };
        let ids = &self.fleet.dictionaries;
        let words = (0..u16::BITS as usize).filter(|word| words >> word & 1 != 0);
        match &all[lookup] {
            Lookup::Table(table) => {
                table.look_up(leaves, ids, block, words, &mut self.scratch, &mut self.bits);
            }
            Lookup::Tagged(tagged) => tagged.look_up(block, words, &mut self.bits),
            Lookup::Named(named) => {
                let mut bits = std::mem::take(&mut self.bits);
                let judge = |leaf: usize, place| leaves[leaf].evaluate(&self.device(block, place));
                named.look_up(leaves, ids, block, words, &mut bits, judge);
                self.bits = bits;
            }
            Lookup::Flag(flag) => self.bits[leaf] = flag.look_up(block),
            Lookup::Constant(truth) => self.bits[leaf] = Bits::all(*truth),
            Lookup::Single => {}
        }
    }
}

impl Answers for Asked<'_> {
    fn answer(&mut self, leaf: usize, needed: &Words) -> &Bits {
        let lookup = self.lookups.of_leaf[leaf];
        if matches!(self.lookups.all[lookup], Lookup::Single)
            && let Some(block) = self.block
        {
            for place in needed.without(&self.singly[leaf]).iter() {
                let truth = self.lookups.leaves[leaf].evaluate(&self.device(block, place));
                self.bits[leaf].set(place, truth);
            }
            self.singly[leaf] |= needed;
            return &self.bits[leaf];
        }
        let wanted = needed.words().fold(0, |words, word| words | 1 << word);
        let missing = wanted & !self.words[lookup];
        if missing != 0 {
            self.words[lookup] |= missing;
            self.look_up(leaf, lookup, missing);
        }
        &self.bits[leaf]
    }
}
