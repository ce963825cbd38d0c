//! Facts by name: the files and processes that devices were asked about.

use std::hash::Hash;
use std::sync::Arc;

use domain::FactText;

use super::column::{Codes, Lists};
use super::dictionary::Dictionary;

/// Most different things said that are kept by code when a column is laid out anew: some room is left for more.
const CODED_MAX: usize = 192;

/// What each device of the block said, a list a device: one that says much costs its neighbours nothing.
#[derive(Clone, Debug)]
pub(super) enum Probed {
    /// Devices of a block say much the same: of each thing said its place in `said`.
    Coded { said: Arc<Vec<Said>>, codes: Lists<u8> },
    /// Where they do not.
    Plain(Lists<Said>),
}

/// A name, whether it holds, and a detail of it (0: none).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Said {
    pub(super) name: u32,
    pub(super) truth: bool,
    pub(super) detail: u32,
}

impl Said {
    /// Different for different things said of which there are few.
    fn word(self) -> u64 {
        u64::from(self.name) << 33 ^ u64::from(self.detail) << 1 ^ u64::from(self.truth)
    }
}

/// The names and details of one kind of probed facts: signers of processes, hashes of files.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ProbedNames<D> {
    pub(super) names: Dictionary<FactText>,
    pub(super) details: Dictionary<D>,
}

impl<D> Default for ProbedNames<D> {
    fn default() -> Self {
        Self { names: Dictionary::default(), details: Dictionary::default() }
    }
}

impl Default for Probed {
    fn default() -> Self {
        Self::Coded { said: Arc::default(), codes: Lists::default() }
    }
}

/// By what devices said, however that is laid out.
impl PartialEq for Probed {
    fn eq(&self, other: &Self) -> bool {
        let places = 0..self.count().max(other.count());
        self.is_shared_with(other) || places.into_iter().all(|place| self.said(place).eq(other.said(place)))
    }
}

impl Probed {
    /// Lists behind one another, as far as each of the `ends`.
    pub(super) fn of(ends: &[u32], all: Vec<Said>) -> Self {
        let (mut known, mut codes) = (Codes::default(), Vec::with_capacity(all.len()));
        for one in &all {
            match known.code(*one, one.word(), CODED_MAX) {
                Some(code) => codes.push(code),
                None => return Self::Plain(Lists::of(ends, all)),
            }
        }
        let mut said = known.into_listed();
        said.shrink_to_fit();
        Self::Coded { said: Arc::new(said), codes: Lists::of(ends, codes) }
    }

    /// What the device at `place` said.
    pub(super) fn said(&self, place: usize) -> impl Iterator<Item = Said> {
        let (said, codes, plain) = match self {
            Self::Coded { said, codes } => (said.as_slice(), codes.get(place), &[][..]),
            Self::Plain(lists) => (&[][..], &[][..], lists.get(place)),
        };
        codes.iter().map(|code| said[usize::from(*code)]).chain(plain.iter().copied())
    }

    /// What all devices said.
    pub(super) fn values(&self) -> impl Iterator<Item = Said> {
        let (said, codes, plain) = match self {
            Self::Coded { said, codes } => (said.as_slice(), codes.values(), &[][..]),
            Self::Plain(lists) => (&[][..], &[][..], lists.values()),
        };
        codes.iter().map(|code| said[usize::from(*code)]).chain(plain.iter().copied())
    }

    /// Where the list of each of those devices ends among all.
    pub(super) fn ends(&self) -> Vec<u32> {
        match self {
            Self::Coded { codes, .. } => codes.ends().collect(),
            Self::Plain(lists) => lists.ends().collect(),
        }
    }

