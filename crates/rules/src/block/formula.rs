//! Trees over the numbers of leaves, evaluated for a block of devices.

use std::collections::HashMap;

use super::leaf::Leaf;
use super::words::{Bits, Words};
use crate::compiled::Compiled;
use crate::leaf::{self, Fact};
use crate::plan::Plan;
use crate::truth::Truth;

/// What knows the facts of a block of devices.
pub trait Answers {
    /// What a leaf says, by its number among [`super::Revision::leaves`]. Need be right for the places `needed` only.
    fn answer(&mut self, leaf: usize, needed: &Words) -> &Bits;
}

/// A [`Plan`] whose leaves are numbers, each of a leaf that looks at one column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Formula {
    Leaf(usize),
    All(Box<[Formula]>),
    Any(Box<[Formula]>),
    /// What the first says; where that is unknown, what the second says.
    Else(Box<[Formula; 2]>),
    Undecidable,
}

/// Leaves by number, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Leaves {
    pub(super) all: Vec<Leaf>,
    numbers: HashMap<Leaf, usize>,
}

impl Leaves {
    fn number(&mut self, leaf: Leaf) -> Formula {
        let all = &mut self.all;
        Formula::Leaf(*self.numbers.entry(leaf).or_insert_with_key(|leaf| {
            all.push(leaf.clone());
            all.len() - 1
        }))
    }
}

impl Formula {
    /// Whether any of these rules is true.
    pub(super) fn any(rules: &[&Compiled], leaves: &mut Leaves) -> Self {
        match rules {
            [only] => Self::new(only.plan(), leaves),
            _ => Self::Any(rules.iter().map(|rule| Self::new(rule.plan(), leaves)).collect()),
        }
    }

    /// What must all hold for it to hold.
    pub(super) fn into_parts(self) -> Vec<Self> {
        match self {
            Self::All(children) => children.into_iter().flat_map(Self::into_parts).collect(),
            other => vec![other],
        }
    }

    /// Whether it is of no rules.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Any(rules) if rules.is_empty())
    }

    fn new(plan: &Plan, leaves: &mut Leaves) -> Self {
        match plan {
            Plan::Leaf(leaf::Leaf::Fact(Fact::Os(wanted))) => {
                let parts = wanted.parts();
                let mut part =
                    |wanted| leaves.number(Leaf::new(leaf::Leaf::Fact(Fact::Os(Box::new(wanted)))));
                let mut all: Vec<_> =
                    [parts.version, parts.distribution].into_iter().flatten().map(&mut part).collect();
                if let Some(edition) = parts.edition {
                    let edition = part(edition);
                    all.push(match parts.release {
                        None => edition,
                        Some(release) => {
                            Self::Else([edition, leaves.number(Leaf::of_release(release))].into())
                        }
                    });
                }
                match all.len() {
                    1 => all.remove(0),
                    _ => Self::All(all.into()),
                }
            }
            Plan::Leaf(leaf) => leaves.number(Leaf::new(leaf.clone())),
            Plan::All(children) => Self::All(children.iter().map(|child| Self::new(child, leaves)).collect()),
            Plan::Any(children) => Self::Any(children.iter().map(|child| Self::new(child, leaves)).collect()),
            Plan::Undecidable => Self::Undecidable,
        }
    }

    /// What it says, right for the places `needed`. Asks no leaf that decides nothing for them.
    pub(super) fn evaluate(&self, needed: &Words, answers: &mut impl Answers) -> Bits {
        match self {
            Self::Leaf(leaf) => *answers.answer(*leaf, needed),
            Self::Undecidable => Bits::all(Truth::Unknown),
            Self::All(children) => {
                let (mut result, mut open) = (Bits::all(Truth::Pass), *needed);
                let mut made = Bits::default();
                for child in children {
                    let bits = child.bits(&open, answers, &mut made);
                    result.pass &= &bits.pass;
                    result.maybe &= &bits.maybe;
                    open &= &bits.maybe;
                    if open.is_empty() {
                        break;
                    }
                }
                result
            }
            Self::Any(children) => {
                let (mut result, mut open) = (Bits::all(Truth::Fail), *needed);
                let mut made = Bits::default();
                for child in children {
                    let bits = child.bits(&open, answers, &mut made);
                    result.pass |= &bits.pass;
                    result.maybe |= &bits.maybe;
                    open = open.without(&bits.pass);
                    if open.is_empty() {
                        break;
                    }
                }
                result
            }
            Self::Else(two) => {
                let [first, second] = &**two;
                let mut result = first.evaluate(needed, answers);
                let open = *needed & result.maybe.without(&result.pass);
                if !open.is_empty() {
                    let mut made = Bits::default();
                    let bits = second.bits(&open, answers, &mut made);
                    result.pass |= &(open & bits.pass);
                    result.maybe &= &(bits.maybe | !open);
                }
                result
            }
        }
    }

    /// As [`Formula::evaluate`]; what a leaf says is not copied.
    fn bits<'a>(&self, needed: &Words, answers: &'a mut impl Answers, made: &'a mut Bits) -> &'a Bits {
        match self {
            Self::Leaf(leaf) => answers.answer(*leaf, needed),
            operator => {
                *made = operator.evaluate(needed, answers);
                made
            }
        }
    }
}
