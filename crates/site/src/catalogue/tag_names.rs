//! The names of tags without case, in order: to find one by its whole name, and those that hold a part.

use domain::TagId;
use memchr::memmem::Finder;

/// What ends a name. No name holds one, nor any other control character.
const END: char = '\n';

/// One name behind the other, so that all are searched as one text. A clone copies them: kept behind one pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TagNames {
    /// Each with its end.
    text: String,
    /// Where each name begins in the text.
    starts: Vec<u32>,
    ids: Vec<TagId>,
}

impl TagNames {
    /// Of folded names; `None` if there is one twice.
    pub(super) fn of(mut named: Vec<(String, TagId)>) -> Option<Self> {
        named.sort_unstable();
        if named.windows(2).any(|two| two[0].0 == two[1].0) {
            return None;
        }
        let mut names = Self::default();
        for (name, id) in named {
            names.starts.push(offset(names.text.len()));
            names.text.push_str(&name);
            names.text.push(END);
            names.ids.push(id);
        }
        Some(names)
    }

    /// The tag of that folded name.
    pub(super) fn get(&self, folded: &str) -> Option<TagId> {
        self.place(folded).ok().map(|place| self.ids[place])
    }

    /// In the order of their names.
    pub(super) fn ids(&self) -> &[TagId] {
        &self.ids
    }

    /// The places, in that order, of those whose names hold a folded part.
    pub(super) fn holding(&self, part: &str) -> Vec<u32> {
        let mut places = Vec::new();
        // It could only be found across two names.
        if part.contains(END) {
            return places;
        }
        let (finder, bytes) = (Finder::new(part.as_bytes()), self.text.as_bytes());
        let (mut place, mut from) = (0, 0);
        while let Some(at) = finder.find(&bytes[from..]) {
            place += self.starts[place..].partition_point(|start| *start as usize <= from + at) - 1;
            places.push(offset(place));
            place += 1;
            let Some(next) = self.starts.get(place) else { break };
            from = *next as usize;
        }
        places
    }

    pub(super) fn insert(&mut self, folded: &str, id: TagId) {
        let Err(place) = self.place(folded) else { return };
        let start = self.starts.get(place).map_or(self.text.len(), |start| *start as usize);
        self.text.insert(start, END);
        self.text.insert_str(start, folded);
        self.starts.insert(place, offset(start));
        let length = offset(folded.len() + END.len_utf8());
        self.starts[place + 1..].iter_mut().for_each(|start| *start += length);
        self.ids.insert(place, id);
    }

    pub(super) fn remove(&mut self, folded: &str) {
        let Ok(place) = self.place(folded) else { return };
        let start = self.starts.remove(place);
        let length = offset(folded.len() + END.len_utf8());
        self.text.drain(start as usize..(start + length) as usize);
        self.starts[place..].iter_mut().for_each(|start| *start -= length);
        self.ids.remove(place);
    }

    /// Where a name is, or would be.
    fn place(&self, folded: &str) -> Result<usize, usize> {
        let name = |start: &u32| {
            let rest = &self.text[*start as usize..];
            rest.split(END).next().unwrap_or(rest)
        };
        self.starts.binary_search_by(|start| name(start).cmp(folded))
    }
}

fn offset(place: usize) -> u32 {
    u32::try_from(place).expect("the names of a catalogue are counted in 32 bits")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn names_behave_like_an_ordered_map(
            steps in proptest::collection::vec((any::<bool>(), "[abé ]{1,4}"), 0..60), part in "[abé]{1,2}"
        ) {
            let (mut names, mut naive) = (TagNames::default(), BTreeMap::new());
            for (number, (adds, name)) in (0..).zip(&steps) {
                if *adds {
                    names.insert(name, TagId(number));
                    naive.entry(name.clone()).or_insert(TagId(number));
                } else {
                    names.remove(name);
                    naive.remove(name);
                }
            }
            prop_assert!(names.ids().iter().eq(naive.values()));
            for (_, name) in &steps {
                prop_assert_eq!(names.get(name), naive.get(name).copied());
            }
            let holding = (0..).zip(naive.keys()).filter(|(_, name)| name.contains(&part));
            prop_assert_eq!(names.holding(&part), holding.map(|(place, _)| place).collect::<Vec<_>>());
            let all = naive.into_iter().rev().collect();
            prop_assert_eq!(TagNames::of(all), Some(names));
        }
    }

    #[test]
    fn a_part_never_reaches_from_one_name_into_the_next() {
        let names = TagNames::of(vec![("ab".into(), TagId(1)), ("ba".into(), TagId(2))]).unwrap();
        assert_eq!((names.holding("b\nb"), names.holding("bb")), (vec![], vec![]));
        assert_eq!(names.holding("a"), [0, 1]);
        assert_eq!(TagNames::of(vec![("x".into(), TagId(1)), ("x".into(), TagId(2))]), None);
    }
}
