//! What tables said of blocks, kept from one judging to the next: while somebody types a rule, all of it but one check
//! is asked again and again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use rules::block::{Bits, Leaf};

use super::super::block::{Block, Lasting};

/// Most leaves whose answers are kept: 256 bytes a leaf and block.
pub(super) const LEAVES_MAX: usize = 16;

/// The answers that were kept last, the same for all clones of a fleet.
#[derive(Clone, Debug, Default)]
pub(in crate::fleet) struct Keeper(Arc<Mutex<Arc<Kept>>>);

/// What some leaves say of the blocks of a fleet.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Of each leaf its place among the answers of a block.
    places: HashMap<Leaf, usize>,
    /// By number.
    blocks: Vec<Option<OfBlock>>,
}

/// What the leaves say of one block.
#[derive(Debug)]
pub(super) struct OfBlock {
    /// The columns that were asked. As long as this is held no others lie where they lay, and they never change there:
    /// whoever changes them makes others.
    asked: Weak<Lasting>,
    answers: Box<[Bits]>,
}

impl Keeper {
    pub(super) fn kept(&self) -> Arc<Kept> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn keep(&self, kept: Kept) {
        let before =
            std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), Arc::new(kept));
        // Not while others wait.
        drop(before);
    }
}

impl Kept {
    /// The answers of leaves, in this order, of each of the `blocks` that were asked, by number; there are `count`.
    pub(super) fn new(
        leaves: impl Iterator<Item = Leaf>,
        blocks: impl Iterator<Item = (usize, OfBlock)>,
        count: usize,
    ) -> Self {
        let mut kept = Self { places: leaves.zip(0..).collect(), blocks: Vec::new() };
        kept.blocks.resize_with(count, || None);
        blocks.for_each(|(number, of_block)| kept.blocks[number] = Some(of_block));
        kept
    }

    /// The place of a leaf's answer among those of a block.
    pub(super) fn place(&self, leaf: &Leaf) -> Option<usize> {
        self.places.get(leaf).copied()
    }

    /// The answers of a block, if it has the columns that were asked.
    pub(super) fn of(&self, block: &Block, number: usize) -> Option<&[Bits]> {
        let known = self.blocks.get(number)?.as_ref()?;
        std::ptr::eq(known.asked.as_ptr(), Arc::as_ptr(&block.lasting)).then_some(&*known.answers)
    }
}

impl OfBlock {
    pub(super) fn new(block: &Block, answers: Box<[Bits]>) -> Self {
        Self { asked: Arc::downgrade(&block.lasting), answers }
    }
}

#[cfg(test)]
mod tests {
    use rules::Truth;

    use super::*;

    fn kept(blocks: &[&Block]) -> Kept {
        let of = |block: &&Block| OfBlock::new(block, [Bits::all(Truth::Pass)].into());
        Kept::new(std::iter::empty(), blocks.iter().map(of).enumerate(), blocks.len() + 1)
    }

    #[test]
    fn answers_are_those_of_the_columns_that_were_asked_and_of_no_others() {
        let (mut block, other) = (Block::default(), Block::default());
        let kept = kept(&[&block, &other]);
        assert!(kept.of(&block, 0).is_some() && kept.of(&other, 1).is_some());
        assert!(kept.of(&block, 1).is_none() && kept.of(&other, 0).is_none(), "equal ones are others");
        assert!(kept.of(&block, 2).is_none() && kept.of(&block, 3).is_none(), "it was not asked");
        let shared = block.clone();
        block.outcome.set(7, 1);
        assert!(kept.of(&block, 0).is_some(), "no outcome was asked");
        block.lasting_mut().domain.set(7, 1);
        assert!(kept.of(&block, 0).is_none() && kept.of(&shared, 0).is_some());
    }

    #[test]
    fn columns_that_are_changed_where_nobody_shares_them_are_others() {
        let mut block = Block::default();
        let kept = kept(&[&block]);
        block.lasting_mut().domain.set(7, 1);
        assert!(kept.of(&block, 0).is_none());
    }
}
