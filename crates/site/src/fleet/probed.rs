//! Facts by name: the files and processes that devices were asked about.

use std::hash::Hash;
use std::sync::Arc;

use domain::FactText;

use super::column::{Column, Places};
use super::dictionary::Dictionary;

/// For each name that a device of the block was asked about: who knows, for whom it holds, and a detail of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Probed(Arc<Vec<Probe>>);

#[derive(Clone, Debug, Default, PartialEq)]
struct Probe {
    name: u32,
    known: Places,
    truth: Places,
    detail: Column<u32>,
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
        self.0.iter().filter(move |probe| probe.known.has(place)).filter_map(move |probe| {
            let name = names.names.get(probe.name)?;
            Some((name, probe.truth.has(place), names.details.get(probe.detail.get(place))))
        })
    }

    /// Replaces all that the device at `place` said before.
    pub(super) fn set<'f, D: Clone + Eq + Hash + 'f>(
        &mut self,
        place: usize,
        facts: impl Iterator<Item = (&'f FactText, bool, Option<&'f D>)>,
        names: &mut ProbedNames<D>,
    ) {
        let probes = Arc::make_mut(&mut self.0);
        for probe in probes.iter_mut().filter(|probe| probe.known.has(place)) {
            probe.known.set(place, false);
            probe.truth.set(place, false);
            names.details.release(probe.detail.set(place, 0));
            names.names.release(probe.name);
        }
        for (name, truth, detail) in facts {
            let name = names.names.take(name);
            let at = probes.binary_search_by_key(&name, |probe| probe.name).unwrap_or_else(|at| {
                probes.insert(at, Probe { name, ..Probe::default() });
                at
            });
            let probe = &mut probes[at];
            probe.known.set(place, true);
            probe.truth.set(place, truth);
            probe.detail.set(place, detail.map_or(0, |detail| names.details.take(detail)));
        }
        probes.retain(|probe| !probe.known.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(probed: &Probed, place: usize, names: &ProbedNames<u8>) -> Vec<(String, bool, Option<u8>)> {
        let mut said: Vec<_> = probed
            .get(place, names)
            .map(|(name, truth, detail)| (name.to_string(), truth, detail.copied()))
            .collect();
        said.sort();
        said
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
