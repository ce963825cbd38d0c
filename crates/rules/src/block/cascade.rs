//! Going down the candidates with all devices of a block at once.

use domain::Os;

use super::formula::Answers;
use super::outcomes::{Outcomes, State};
use super::revision::{Judged, Revision};
use super::script::{Kept, Known, Script, Step};
use super::words::{Bits, Words};
use crate::truth::Truth;

/// Devices of a block, all of one system, of which the same is known.
#[derive(Clone, Copy, Debug)]
pub struct Class<'s> {
    /// What is left to ask.
    pub script: &'s Script,
    /// Where they are.
    pub places: Words,
}

/// Judges a block of devices; kept from block to block for the room that it has.
#[derive(Debug, Default)]
pub struct Cascade {
    open: Vec<Open>,
}

/// Devices of one class of which so far the same came out, and of which a candidate is to be asked.
#[derive(Clone, Copy, Debug)]
struct Open {
    class: usize,
    /// The place of that step in their script.
    step: usize,
    candidate: usize,
    kept: Kept,
    state: State,
    places: Words,
}

impl Cascade {
    /// Judges devices of `os`. Tells `judged` of each class, by its place, which of its devices get which outcome; a
    /// device is told of once.
    pub fn judge(
        &mut self,
        revision: &Revision,
        os: Os,
        classes: &[Class<'_>],
        answers: &mut impl Answers,
        outcomes: &mut Outcomes,
        mut judged: impl FnMut(usize, u32, &Words),
    ) {
        let Some(system) = revision.system(os) else { return };
        let candidates = &system.candidates;
        self.open.clear();
        for (number, class) in classes.iter().enumerate() {
            match class.script {
                Script::Settled(outcome) => judged(number, *outcome, &class.places),
                Script::Open(steps) => {
                    let from = (number, 0, State::CLEAR);
                    self.go_on(steps, from, &class.places, candidates, outcomes, &mut judged);
                }
            }
        }
        for (place, candidate) in candidates.iter().enumerate() {
            if self.open.is_empty() {
                return;
            }
            let Some(bits) = self.ask(place, candidate, answers) else { continue };
            let (name, unknown) = (candidate.classification, bits.maybe.without(&bits.pass));
            let mut number = self.open.len();
            // From the last to the first: those that take the place of one removed were asked already, and so were
            // those that are added.
            while let Some(next) = number.checked_sub(1) {
                number = next;
                let Open { class, step, state, places, .. } = self.open[number];
                if self.open[number].candidate != place {
                    continue;
                }
                self.open.swap_remove(number);
                let Script::Open(steps) = classes[class].script else { continue };
                let pass = places & bits.pass;
                if !pass.is_empty() {
                    judged(class, outcomes.end(state, Some(name)), &pass);
                }
                let fail = places.without(&bits.maybe);
                if !fail.is_empty() {
                    self.go_on(steps, (class, step + 1, state), &fail, candidates, outcomes, &mut judged);
                }
                let unknown = places & unknown;
                if !unknown.is_empty() {
                    let from = (class, step + 1, outcomes.undetermined(state, name));
                    self.go_on(steps, from, &unknown, candidates, outcomes, &mut judged);
                }
            }
        }
    }

    /// Goes on from a step of a class's script to the next that is asked, or to the end.
    fn go_on(
        &mut self,
        steps: &[Step],
        (class, from, mut state): (usize, usize, State),
        places: &Words,
        candidates: &[Judged],
        outcomes: &mut Outcomes,
        judged: &mut impl FnMut(usize, u32, &Words),
    ) {
        let mut winner = None;
        for (step, Step { candidate, known }) in steps.iter().copied().enumerate().skip(from) {
            let name = candidates[candidate].classification;
            match known {
                Known::Kept(kept) => {
                    self.open.push(Open { class, step, candidate, kept, state, places: *places });
                    return;
                }
                Known::Said(Truth::Unknown) => state = outcomes.undetermined(state, name),
                Known::Said(Truth::Pass) => winner = Some(name),
                Known::Said(Truth::Fail) => {}
            }
        }
        judged(class, outcomes.end(state, winner), places);
    }

    /// What the candidate at `place` says of the devices of which that is to be asked; `None` if it is of none.
    fn ask(&self, place: usize, candidate: &Judged, answers: &mut impl Answers) -> Option<Bits> {
        let asking = || self.open.iter().filter(|open| open.candidate == place);
        asking().next()?;
        let mut needed = Words::NONE;
        asking().for_each(|open| needed |= &open.places);
        let mut bits = candidate.new.evaluate(&needed, answers);
        let (mut unknown, mut rest) = (Words::NONE, Words::NONE);
        for Open { kept, places, .. } in asking() {
            match kept {
                Kept::Fail => {}
                Kept::Unknown => unknown |= places,
                Kept::FailOrUnknown => rest |= &places.without(&bits.maybe),
                Kept::Any => rest |= &places.without(&bits.pass),
            }
        }
        bits.maybe |= &unknown;
        if !rest.is_empty() {
            let kept = candidate.kept.evaluate(&rest, answers);
            bits.pass |= &(kept.pass & rest);
            bits.maybe |= &(kept.maybe & rest);
        }
        Some(bits)
    }
}
