//! Which devices are meant (alloyscan, Devices): the filters of their list, for whatever else takes them.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{DeviceNumber, fold};
use rules::block::Words;

use super::sweep::sweep;
use super::texts::Part;
use crate::Site;
use crate::fleet::{BlockRef, TextColumn};

/// One thread goes through so many blocks in about a millisecond.
pub(super) const BLOCKS_ALONE: usize = 64;
/// The columns that a search looks at.
const SEARCHED: [TextColumn; 7] = [
    TextColumn::Hostname,
    TextColumn::Username,
    TextColumn::Userkey,
    TextColumn::Uid,
    TextColumn::SerialNumber,
    TextColumn::IpAddress,
    TextColumn::MacAddresses,
];

/// What must hold of a device, all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceFilter {
    /// A part of a name, an id or an address, whatever its case.
    pub search: Option<String>,
}

impl DeviceFilter {
    /// Whether it asks for nothing, so that every device will do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { search } = self;
        search.is_none()
    }

    /// The numbers of the devices for which it holds, in order; `None` once `stop` is true.
    #[must_use]
    pub fn numbers(&self, site: &Site, stop: &AtomicBool) -> Option<Vec<DeviceNumber>> {
        let blocks: Vec<_> = site.fleet.blocks().collect();
        let visit = |(sieve, found): &mut (Sieve, Vec<DeviceNumber>), block: BlockRef<'_>| {
            let places = sieve.places(block);
            found.extend(places.iter().map(|place| DeviceNumber(block.number(place))));
            ControlFlow::Continue(())
        };
        let new = || (Sieve::new(self), Vec::new());
        let ((_, mut found), more) = sweep(&blocks, BLOCKS_ALONE, Some(stop), new, visit);
        found.extend(more.into_iter().flat_map(|(_, more)| more));
        found.sort_unstable();
        (!stop.load(Ordering::Relaxed)).then_some(found)
    }
}

/// A filter made ready to look at blocks.
pub(super) struct Sieve {
    part: Option<Part>,
    columns: &'static [TextColumn],
}

impl Sieve {
    pub(super) fn new(filter: &DeviceFilter) -> Self {
        let search = filter.search.as_deref().map(fold);
        // No address holds a line feed, but one stands between two.
        let columns = match &search {
            Some(search) if search.contains('\n') => &SEARCHED[..SEARCHED.len() - 1],
            _ => &SEARCHED[..],
        };
        Self { part: search.as_deref().and_then(Part::new), columns }
    }

    /// The places of a block on which devices stand for which it holds.
    pub(super) fn places(&mut self, block: BlockRef<'_>) -> Words {
        let devices = block.devices();
        let Some(part) = &mut self.part else { return devices };
        let mut left = devices;
        for column in self.columns {
            left = left & !part.places(&block.texts(*column), left);
        }
        devices & !left
    }
}
