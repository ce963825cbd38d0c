//! Facts by name: the files and processes that devices were asked about.

use std::hash::Hash;

use domain::FactText;

use super::column::Lists;
use super::dictionary::Dictionary;

/// What each device of the block said, a list a device: one that says much costs its neighbours nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Probed(pub(super) Lists<Said>);

/// A name, whether it holds, and a detail of it (0: none).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) name: u32,
    pub(super) truth: bool,
    pub(super) detail: u32,
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

impl Probed {
    /// What the device at `place` said: name, whether it holds, detail.
    pub(super) fn get<'a, D: Clone + Eq + Hash>(
        &'a self,
        place: usize,
        names: &'a ProbedNames<D>,
    ) -> impl Iterator<Item = (&'a FactText, bool, Option<&'a D>)> {
        self.0.get(place).iter().filter_map(|said| {
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
        for before in self.0.get(place) {
            names.names.release(before.name);
            names.details.release(before.detail);
        }
        self.0.set(place, &said);
    }
}

#[cfg(test)]
mod tests {
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
}
