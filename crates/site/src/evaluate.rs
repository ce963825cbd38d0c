//! What follows for devices from what was changed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::{Change, DeviceNumber, Os, Outcome, Owner, Version};
use roaring::RoaringBitmap;
use rules::Compiled;
use rules::block::{Revision, Words};

use crate::Site;
use crate::catalogue::{Rulebook, Stamp};
use crate::effects::{Effects, Move};
use crate::fleet::Systems;
use crate::fleet::judge::{Prepared, Verdicts};
use crate::matching::Matching;
use crate::public_id::PublicIds;
use crate::state::State as _;

/// What changes have put in doubt, to be evaluated once they are all made.
#[derive(Debug, Default)]
pub(crate) struct Dirty {
    /// Those of which something changed that rules ask about.
    pub(crate) devices: RoaringBitmap,
    /// The rules by which all devices were judged, where others have taken their place.
    pub(crate) rules: Option<Arc<Rulebook>>,
    /// Whether no outcome is to be trusted: all devices are judged by all rules.
    pub(crate) all: bool,
}

/// What would follow from changes of rules, worked out on one version of a site.
#[derive(Debug)]
pub struct Foreseen {
    site: PublicIds,
    version: Version,
    rules: Arc<Rulebook>,
    prepared: Prepared,
}

/// Devices that are changed and judged one by one: beyond, blocks are quicker.
pub(crate) const SINGLY_MAX: usize = 4096;

impl Site {
    /// Evaluates what is in doubt and sets what comes out of it; `None` once `stop` is true.
    ///
    /// Where rules have changed, the outcomes that devices have are taken for what the rules before made of them.
    pub(crate) fn evaluate(
        &mut self,
        dirty: &Dirty,
        foreseen: Option<&Foreseen>,
        stop: &AtomicBool,
    ) -> Option<Effects> {
        if dirty.all {
            let verdicts = self.judged_anew(stop)?;
            return Some(self.fleet.settle(&verdicts));
        }
        match self.revision(dirty) {
            None if dirty.devices.len() <= SINGLY_MAX as u64 => Some(self.evaluate_singly(&dirty.devices)),
            revision => {
                let foreseen = foreseen.filter(|foreseen| revision.is_some() && self.is_foreseen(foreseen));
                let verdicts = self.verdicts(dirty, revision.as_ref(), foreseen, stop)?;
                Some(match foreseen {
                    Some(foreseen) => self.fleet.settle_prepared(&foreseen.prepared, &verdicts),
                    None => self.fleet.settle(&verdicts),
                })
            }
        }
    }

    /// What the rules would move, which other rules were judged by before, of how many devices those `counted` are
    /// true, and which devices there are; sets nothing. `None` once `stop` is true.
    pub(crate) fn foretell(
        &self,
        dirty: &Dirty,
        counted: &[(Os, Arc<Compiled>)],
        stop: &AtomicBool,
    ) -> Option<(Effects, Matching, Systems)> {
        let after = &self.catalogue.rulebook().program;
        let before = dirty.rules.as_ref().map_or(after, |rules| &rules.program);
        let revision = Revision::counting(Some(before), after, counted);
        let verdicts = self.fleet.judge(&revision, |_| Words::ALL, stop)?;
        Some((self.fleet.effects_of(&verdicts), verdicts.matching, verdicts.systems()))
    }

    /// How many devices have another outcome than the rules now give them, judging all by all rules. There are none
    /// unless the outcomes are of a program that read the rules differently. `None` once `stop` is true.
    #[must_use]
    pub fn misjudged(&self, stop: &AtomicBool) -> Option<u64> {
        let verdicts = self.judged_anew(stop)?;
        let moves = verdicts.blocks.iter().flat_map(|(_, moves)| moves);
        Some(moves.map(|moved| u64::from(moved.places.len())).sum())
    }

