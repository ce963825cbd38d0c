//! Trees made ready for evaluation.

use domain::Os;

use crate::device::Device;
use crate::plan::Plan;
use crate::tree::Tree;
use crate::truth::Truth;

/// A tree made ready for evaluating one device after another: texts folded, bounds parsed, cheap checks first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Compiled(Plan);

impl Compiled {
    /// Compiles `tree` for devices of `os`, for which it was checked.
    #[must_use]
    pub fn new(tree: &Tree, os: Os) -> Self {
        Self(Plan::new(tree.root(), os))
    }

    /// Stands in for a tree that this program cannot read: it is unknown of every device.
    #[must_use]
    pub fn undecidable() -> Self {
        Self(Plan::Undecidable)
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.0
    }

    /// Whether it does not stand in for another.
    pub(crate) fn is_decidable(&self) -> bool {
        self.0 != Plan::Undecidable
    }

    /// What the tree says of `device`, which is one of its operating system: [`crate::Program`] asks no others.
    pub fn evaluate(&self, device: &impl Device) -> Truth {
        self.0.evaluate(device)
    }
}
