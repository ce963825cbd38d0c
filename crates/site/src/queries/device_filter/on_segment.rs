//! Whether devices are on a segment, of many at once.

use domain::SegmentId;

use rules::block::Words;

use crate::Site;
use crate::fleet::{BlockRef, Ids, Shared};

/// What an address says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// It lies where the wanted devices are.
    Wanted,
    /// It lies on another segment.
    Elsewhere,
    /// It lies on none: the domain decides.
    Nothing,
}

/// The bits of an address of version 4 that do not tell it from its neighbours: the last half.
const TAIL_BITS: u32 = 16;
/// What stands before an address of version 4 in its number.
const V4: u128 = 0xFFFF << 32;

/// A segment, or none, made ready to be asked of many devices.
pub(super) struct OnSegment {
    /// The first address of each piece, ascending, and what it says up to the next. Neighbours differ.
    pieces: Vec<(u128, Says)>,
    /// By the first half of an address of version 4: what all of those say, if that is one thing.
    neighbours: Vec<Option<Says>>,
    /// By the number that stands for a domain: whether it lies on the wanted one.
    domains: Vec<bool>,
}

impl OnSegment {
    pub(super) fn new(site: &Site, wanted: Option<SegmentId>) -> Self {
        let segments = &site.catalogue.segments;
        let says = |segment: &Option<SegmentId>| match segment {
            None => Says::Nothing,
            Some(_) if *segment == wanted => Says::Wanted,
            Some(_) => Says::Elsewhere,
        };
        let mut pieces: Vec<_> = segments.pieces().iter().map(|(first, of)| (*first, says(of))).collect();
        pieces.dedup_by_key(|(_, says)| *says);
        let domain = |id| site.fleet.shared_text(Shared::Domain, id);
        let domains = (0..site.fleet.shared_end(Shared::Domain))
            .map(|id| segments.of(None, domain(id)) == wanted)
            .collect();
        let neighbours = neighbours(&pieces);
        Self { pieces, neighbours, domains }
    }

    /// How many pieces begin at an address or before it.
    fn after(&self, address: u128) -> usize {
        self.pieces.partition_point(|(first, _)| *first <= address)
    }

    /// What the piece before such a place says.
    fn of_piece(&self, after: usize) -> Says {
        after.checked_sub(1).map_or(Says::Nothing, |piece| self.pieces[piece].1)
    }

    fn of_address(&self, address: u128) -> Says {
        let half = usize::try_from((address ^ V4) >> TAIL_BITS).ok();
        let known = half.and_then(|half| *self.neighbours.get(half)?);
        known.unwrap_or_else(|| self.of_piece(self.after(address)))
    }

    /// Of the places `within` of a block those of devices that are on it.
    pub(super) fn places(&self, block: BlockRef<'_>, within: Words, room: &mut Ids) -> Words {
        let short = block.v4_addresses(room) & within;
        let known = room.map(|address| self.neighbours[(address >> TAIL_BITS) as usize]);
        let saying = |says: Option<Says>| Words::of(&known, |known| known == says) & short;
        let (mut on, mut unsaid) = (saying(Some(Says::Wanted)), saying(Some(Says::Nothing)));
        for place in (saying(None) | within.without(&short)).iter() {
            match block.address(place).map_or(Says::Nothing, |address| self.of_address(address)) {
                Says::Wanted => on.insert(place),
                Says::Nothing => unsaid.insert(place),
                Says::Elsewhere => {}
            }
        }
        if unsaid.is_empty() {
            return on;
        }
        let is_on = |domain: u32| self.domains.get(domain as usize).is_some_and(|on| *on);
        match block.shared(Shared::Domain, room) {
            Some(domains) => on | unsaid & Words::of(domains, is_on),
            None if is_on(0) => on | unsaid,
            None => on,
        }
    }
}

/// By the first half of an address of version 4: what all of those say, if that is one thing.
fn neighbours(pieces: &[(u128, Says)]) -> Vec<Option<Says>> {
    let halves = 1_usize << (32 - TAIL_BITS);
    // Where an address stands among those of version 4, in halves, and how much is over.
    let half = |address: u128| {
        let place = address.saturating_sub(V4).min(1 << 32);
        (usize::try_from(place >> TAIL_BITS).unwrap_or(halves), place & ((1 << TAIL_BITS) - 1) > 0)
    };
    let mut known = vec![None; halves];
    let ends = pieces.iter().map(|(first, _)| *first).chain([u128::MAX]);
    let firsts = [(0, Says::Nothing)].into_iter().chain(pieces.iter().copied());
    for ((first, says), end) in firsts.zip(ends) {
        let ((first, is_part), (end, _)) = (half(first), half(end));
        let first = first + usize::from(is_part);
        if first < end {
            known[first..end].fill(Some(says));
        }
    }
    known
}
