//! A part of a device's texts.

use domain::fold;
use rules::block::Words;

use super::in_address::InAddress;
use crate::fleet::{BlockRef, Part, TextColumn};
use crate::prefetch::Prefetch;

/// The columns of texts that a search looks at, besides addresses. First those that are kept as rows of a shape or
/// share their ends: often a look at these says it of a whole block.
const SEARCHED: [TextColumn; 6] = [
    TextColumn::Uid,
    TextColumn::MacAddresses,
    TextColumn::Userkey,
    TextColumn::Hostname,
    TextColumn::SerialNumber,
    TextColumn::OtherUsername,
];

/// A part, and where it can stand.
pub(super) struct Search {
    part: Part,
    columns: Vec<TextColumn>,
    in_address: InAddress,
}

impl Search {
    pub(super) fn new(search: &str) -> Option<Self> {
        let folded = fold(search);
        let part = Part::new(&folded)?;
        // No address holds a line feed, but one stands between two.
        let may_hold = |column: &TextColumn| *column != TextColumn::MacAddresses || !folded.contains('\n');
        let columns = SEARCHED.into_iter().filter(may_hold).collect();
        Some(Self { part, columns, in_address: InAddress::new(&folded) })
    }

    /// Of the places `within` those of which a text has it. Where the first column is looked at more than once, the first
    /// texts of the block that comes next are fetched meanwhile.
    pub(super) fn places(
        &mut self,
        block: BlockRef<'_>,
        within: Words,
        next: Option<&BlockRef<'_>>,
    ) -> Words {
        let mut left = within;
        let mut columns = &*self.columns;
        let mut of_next = next.map_or(&[][..], |next| next.first_looked_at(columns, &self.part));
        while let [column, others @ ..] = columns {
            let prefetch =
                Prefetch::of(block.first_looked_at(others, &self.part), std::mem::take(&mut of_next));
            left = left.without(&block.holding(*column, &mut self.part, left, prefetch));
            columns = others;
        }
        left = left.without(&self.in_address.places(block, left));
        within.without(&left)
    }
}
