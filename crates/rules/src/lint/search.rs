//! The search for a device that passes one tree and none of others.

use std::sync::atomic::{AtomicBool, Ordering};

use super::atoms::{AtomId, Theory};
use super::formula::Formula;

/// How many steps go by between two looks at whether to stop.
const STEPS_BETWEEN_LOOKS: u64 = 4096;

/// Why a question has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// It would have taken more steps than are left.
    Beyond,
    /// Nobody waits for it any more.
    Stopped,
}

/// Looks for devices, one step a node of a formula that it visits.
///
/// Trees are monotone: what a device passes it still passes when it passes more. So a device that passes `f` and none
/// of the covers exists if and only if there is one that passes, of `f`, just one way through its `$or`s, and besides
/// only what that implies. The search goes through these ways. It leaves one as soon as a cover passes (it would pass
/// whatever is added) or a column would need two values.
pub(super) struct Search<'t> {
    theory: &'t Theory<'t>,
    stop: &'t AtomicBool,
    steps_left: u64,
    /// By atom: whether the device that is being built passes it. What it implies is held too.
    held: Vec<bool>,
    /// By column: the narrowest atom held.
    value: Vec<Option<AtomId>>,
    /// A column that may have several values at once.
    loose: Option<u32>,
    trail: Vec<Undo>,
}

/// What the device that is looked for must not pass: no `$or` among them.
struct Covers<'f> {
    all: Vec<&'f Formula>,
    /// By atom: the places of those that ask for it.
    asking: Vec<Vec<usize>>,
    /// Whether one of them passes of every device.
    always: bool,
}

impl<'f> Covers<'f> {
    fn new(atoms: usize) -> Self {
        Self { all: Vec::new(), asking: vec![Vec::new(); atoms], always: false }
    }

    fn add(&mut self, cover: &'f Formula) {
        let place = self.all.len();
        self.always |= *cover == Formula::Always;
        self.all.push(cover);
        cover.each_atom(&mut |atom| {
            let asking = &mut self.asking[atom as usize];
            if asking.last() != Some(&place) {
                asking.push(place);
            }
        });
    }
}

enum Undo {
    Held(AtomId),
    Value(u32, Option<AtomId>),
}

impl<'t> Search<'t> {
    pub(super) fn new(theory: &'t Theory<'t>, stop: &'t AtomicBool) -> Self {
        Self {
            theory,
            stop,
            steps_left: 0,
            held: vec![false; theory.atoms()],
            value: vec![None; theory.columns().len()],
            loose: None,
            trail: Vec::new(),
        }
    }

    /// How many steps it may still take.
    pub(super) fn steps_left(&self) -> u64 {
        self.steps_left
    }

    /// Has so many steps from now on.
    pub(super) fn allow(&mut self, steps: u64) {
        self.steps_left = steps;
    }

    /// Whether a device exists that passes `formula`; with `loose`, if that column could have several values.
    pub(super) fn is_passable(&mut self, formula: &Formula, loose: Option<u32>) -> Result<bool, Ended> {
        self.loose = loose;
        let passable = self.escapes_all(formula, &[]);
        self.loose = None;
        passable
    }

    /// Whether every device that passes `formula` passes one of `covers` too.
    pub(super) fn is_covered(&mut self, formula: &Formula, covers: &[&Formula]) -> Result<bool, Ended> {
        Ok(!self.escapes_all(formula, covers)?)
    }

