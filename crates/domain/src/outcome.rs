//! What the rules make of a device.

use crate::ids::ClassificationId;

/// The status words of a device (netskope-v2 §7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Status {
    /// Nothing was reported yet.
    #[default]
    Unknown = 0,
    /// No rule is for its operating system.
    NotConfigured = 1,
    /// Rules are for its operating system and none matched.
    Unmanaged = 2,
    /// A classification matched.
    Managed = 3,
}

impl Status {
    /// All of them, by number.
    pub const ALL: [Self; 4] = [Self::Unknown, Self::NotConfigured, Self::Unmanaged, Self::Managed];

    /// The words of status rows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "Unknown",
            Self::NotConfigured => "Not Configured",
            Self::Unmanaged => "Unmanaged",
            Self::Managed => "Managed",
        }
    }
}

/// A device's classification and how sure it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Outcome {
    /// The status word.
    pub status: Status,
    /// The strongest classification that matched; `None` unless the status is Managed.
    pub classification: Option<ClassificationId>,
    /// Stronger classifications that could be decided neither way for want of facts, strongest first.
    pub undetermined: Box<[ClassificationId]>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_listed_by_number() {
        assert!(Status::ALL.iter().enumerate().all(|(number, status)| *status as usize == number));
    }
}
