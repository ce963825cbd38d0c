//! Texts that divide those of a fleet into parts of about the same size.

use std::sync::{Arc, Mutex, PoisonError};

use domain::Version;

use crate::first_word::first_word;

/// Some texts without case, in their order, none of them twice.
#[derive(Debug)]
pub(crate) struct Quantiles {
    texts: Box<[Box<[u8]>]>,
    /// What all of them begin with,
    prefix: Box<[u8]>,
    /// and the first words behind that of each.
    words: Box<[[u64; 2]]>,
    /// How many texts they divided when they were chosen,
    of: u32,
    /// and which version of the site had these.
    at: u64,
}

/// Where a text stands among quantiles: 0 where it is empty. An odd one is that of all between two of them, an even one
/// that of one.
pub(crate) type QuantileRank = u16;

impl Quantiles {
    /// A sample of the texts without case that a version of the site has, and how many these are.
    pub(crate) fn new(mut sample: Vec<String>, of: u32, at: Version) -> Self {
        sample.retain(|text| !text.is_empty());
        sample.sort_unstable();
        sample.dedup();
        let texts: Box<[Box<[u8]>]> = sample.into_iter().map(|text| text.into_bytes().into()).collect();
        let (first, last) = (texts.first().map_or(&[][..], |text| text), texts.last());
        let common =
            last.map_or(0, |last| first.iter().zip(last).take_while(|(one, other)| one == other).count());
        let words = texts.iter().map(|text| first_words(&text[common..])).collect();
        Self { prefix: first[..common].into(), words, texts, of, at: at.0 }
    }

    /// Whether a version of the site that has so many texts may have others chosen: not an older one, of which those that
    /// are chosen for it would be in the way of the newer.
    pub(crate) fn are_outgrown(&self, texts: u32, version: Version) -> bool {
        (texts / 2 > self.of || self.of / 2 > texts) && self.at <= version.0
    }

    /// How many ranks there are.
    pub(crate) fn ranks(&self) -> usize {
        2 * self.texts.len() + 2
    }

    /// The rank of a text without case.
    pub(crate) fn rank(&self, text: &[u8]) -> QuantileRank {
        if text.is_empty() {
            return 0;
        }
        let (before, is_one) = match text.strip_prefix(&*self.prefix) {
            None if text < &*self.prefix => (0, false),
            None => (self.texts.len(), false),
            Some(behind) => {
                let words = first_words(behind);
                let first = self.words.partition_point(|other| *other < words);
                let alike = self.words[first..].partition_point(|other| *other == words);
                let alike = &self.texts[first..first + alike];
                let before = alike.partition_point(|other| &**other < text);
                (first + before, alike.get(before).is_some_and(|other| &**other == text))
            }
        };
        QuantileRank::try_from(2 * before + 1 + usize::from(is_one)).unwrap_or(QuantileRank::MAX)
    }

    /// Whether all texts of a rank are the same.
    pub(crate) fn is_one_text(rank: usize) -> bool {
        rank.is_multiple_of(2)
    }

    /// Bytes that they take besides themselves.
    fn heap_bytes(&self) -> usize {
        let texts: usize = self.texts.iter().map(|text| 16 + text.len()).sum();
        texts + self.prefix.len() + size_of_val(&*self.words)
    }
}

/// The first words of a text.
fn first_words(text: &[u8]) -> [u64; 2] {
    let (first, rest) = text.split_at(text.len().min(8));
    [first_word(first), first_word(rest)]
}

/// Those that were chosen last of the texts by which devices are ordered, the same for all clones of a fleet. They make
/// lists quicker, never different.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chosen {
    pub(crate) names: ChosenLast,
    pub(crate) serial_numbers: ChosenLast,
}

/// Quantiles that may be chosen anew.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChosenLast(Arc<Mutex<Option<Arc<Quantiles>>>>);

impl Chosen {
    /// Bytes that they take besides themselves.
    pub(super) fn heap_bytes(&self) -> usize {
        let chosen = [&self.names, &self.serial_numbers].map(ChosenLast::get);
        chosen.iter().flatten().map(|quantiles| size_of::<Quantiles>() + quantiles.heap_bytes()).sum()
    }
}

impl ChosenLast {
    pub(crate) fn get(&self) -> Option<Arc<Quantiles>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, quantiles: &Arc<Quantiles>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(quantiles));
    }

    /// Has others chosen next time, unless others were chosen already, or for a newer version of the site.
    pub(crate) fn forget(&self, quantiles: &Arc<Quantiles>, version: Version) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.take_if(|last| Arc::ptr_eq(last, quantiles) && last.at <= version.0);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => "(pc-|nb-)?[a-c]{0,3}[0-9]{0,2}",
            2 => "a-name-of-many-bytes-[ab]{0,20}",
            1 => "[aéσ]{1,3}",
        ]
    }

    proptest! {
        #[test]
        fn texts_are_in_the_order_of_their_ranks(
            prefix in "(a-name-of-so-many-bytes-)?",
            sample in proptest::collection::vec(text(), 0..60),
            other in proptest::option::of(text()),
            others in proptest::collection::vec((any::<bool>(), text()), 0..20),
        ) {
            // One that is unlike the others leaves nothing that all begin with.
            let own: Vec<_> = sample.iter().map(|text| format!("{prefix}{text}")).chain(other).collect();
            let quantiles = Quantiles::new(own.clone(), 60, Version(1));
            let others = others.into_iter().map(|(with, text)| if with { prefix.clone() + &text } else { text });
            let mut all: Vec<_> = own.iter().cloned().chain(others).collect();
            all.sort();
            let ranks: Vec<_> = all.iter().map(|text| quantiles.rank(text.as_bytes())).collect();
            prop_assert!(ranks.is_sorted(), "{:?} {:?}", all, ranks);
            for (text, rank) in all.iter().zip(&ranks).filter(|(text, _)| !text.is_empty()) {
                prop_assert_eq!(own.contains(text), Quantiles::is_one_text((*rank).into()));
                prop_assert!(usize::from(*rank) < quantiles.ranks());
            }
            for (pair, ranks) in all.windows(2).zip(ranks.windows(2)) {
                prop_assert!(pair[0] == pair[1] || ranks[0] != ranks[1] || ranks[0] % 2 == 1);
                prop_assert!(pair[0] != pair[1] || ranks[0] == ranks[1]);
            }
        }
    }

    #[test]
    fn they_are_outgrown_by_twice_as_many_texts_and_by_half_but_not_by_those_of_before() {
        let outgrown = |of, texts| {
            [4, 5, 6].map(|version| {
                Quantiles::new(Vec::new(), of, Version(5)).are_outgrown(texts, Version(version))
            })
        };
        assert_eq!((outgrown(0, 1), outgrown(0, 2)), ([false; 3], [false, true, true]));
        assert_eq!((outgrown(100, 201), outgrown(100, 202)), ([false; 3], [false, true, true]));
        assert_eq!((outgrown(100, 50), outgrown(100, 49)), ([false; 3], [false, true, true]));
    }

    #[test]
    fn those_that_were_chosen_meanwhile_or_for_a_newer_version_are_not_forgotten() {
        let [first, second] = [1, 2].map(|at| Arc::new(Quantiles::new(Vec::new(), 9, Version(at))));
        let last = ChosenLast::default();
        last.set(&first);
        last.clone().set(&second);
        last.forget(&first, Version(3));
        last.forget(&second, Version(1));
        assert!(last.get().is_some_and(|last| Arc::ptr_eq(&last, &second)));
        last.forget(&second, Version(2));
        assert!(last.get().is_none());
    }
}
