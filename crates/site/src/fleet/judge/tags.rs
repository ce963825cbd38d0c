//! Tags: the lists of a block are gone through once for all leaves that ask about any.

use domain::TagId;
use rules::block::Bits;

use super::super::block::Block;

/// Leaves that ask about tags, up to 64.
#[derive(Debug)]
pub(super) struct Tagged {
    /// By number.
    leaves: Vec<usize>,
    /// By tag id: which of the leaves ask about it.
    asked: Vec<u64>,
}

impl Tagged {
    /// All these leaves, each with its tag; with the numbers of those that each asks for.
    pub(super) fn of(leaves: &[(usize, TagId)]) -> impl Iterator<Item = (Self, Vec<usize>)> {
        leaves.chunks(64).map(|leaves| {
            let highest = leaves.iter().map(|(_, tag)| tag.0).max().unwrap_or_default();
            let mut asked = vec![0; highest as usize + 1];
            for (bit, (_, tag)) in leaves.iter().enumerate() {
                asked[tag.0 as usize] |= 1 << bit;
            }
            let leaves: Vec<_> = leaves.iter().map(|(leaf, _)| *leaf).collect();
            (Self { leaves: leaves.clone(), asked }, leaves)
        })
    }

    /// Looks up some words of a block.
    pub(super) fn look_up(&self, block: &Block, words: impl Iterator<Item = usize>, answers: &mut [Bits]) {
        for word in words {
            for leaf in &self.leaves {
                answers[*leaf].pass.0[word] = 0;
            }
            for (bit, tags) in block.tags.run(word * 64..word * 64 + 64).enumerate() {
                for tag in tags {
                    let mut asked = self.asked.get(tag.0 as usize).copied().unwrap_or_default();
                    while asked != 0 {
                        let leaf = self.leaves[asked.trailing_zeros() as usize];
                        answers[leaf].pass.0[word] |= 1 << bit;
                        asked &= asked - 1;
                    }
                }
            }
            for leaf in &self.leaves {
                answers[*leaf].maybe.0[word] = answers[*leaf].pass.0[word];
            }
        }
    }
}