    /// Those of `covers` that a device could pass that passes what `formula` asks for and nothing else. The others
    /// cannot help to cover it.
    pub(super) fn within_reach<'f>(
        &mut self,
        formula: &Formula,
        covers: &[(usize, &'f Formula)],
    ) -> Result<Vec<(usize, &'f Formula)>, Ended> {
        let reach = self.reach(formula)?;
        let mut within = Vec::new();
        for (rule, cover) in covers {
            if self.passes(cover, |_, atom| reach[atom as usize])? {
                within.push((*rule, *cover));
            }
        }
        Ok(within)
    }

    fn escapes_all(&mut self, formula: &Formula, covers: &[&Formula]) -> Result<bool, Ended> {
        let reach = self.reach(formula)?;
        let mut reachable = Covers::new(reach.len());
        for cover in covers {
            self.gather(cover, &reach, &mut reachable)?;
        }
        if reachable.always {
            return Ok(false);
        }
        let free = self.free(formula, &reachable.all)?;
        let formula = formula.knowing(&|atom| free[atom as usize].then_some(true));
        let found = self.escapes(vec![&formula], Vec::new(), &reachable);
        self.undo(0);
        found
    }

    /// Adds what of `cover` can pass within `reach`. Not to pass an `$or` is to pass none of its children, each of which
    /// is easier to judge.
    fn gather<'f>(
        &mut self,
        cover: &'f Formula,
        reach: &[bool],
        covers: &mut Covers<'f>,
    ) -> Result<(), Ended> {
        if let Formula::Any(children) = cover {
            return children.iter().try_for_each(|child| self.gather(child, reach, covers));
        }
        if self.passes(cover, |_, atom| reach[atom as usize])? {
            covers.add(cover);
        }
        Ok(())
    }

    /// What `formula` asks for, and what that implies.
    fn reach(&mut self, formula: &Formula) -> Result<Vec<bool>, Ended> {
        let mut reached = vec![false; self.theory.atoms()];
        let mut open = Vec::new();
        formula.each_atom(&mut |atom| open.push(atom));
        self.spend(open.len() + reached.len())?;
        while let Some(atom) = open.pop() {
            if !std::mem::replace(&mut reached[atom as usize], true) {
                open.extend(self.theory.implied(atom));
            }
        }
        Ok(reached)
    }

    /// The atoms of `formula` that a device can pass without harm: that imply nothing any cover asks for, and are
    /// alone in their column.
    fn free(&mut self, formula: &Formula, covers: &[&Formula]) -> Result<Vec<bool>, Ended> {
        let mut harmful = vec![false; self.theory.atoms()];
        let mut visited = harmful.len();
        for cover in covers {
            cover.each_atom(&mut |atom| {
                harmful[atom as usize] = true;
                visited += 1;
            });
        }
        self.spend(visited)?;
        self.theory.spread_to_implying(&mut harmful);
        let mut asked = vec![false; harmful.len()];
        let mut in_column = vec![0_u32; self.value.len()];
        formula.each_atom(&mut |atom| {
            let first = !std::mem::replace(&mut asked[atom as usize], true);
            if let Some(column) = self.theory.column(atom).filter(|_| first) {
                in_column[column as usize] += 1;
            }
        });
        let alone = |atom| self.theory.column(atom).is_none_or(|column| in_column[column as usize] == 1);
        let atoms = (0..).zip(asked.iter().zip(&harmful));
        Ok(atoms.map(|(atom, (asked, harmful))| *asked && !harmful && alone(atom)).collect())
    }