    /// How many places there are up to the last that said something.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Coded { codes, .. } => codes.count(),
            Self::Plain(lists) => lists.count(),
        }
    }

    /// Whether both are the same column, not just an equal one.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Coded { said, codes }, Self::Coded { said: others, codes: other }) => {
                Arc::ptr_eq(said, others) && codes.is_shared_with(other)
            }
            (Self::Plain(lists), Self::Plain(others)) => lists.is_shared_with(others),
            _ => false,
        }
    }

    /// Bytes that it takes besides itself.
    pub(super) fn heap_bytes(&self) -> usize {
        match self {
            Self::Coded { said, codes } => 40 + said.capacity() * size_of::<Said>() + codes.heap_bytes(),
            Self::Plain(lists) => lists.heap_bytes(),
        }
    }

    /// What the device at `place` said: name, whether it holds, detail.
    pub(super) fn get<'a, D: Clone + Eq + Hash>(
        &'a self,
        place: usize,
        names: &'a ProbedNames<D>,
    ) -> impl Iterator<Item = (&'a FactText, bool, Option<&'a D>)> {
        self.said(place).filter_map(|said| {
            Some((names.names.get(said.name)?, said.truth, names.details.get(said.detail)))
        })
    }

    /// Replaces all that the device at `place` said before.
    pub(super) fn set<'f, D: Clone + Eq + Hash + 'f>(
        &mut self,
        place: usize,
        facts: impl Iterator<Item = (&'f FactText, bool, Option<&'f D>)>,
        names: &mut ProbedNames<D>,
    ) {
        // Taken before the old ones are let go, so that what stays the same keeps its id.
        let said: Vec<_> = facts
            .map(|(name, truth, detail)| Said {
                name: names.names.take(name),
                truth,
                detail: detail.map_or(0, |detail| names.details.take(detail)),
            })
            .collect();
        for before in self.said(place) {
            names.names.release(before.name);
            names.details.release(before.detail);
        }
        self.put(place, &said);
    }

    fn put(&mut self, place: usize, list: &[Said]) {
        if self.said(place).eq(list.iter().copied()) {
            return;
        }
        match self {
            Self::Plain(lists) => lists.set(place, list),
            Self::Coded { said, codes } => {
                let coded: Option<Vec<_>> = list.iter().map(|one| code(said, *one)).collect();
                match coded {
                    Some(coded) => codes.set(place, &coded),
                    None => self.lay_out_with(place, list),
                }
            }
        }
    }

    /// Sets a list for which there are no codes left.
    fn lay_out_with(&mut self, place: usize, list: &[Said]) {
        let mut plain = Lists::of(&self.ends(), self.values().collect());
        plain.set(place, list);
        *self = Self::of(&plain.ends().collect::<Vec<_>>(), plain.values().to_vec());
    }
}

/// The code of what is said, if there is one or one is left.
fn code(said: &mut Arc<Vec<Said>>, one: Said) -> Option<u8> {
    let known = said.iter().position(|known| *known == one);
    let code = u8::try_from(known.unwrap_or(said.len())).ok()?;
    if known.is_none() {
        let said = Arc::make_mut(said);
        said.reserve_exact(8_usize.saturating_sub(said.capacity() - said.len()));
        said.push(one);
    }
    Some(code)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn said(probed: &Probed, place: usize, names: &ProbedNames<u8>) -> Vec<(String, bool, Option<u8>)> {
        probed
            .get(place, names)
            .map(|(name, truth, detail)| (name.to_string(), truth, detail.copied()))
            .collect()
    }

    #[test]
    fn a_report_replaces_what_its_device_said_and_nothing_else() {
        let (a, b) = (FactText::new("a").unwrap(), FactText::new("b").unwrap());
        let (mut probed, mut names) = (Probed::default(), ProbedNames::default());
        probed.set(3, [(&a, true, Some(&9)), (&b, false, None)].into_iter(), &mut names);
        probed.set(4, [(&a, true, Some(&9))].into_iter(), &mut names);
        assert_eq!(said(&probed, 3, &names), [("a".into(), true, Some(9)), ("b".into(), false, None)]);
        probed.set(3, [(&b, true, Some(&8))].into_iter(), &mut names);
        assert_eq!(said(&probed, 3, &names), [("b".into(), true, Some(8))]);
        assert_eq!(said(&probed, 4, &names), [("a".into(), true, Some(9))]);
        probed.set(3, std::iter::empty(), &mut names);
        assert_eq!(names.names.iter().collect::<Vec<_>>(), [(&a, 1)]);
        assert_eq!(names.details.iter().collect::<Vec<_>>(), [(&9, 1)]);
    }

    proptest! {
        /// Of up to a thousand different things, so that codes run out.
        #[test]
        fn what_was_said_is_as_in_a_vector_of_vectors(
            writes in vec((0..200_usize, vec((0..7_u32, any::<bool>(), 0..70_u32), 0..4)), 0..400)
        ) {
            let (mut probed, mut naive) = (Probed::default(), vec![Vec::new(); 200]);
            for (place, list) in writes {
                let said = |(name, truth, detail)| Said { name, truth, detail };
                naive[place] = list.into_iter().map(said).collect();
                probed.put(place, &naive[place]);
            }
            let anew = Probed::of(&probed.ends(), probed.values().collect());
            for (place, list) in naive.iter().enumerate() {
                prop_assert!(probed.said(place).eq(list.iter().copied()));
                prop_assert!(anew.said(place).eq(list.iter().copied()));
            }
            prop_assert_eq!(&probed, &anew);
            probed.put(7, &[Said { name: 99, truth: true, detail: 0 }]);
            prop_assert_ne!(&probed, &anew);
        }
    }
}
