//! Tags: the lists of a block are gone through once for all leaves that ask about any.

use domain::TagId;
use rules::block::{Bits, Words, places_of};

use super::super::block::Block;

/// Leaves that ask about tags, up to 64.
#[derive(Debug)]
pub(super) struct Tagged {
    /// By number, each with its tag.
    leaves: Vec<(usize, TagId)>,
    /// By the lowest byte of a tag's id: which of the leaves ask about one with that byte.
    asked: Box<[u64; 256]>,
}

impl Tagged {
    /// All these leaves, each with its tag; with the numbers of those that each asks for.
    pub(super) fn of(leaves: &[(usize, TagId)]) -> impl Iterator<Item = (Self, Vec<usize>)> {
        leaves.chunks(64).map(|leaves| {
            let mut asked = Box::new([0; 256]);
            for (bit, (_, tag)) in leaves.iter().enumerate() {
                asked[lowest_byte(*tag)] |= 1 << bit;
            }
            (Self { leaves: leaves.to_vec(), asked }, leaves.iter().map(|(leaf, _)| *leaf).collect())
        })
    }

    /// Looks up at least those places of a block, and gives those that it did: the others of their words too.
    pub(super) fn look_up(&self, block: &Block, places: &Words, answers: &mut [Bits]) -> Words {
        for word in places.words() {
            for (leaf, _) in &self.leaves {
                answers[*leaf].pass.0[word] = 0;
            }
            for (place, tags) in block.tags.run(word * 64..word * 64 + 64).enumerate() {
                for tag in tags {
                    for bit in places_of(self.asked[lowest_byte(*tag)]) {
                        let (leaf, asked) = self.leaves[bit];
                        answers[leaf].pass.0[word] |= u64::from(asked == *tag) << place;
                    }
                }
            }
            for (leaf, _) in &self.leaves {
                answers[*leaf].maybe.0[word] = answers[*leaf].pass.0[word];
            }
        }
        places.map_words(|_, word| if word == 0 { 0 } else { u64::MAX })
    }
}

fn lowest_byte(tag: TagId) -> usize {
    let [lowest, ..] = tag.0.to_le_bytes();
    lowest.into()
}
