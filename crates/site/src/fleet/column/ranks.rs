//! Where the texts of a block stand among the quantiles of their fleet.

use std::sync::{Arc, Mutex, PoisonError};

use domain::fold;
use rules::block::Words;

use super::BLOCK;
use super::texts::Texts;
use crate::fleet::quantiles::{QuantileRank, Quantiles};

/// Of each place of a block the rank of its text.
pub(crate) type Ranks = [QuantileRank; BLOCK];

/// Of a text that was not looked at since it was set. No quantiles have as many ranks.
const UNKNOWN: QuantileRank = QuantileRank::MAX;

/// So many texts are looked at whenever their ranks are asked for.
const FEW: u32 = 64;

/// The ranks of texts as far as they are known. They are kept with the lists that the texts are, for all snapshots that
/// have these.
#[derive(Debug, Default)]
pub(super) struct Ranked(Mutex<Option<Known>>);

#[derive(Clone, Debug)]
struct Known {
    /// They live as long as ranks among them are kept.
    of: Arc<Quantiles>,
    ranks: Box<Ranks>,
    /// How many of the texts are not known,
    unknown: u32,
    /// and how many are known to be empty.
    empty: u32,
}

/// Lists are copied to be changed, mostly a few of them.
impl Clone for Ranked {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}

impl Ranked {
    /// To be called when the text of a place is another.
    pub(super) fn forget(&mut self, place: usize) {
        if let Some(known) = self.0.get_mut().unwrap_or_else(PoisonError::into_inner) {
            let rank = std::mem::replace(&mut known.ranks[place], UNKNOWN);
            known.unknown += u32::from(rank != UNKNOWN);
            known.empty -= u32::from(rank == 0);
        }
    }

    /// Bytes that they take besides themselves.
    pub(super) fn heap_bytes(&self) -> usize {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().map_or(0, |_| size_of::<Ranks>())
    }
}

impl Texts {
    /// Puts the ranks of the texts of all places among these quantiles into `room`, and gives how many of the texts are
    /// empty. `None` if more than few must be looked at for that, unless `many` may be.
    pub(crate) fn ranks(&self, quantiles: &Arc<Quantiles>, many: bool, room: &mut Ranks) -> Option<u32> {
        let ranked = &self.lists.ranked().0;
        // Nobody waits while texts are looked at: who changes them copies what is known.
        let known = {
            let last = ranked.lock().unwrap_or_else(PoisonError::into_inner);
            let known = last.as_ref().filter(|known| Arc::ptr_eq(&known.of, quantiles));
            if let Some(known) = known.filter(|known| known.unknown == 0) {
                *room = *known.ranks;
                return Some(known.empty);
            }
            if !many && known.is_none_or(|known| known.unknown > FEW) {
                return None;
            }
            known.cloned()
        };
        let of = Arc::clone(quantiles);
        let mut ranks = known.map_or_else(|| Box::new([UNKNOWN; BLOCK]), |known| known.ranks);
        self.look_at(quantiles, &mut ranks);
        let empty = Words::of(&ranks, |rank| rank == 0).len();
        *room = *ranks;
        *ranked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Known { of, ranks, unknown: 0, empty });
        Some(empty)
    }

    fn look_at(&self, quantiles: &Quantiles, ranks: &mut Ranks) {
        let unknown = Words::of(ranks, |rank| rank == UNKNOWN);
        let starts: Vec<_> = self.starts().collect();
        let mut text = Vec::new();
        self.each(&unknown, |place, start, rest| {
            text.clear();
            text.extend_from_slice(starts[usize::from(start)]);
            text.extend_from_slice(rest);
            ranks[place] = if text.is_ascii() {
                text.make_ascii_lowercase();
                quantiles.rank(&text)
            } else {
                quantiles.rank(fold(str::from_utf8(&text).unwrap_or_default()).as_bytes())
            };
        });
    }
}

#[cfg(test)]
mod tests {
    use domain::Version;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => "(pc-|PC-w11-|nb-)?[a-c]{0,3}[0-9]{0,2}",
            2 => "a-name-of-many-bytes-[a-bA-B]{0,20}",
            1 => "[aÉéΣς]{1,3}",
            1 => Just(String::new()),
        ]
    }

    proptest! {
        #[test]
        fn they_are_those_of_the_texts_in_every_form_and_after_every_change(
            writes in prop_oneof![
                vec((0..BLOCK, text()), 0..200),
                vec((0..BLOCK, "[0-9A-F]{8}-[0-9a]{4}"), 0..200),
                vec((0..BLOCK, "pc-w11-[ab]"), 0..2000),
                vec((0..BLOCK, "[a-z]{1,4}@[ab].example"), 0..200),
            ],
            changes in vec((0..20_usize, text()), 1..9),
            every in 1..9_usize,
        ) {
            let sample = writes.iter().step_by(every).map(|(_, text)| fold(text)).collect();
            let quantiles = Arc::new(Quantiles::new(sample, 1, Version(1)));
            let others = Arc::new(Quantiles::new(vec!["b".to_owned(), "pc-".to_owned()], 1, Version(1)));
            let (mut texts, mut naive) = (Texts::default(), vec![String::new(); BLOCK]);
            for (place, text) in &writes {
                texts.set(*place, text);
                naive[*place].clone_from(text);
            }
            for (at, text) in changes {
                let mut room = [0; BLOCK];
                // Those of others are not taken for them.
                for quantiles in [&others, &quantiles] {
                    prop_assert_eq!(texts.ranks(quantiles, false, &mut room), None);
                    for many in [true, false] {
                        room = [7; BLOCK];
                        let empty = naive.iter().map(|text| u32::from(text.is_empty())).sum();
                        prop_assert_eq!(texts.ranks(quantiles, many, &mut room), Some(empty));
                        let wanted = naive.iter().map(|text| quantiles.rank(fold(text).as_bytes()));
                        prop_assert!(room.iter().copied().eq(wanted));
                    }
                }
                let before = texts.clone();
                // One that has a text, as far as there are any.
                let place = writes.get(at).map_or(at, |(place, _)| *place);
                texts.set(place, &text);
                naive[place] = text;
                let mut after = [0; BLOCK];
                texts.ranks(&quantiles, true, &mut after);
                prop_assert!(before.ranks(&quantiles, false, &mut [0; BLOCK]).is_some(), "a snapshot keeps what it has");
                let same = (0..BLOCK).filter(|other| *other != place).all(|other| after[other] == room[other]);
                prop_assert!(same && after[place] == quantiles.rank(fold(&naive[place]).as_bytes()));
            }
        }
    }
}