    /// Judges all devices by all rules.
    fn judged_anew(&self, stop: &AtomicBool) -> Option<Verdicts> {
        let revision = Revision::new(None, &self.catalogue.rulebook().program);
        self.fleet.judge(&revision, |_| Words::ALL, stop)
    }

    /// What differs between the rules of before and those of now, if any device can move by it.
    fn revision(&self, dirty: &Dirty) -> Option<Revision> {
        let before = dirty.rules.as_ref()?;
        let revision = Revision::new(Some(&before.program), &self.catalogue.rulebook().program);
        (!revision.is_empty()).then_some(revision)
    }

    /// Judges devices one by one.
    fn evaluate_singly(&mut self, devices: &RoaringBitmap) -> Effects {
        let mut moves: BTreeMap<(Outcome, Outcome), RoaringBitmap> = BTreeMap::new();
        let program = &self.catalogue.rulebook().program;
        for device in devices.iter().filter_map(|number| self.fleet.get(DeviceNumber(number))) {
            let to = program.classify(&device);
            if !device.has_outcome(&to) {
                moves.entry((device.outcome(), to)).or_default().insert(device.number().0);
            }
        }
        let moves = moves.into_iter().map(|((from, to), devices)| Move { from, to, devices }).collect();
        let effects = Effects { moves };
        self.fleet.set_outcomes(&effects);
        effects
    }

    /// Judges blocks of devices: those of which something changed by all rules, the others by what differs. Of blocks
    /// for which it was all foreseen, nothing is told.
    fn verdicts(
        &self,
        dirty: &Dirty,
        revision: Option<&Revision>,
        foreseen: Option<&Foreseen>,
        stop: &AtomicBool,
    ) -> Option<Verdicts> {
        let doubtful = self.fleet.places_of(dirty.devices.iter().map(DeviceNumber));
        let doubtful = |block: usize| doubtful.get(&block).copied().unwrap_or_default();
        let mut verdicts = Verdicts::default();
        if let Some(revision) = revision {
            verdicts = match foreseen {
                None => self.fleet.judge(revision, |block| !doubtful(block), stop)?,
                Some(Foreseen { version, prepared, .. }) => {
                    let others = prepared.others(&self.fleet, *version);
                    let holds = |block: usize| others.get(&block);
                    let left =
                        |block| holds(block).map_or(Words::NONE, |holds| holds.without(&doubtful(block)));
                    let asked = |block| holds(block).map_or(Words::NONE, |holds| !(*holds | doubtful(block)));
                    let mut verdicts = prepared.verdicts().within(left);
                    verdicts.join(self.fleet.judge(revision, asked, stop)?);
                    verdicts
                }
            };
        }
        if !dirty.devices.is_empty() {
            let revision = Revision::new(None, &self.catalogue.rulebook().program);
            verdicts.join(self.fleet.judge(&revision, doubtful, stop)?);
        }
        Some(verdicts)
    }

    /// Whether that was worked out for these rules, on an earlier version of this site.
    fn is_foreseen(&self, foreseen: &Foreseen) -> bool {
        foreseen.site == self.ids()
            && foreseen.version <= self.version()
            && foreseen.rules.program == self.catalogue.rulebook().program
    }

    /// Works out what would follow from changes of rules.
    pub(crate) fn foresee_rules(&self, changes: &[Change], stop: &AtomicBool) -> Option<Foreseen> {
        let mut after = self.clone();
        // Who acts when makes no difference to what follows.
        let stamp = Stamp { by: Owner::new("foresight").ok()?, at: self.time() };
        let dirty = after.set_all(&stamp, changes);
        let revision = after.revision(&dirty)?;
        let prepared = after.fleet.prepare(after.fleet.judge(&revision, |_| Words::ALL, stop)?);
        let rules = Arc::clone(after.catalogue.rulebook());
        Some(Foreseen { site: self.ids(), version: self.version(), rules, prepared })
    }
}
