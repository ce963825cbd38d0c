//! What a filter has found.

use rules::block::Words;

use crate::Site;
use crate::fleet::BlockRef;

/// The devices of one state of a site for which a filter holds.
#[derive(Debug, Default)]
pub struct Found {
    /// Their places, by the number of their block, ascending.
    places: Vec<(usize, Words)>,
    total: usize,
}

impl Found {
    /// Those at places of blocks, which come in any order.
    pub(super) fn new(mut places: Vec<(usize, Words)>) -> Self {
        places.sort_unstable_by_key(|(block, _)| *block);
        let total = places.iter().map(|(_, places)| places.len() as usize).sum();
        Self { places, total }
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// Where they are in `site`, the state that they were found in.
    pub(in crate::queries) fn blocks<'a>(
        &self,
        site: &'a Site,
    ) -> impl Iterator<Item = (BlockRef<'a>, Words)> {
        let mut blocks = site.fleet.blocks();
        let mut next = 0;
        self.places.iter().filter_map(move |(index, places)| {
            let block = blocks.nth(*index - next)?;
            next = *index + 1;
            Some((block, *places))
        })
    }
}
