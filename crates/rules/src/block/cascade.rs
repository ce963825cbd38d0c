//! Going down the candidates with all devices of a block at once.

use domain::Os;

use super::formula::Answers;
use super::outcomes::{Outcomes, State};
use super::revision::Revision;
use super::script::{Script, Step};
use super::words::Words;
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

/// Devices of one class of which so far the same came out.
#[derive(Clone, Copy, Debug)]
struct Open {
    class: usize,
    /// The next step of their script.
    step: usize,
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
        self.open.clear();
        for (number, class) in classes.iter().enumerate() {
            match class.script {
                Script::Settled(outcome) => judged(number, *outcome, &class.places),
                Script::Open(_) => {
                    let (step, state, places) = (0, State::CLEAR, class.places);
                    self.open.push(Open { class: number, step, state, places });
                }
            }
        }
        for (place, candidate) in system.candidates.iter().enumerate() {
            let name = candidate.classification;
            let mut needed = Words::NONE;
            let mut asked = false;
            for open in &mut self.open {
                match open.next(classes).filter(|step| step.candidate == place).map(|step| step.known) {
                    Some(None) => {
                        needed |= &open.places;
                        asked = true;
                    }
                    Some(Some(Truth::Unknown)) => {
                        open.state = outcomes.undetermined(open.state, name);
                        open.step += 1;
                    }
                    _ => {}
                }
            }
            if !asked {
                continue;
            }
            let bits = candidate.formula.evaluate(&needed, answers);
            // From the last to the first: those that take the place of one removed were asked already.
            for number in (0..self.open.len()).rev() {
                let open = self.open[number];
                if open.next(classes) != Some(Step { candidate: place, known: None }) {
                    continue;
                }
                let pass = open.places & bits.pass;
                if !pass.is_empty() {
                    judged(open.class, outcomes.end(open.state, Some(name)), &pass);
                }
                self.open.swap_remove(number);
                let step = open.step + 1;
                let places = open.places.without(&bits.maybe);
                if !places.is_empty() {
                    self.open.push(Open { step, places, ..open });
                }
                let places = open.places & bits.maybe.without(&bits.pass);
                if !places.is_empty() {
                    let state = outcomes.undetermined(open.state, name);
                    self.open.push(Open { step, state, places, ..open });
                }
            }
        }
        for open in &self.open {
            // What is left of a script is its known winner, if it has one.
            let winner = open.next(classes).map(|step| system.candidates[step.candidate].classification);
            judged(open.class, outcomes.end(open.state, winner), &open.places);
        }
    }
}

impl Open {
    fn next(&self, classes: &[Class<'_>]) -> Option<Step> {
        match classes[self.class].script {
            Script::Open(steps) => steps.get(self.step).copied(),
            Script::Settled(_) => None,
        }
    }
}
