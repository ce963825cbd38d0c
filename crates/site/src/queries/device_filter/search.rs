//! A part of a device's texts.

use domain::fold;
use rules::block::Words;

use super::in_address::InAddress;
use crate::fleet::{BlockRef, TextColumn};
use crate::queries::texts::Part;

/// The columns of texts that a search looks at, besides addresses and the names of users that are not their keys.
const SEARCHED: [TextColumn; 5] = [
    TextColumn::Hostname,
    TextColumn::Userkey,
    TextColumn::SerialNumber,
    TextColumn::Uid,
    TextColumn::MacAddresses,
];

/// A part, and where it can stand.
pub(super) struct Search {
    folded: String,
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
        Some(Self { part, columns, in_address: InAddress::new(&folded), folded })
    }

    /// Of the places `within` those of which a text has it.
    pub(super) fn places(&mut self, block: BlockRef<'_>, within: Words) -> Words {
        let mut left = within;
        for column in &self.columns {
            if !left.is_empty() && block.may_hold(*column, &self.folded) {
                left = left & !self.part.places(&block.texts(*column), left);
            }
        }
        left = left & !self.part.places(&block.other_usernames(), left);
        left = left & !left.filter(|place| self.in_address.is_in(block.address_bytes(place)));
        within & !left
    }
}
