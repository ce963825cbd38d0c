//! Where the leaves of a revision find what they look at.

use std::sync::Arc;

use domain::TagId;
use hashbrown::HashMap;
use rules::Truth;
use rules::block::{Column, Leaf, Revision};

use super::super::Fleet;
use super::super::block::Dictionaries;
use super::certified::Certified;
use super::coded::{Coded, IDS_MAX, Table};
use super::kept::{Kept, LEAVES_MAX, OfBlock};
use super::memo::Memo;
use super::named::{Kind, Named};
use super::tags::Tagged;
use super::truths::Flag;
use super::value::Value;

/// Where each leaf of a revision finds its answer, with what was worked out for all devices of a fleet alike. Made once
/// for a run, shared by its threads.
#[derive(Debug)]
pub(super) struct Lookups<'r> {
    pub(super) leaves: &'r [Leaf],
    /// By leaf: the number of its lookup.
    pub(super) of_leaf: Vec<usize>,
    pub(super) all: Vec<Lookup<'r>>,
    /// What was kept for it.
    pub(super) kept: Arc<Kept>,
    /// By lookup: the places of its leaves among what was kept of a block, if all of them were.
    pub(super) recalled: Vec<Option<Box<[usize]>>>,
    /// The leaves whose answers are to be kept for the next one.
    pub(super) keeping: Vec<usize>,
}

/// One way of looking up, for all leaves that are looked up together.
#[derive(Debug)]
pub(super) enum Lookup<'r> {
    Table(Table),
    Flag(Flag),
    Tagged(Tagged),
    Named(Named<'r>),
    Certified(Certified),
    /// The same for every device.
    Constant(Truth),
    /// Device by device.
    Single,
}

impl Lookup<'_> {
    fn table(&self) -> Option<&Table> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Room for what a thread works out of ids.
    pub(super) fn memo(&self, ids: &Dictionaries) -> Memo {
        match self {
            Self::Table(table) => table.memo(ids),
            Self::Named(named) => named.memo(ids),
            Self::Flag(_) | Self::Tagged(_) | Self::Certified(_) | Self::Constant(_) | Self::Single => {
                Memo::new(0)
            }
        }
    }
}

impl<'r> Lookups<'r> {
    pub(super) fn new(revision: &'r Revision, fleet: &Fleet) -> Self {
        let leaves = revision.leaves();
        let mut lookups = Self {
            leaves,
            of_leaf: vec![0; leaves.len()],
            all: Vec::new(),
            kept: fleet.keeper.0.kept(),
            recalled: Vec::new(),
            keeping: Vec::new(),
        };
        // Those that are asked first are not looked up with the others, which are mostly not asked at all.
        let first = revision.first_asked();
        lookups.add(0..first, fleet);
        if revision.is_counting() {
            lookups.keeping = lookups.worth_keeping();
        }
        lookups.add(first..leaves.len(), fleet);
        lookups.recalled = lookups.all.iter().map(|lookup| lookups.recalled(lookup)).collect();
        lookups
    }

    /// The leaves of the tables so far, as many as are kept.
    fn worth_keeping(&self) -> Vec<usize> {
        let mut leaves: Vec<_> =
            self.all.iter().filter_map(Lookup::table).flat_map(Table::leaves).copied().collect();
        leaves.truncate(LEAVES_MAX);
        leaves
    }

    fn recalled(&self, lookup: &Lookup<'_>) -> Option<Box<[usize]>> {
        let leaves = lookup.table()?.leaves();
        leaves.iter().map(|leaf| self.kept.place(&self.leaves[*leaf])).collect()
    }

    /// What is kept from now on: of each of these blocks the answers of the leaves that are to be kept.
    pub(super) fn kept_anew(&self, blocks: Vec<(usize, OfBlock)>, count: usize) -> Kept {
        let leaves = self.keeping.iter().map(|leaf| self.leaves[*leaf].clone());
        Kept::new(leaves, blocks.into_iter(), count)
    }

    fn add(&mut self, numbers: std::ops::Range<usize>, fleet: &Fleet) {
        let ids = &fleet.dictionaries;
        let mut tables = HashMap::<std::mem::Discriminant<Column<'_>>, (Coded, Vec<usize>)>::new();
        let mut tags = Vec::<(usize, TagId)>::new();
        let (mut processes, mut files, mut certified) = (Vec::new(), Vec::new(), Vec::new());
        for leaf in numbers {
            let asked = &self.leaves[leaf];
            let column = asked.column();
            let coded = Coded::of(column);
            if let Some(coded) = coded.filter(|coded| (coded.ids)(ids) <= IDS_MAX) {
                let known = tables.entry(std::mem::discriminant(&column)).or_insert((coded, Vec::new()));
                known.1.push(leaf);
                continue;
            }
            let lookup = match column {
                Column::Tag(tag) => {
                    tags.push((leaf, tag));
                    continue;
                }
                Column::Process { .. } => {
                    processes.push(leaf);
                    continue;
                }
                Column::File { .. } => {
                    files.push(leaf);
                    continue;
                }
                Column::Certificates => {
                    certified.push(leaf);
                    continue;
                }
                Column::Nothing => Lookup::Constant(asked.evaluate(&Value::Nothing)),
                _ => Flag::of(asked).map_or(Lookup::Single, Lookup::Flag),
            };
            self.push(lookup, &[leaf]);
        }
        for (coded, leaves) in tables.into_values() {
            for (table, leaves) in Table::of(coded, &leaves) {
                self.push(Lookup::Table(table), leaves);
            }
        }
        for (tagged, leaves) in Tagged::of(&tags) {
            self.push(Lookup::Tagged(tagged), &leaves);
        }
        for (kind, leaves) in [(Kind::Processes, processes), (Kind::Files, files)] {
            for (named, leaves) in Named::of(kind, self.leaves, &leaves) {
                self.push(Lookup::Named(named), leaves);
            }
        }
        if !certified.is_empty() {
            self.push(Lookup::Certified(Certified(certified.clone())), &certified);
        }
    }

    fn push(&mut self, lookup: Lookup<'r>, leaves: &[usize]) {
        for leaf in leaves {
            self.of_leaf[*leaf] = self.all.len();
        }
        self.all.push(lookup);
    }
}
