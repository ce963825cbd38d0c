//! What it takes to pass a condition tree, in atoms.

use crate::plan::Plan;

use super::atoms::{AtomId, Atoms};

/// A condition tree over atoms: it passes exactly of devices that pass enough of them. That Kleene's `$and` and `$or`
/// are a minimum and a maximum makes it so: a tree passes when what is two-valued, "this check passes", makes it
/// pass, and unknown need not be told from fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Formula {
    /// Passes of every device.
    Always,
    /// Passes of none.
    Never,
    Atom(AtomId),
    /// At least two, no constants.
    All(Box<[Formula]>),
    /// At least two, no constants.
    Any(Box<[Formula]>),
}

impl Formula {
    /// The formula of a plan, its atoms among `atoms`.
    pub(super) fn new<'a>(plan: &'a Plan, atoms: &mut Atoms<'a>) -> Self {
        match plan {
            Plan::Leaf(leaf) => atoms.formula(leaf),
            Plan::All(children) => Self::all(children.iter().map(|child| Self::new(child, atoms)).collect()),
            Plan::Any(children) => Self::any(children.iter().map(|child| Self::new(child, atoms)).collect()),
            Plan::Undecidable => Self::Never,
        }
    }

    /// All of `children` pass; none: always.
    pub(super) fn all(children: Vec<Self>) -> Self {
        Self::operator(children, Self::Always, &Self::Never, Self::All)
    }

    /// One of `children` passes; none: never.
    pub(super) fn any(children: Vec<Self>) -> Self {
        Self::operator(children, Self::Never, &Self::Always, Self::Any)
    }

    fn operator(
        mut children: Vec<Self>,
        neutral: Self,
        decisive: &Self,
        operator: fn(Box<[Self]>) -> Self,
    ) -> Self {
        if children.contains(decisive) {
            return decisive.clone();
        }
        children.retain(|child| *child != neutral);
        match children.len() {
            0 => neutral,
            1 => children.remove(0),
            _ => operator(children.into()),
        }
    }

    /// With what `known` says of atoms put in their place.
    pub(super) fn knowing(&self, known: &impl Fn(AtomId) -> Option<bool>) -> Self {
        match self {
            Self::Atom(atom) => match known(*atom) {
                None => Self::Atom(*atom),
                Some(true) => Self::Always,
                Some(false) => Self::Never,
            },
            Self::All(children) => Self::all(children.iter().map(|child| child.knowing(known)).collect()),
            Self::Any(children) => Self::any(children.iter().map(|child| child.knowing(known)).collect()),
            constant => constant.clone(),
        }
    }

    /// Whether it passes when exactly the atoms pass that `passes` says.
    pub(super) fn passes(&self, passes: &mut impl FnMut(AtomId) -> bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Atom(atom) => passes(*atom),
            Self::All(children) => children.iter().all(|child| child.passes(passes)),
            Self::Any(children) => children.iter().any(|child| child.passes(passes)),
        }
    }

    /// Visits its atoms, repeated ones too.
    pub(super) fn each_atom(&self, visit: &mut impl FnMut(AtomId)) {
        match self {
            Self::Atom(atom) => visit(*atom),
            Self::All(children) | Self::Any(children) => {
                children.iter().for_each(|child| child.each_atom(visit));
            }
            Self::Always | Self::Never => {}
        }
    }
}
