//! What an agent must look up so that rules can be decided.

use std::collections::BTreeSet;

use domain::FactText;

/// The files, processes and registry values that rules ask about, as their authors wrote them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probes {
    /// Full paths.
    pub files: BTreeSet<FactText>,
    /// Names of processes.
    pub processes: BTreeSet<FactText>,
    /// Registry values.
    pub registry: BTreeSet<RegistryProbe>,
}

/// A registry value to look up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegistryProbe {
    /// In its long form, as `HKEY_LOCAL_MACHINE`.
    pub root_key: FactText,
    /// Path below the root key.
    pub key: FactText,
    /// Name of the value; empty: the key's default value.
    pub value: FactText,
}

impl Probes {
    /// Adds what `other` asks about.
    pub fn merge(&mut self, other: Self) {
        self.files.extend(other.files);
        self.processes.extend(other.processes);
        self.registry.extend(other.registry);
    }

    /// Whether there is nothing to look up.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.processes.is_empty() && self.registry.is_empty()
    }
}