    /// Whether a device exists that passes what is held, all of `open`, and one of each of `choices`, and none of
    /// `covers`.
    fn escapes<'f>(
        &mut self,
        mut open: Vec<&'f Formula>,
        mut choices: Vec<&'f [Formula]>,
        covers: &Covers<'_>,
    ) -> Result<bool, Ended> {
        loop {
            let mark = self.trail.len();
            while let Some(formula) = open.pop() {
                self.spend(1)?;
                match formula {
                    Formula::Always => {}
                    Formula::Never => return Ok(false),
                    Formula::Atom(atom) => {
                        if !self.hold(*atom) {
                            return Ok(false);
                        }
                    }
                    Formula::All(children) => open.extend(children),
                    Formula::Any(children) => choices.push(children),
                }
            }
            if self.is_covered_since(mark, covers)? {
                return Ok(false);
            }
            let Some(ways) = self.narrowest(&mut choices)? else { return Ok(true) };
            if let [only] = ways[..] {
                open.push(only);
                continue;
            }
            let mark = self.trail.len();
            for way in ways {
                if self.escapes(vec![way], choices.clone(), covers)? {
                    return Ok(true);
                }
                self.undo(mark);
            }
            return Ok(false);
        }
    }

    /// Whether what was held since `mark` makes a cover pass.
    fn is_covered_since(&mut self, mark: usize, covers: &Covers<'_>) -> Result<bool, Ended> {
        for place in mark..self.trail.len() {
            let Undo::Held(atom) = self.trail[place] else { continue };
            for cover in &covers.asking[atom as usize] {
                if self.passes(covers.all[*cover], Self::holds)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Takes out of `choices` those that are made already, and the one with the fewest ways left, which it answers.
    fn narrowest<'f>(&mut self, choices: &mut Vec<&'f [Formula]>) -> Result<Option<Vec<&'f Formula>>, Ended> {
        let mut narrowest: Option<(usize, Vec<&Formula>)> = None;
        let mut place = 0;
        while let Some(choice) = choices.get(place).copied() {
            let mut ways = Vec::new();
            let mut made = false;
            for way in choice {
                made = self.passes(way, Self::holds)?;
                if made {
                    break;
                }
                if self.passes(way, Self::may_hold)? {
                    ways.push(way);
                }
            }
            if made {
                choices.swap_remove(place);
                continue;
            }
            if narrowest.as_ref().is_none_or(|(_, fewest)| ways.len() < fewest.len()) {
                narrowest = Some((place, ways));
            }
            place += 1;
        }
        Ok(narrowest.map(|(place, ways)| {
            choices.swap_remove(place);
            ways
        }))
    }

    /// Has the device pass `atom` and what it implies, unless its column has another value.
    fn hold(&mut self, atom: AtomId) -> bool {
        if self.holds(atom) {
            return true;
        }
        if !self.may_hold(atom) {
            return false;
        }
        if let Some(column) = self.theory.column(atom) {
            let before = self.value[column as usize].replace(atom);
            self.trail.push(Undo::Value(column, before));
        }
        let mut open = vec![atom];
        while let Some(atom) = open.pop() {
            if !std::mem::replace(&mut self.held[atom as usize], true) {
                self.trail.push(Undo::Held(atom));
                open.extend(self.theory.implied(atom));
            }
        }
        true
    }

    fn holds(&self, atom: AtomId) -> bool {
        self.held[atom as usize]
    }

    fn may_hold(&self, atom: AtomId) -> bool {
        let column = self.theory.column(atom).filter(|column| self.loose != Some(*column));
        let value = column.and_then(|column| self.value[column as usize]);
        self.holds(atom) || value.is_none_or(|value| self.theory.implies(atom, value))
    }

    fn undo(&mut self, mark: usize) {
        for undo in self.trail.drain(mark..).rev() {
            match undo {
                Undo::Held(atom) => self.held[atom as usize] = false,
                Undo::Value(column, before) => self.value[column as usize] = before,
            }
        }
    }

    /// Whether `formula` passes when exactly the atoms do that `passes` says.
    fn passes(&mut self, formula: &Formula, passes: impl Fn(&Self, AtomId) -> bool) -> Result<bool, Ended> {
        let mut visited = 0;
        let result = formula.passes(&mut |atom| {
            visited += 1;
            passes(self, atom)
        });
        self.spend(visited)?;
        Ok(result)
    }

    fn spend(&mut self, steps: usize) -> Result<(), Ended> {
        let left = self.steps_left.checked_sub(steps as u64).ok_or(Ended::Beyond)?;
        let looks = left / STEPS_BETWEEN_LOOKS != self.steps_left / STEPS_BETWEEN_LOOKS;
        self.steps_left = left;
        if looks { self.look() } else { Ok(()) }
    }

    /// Whether to go on.
    pub(super) fn look(&self) -> Result<(), Ended> {
        if self.stop.load(Ordering::Relaxed) { Err(Ended::Stopped) } else { Ok(()) }
    }
}
