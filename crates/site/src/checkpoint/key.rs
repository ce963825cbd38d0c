//! Names of parts.

use std::fmt;

use crate::encoding::Kind;

/// Names a part for ever: which definitions, which values of which dictionary, which columns of which block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartKey(u64);

/// What a key names. Dictionaries are named by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Definitions(Kind),
    Values { dictionary: u32, chunk: u32 },
    FreeIds { dictionary: u32 },
    Columns { kind: Kind, block: u32 },
    FirstSeen { chunk: u32 },
}

/// The kind stands in the highest byte, so that keys are in the order of the kinds; the dictionary in the next three.
const KIND_SHIFT: u32 = 56;
const DICTIONARY_SHIFT: u32 = 32;

impl PartKey {
    pub(super) fn new(named: Named) -> Self {
        let key = |kind: Kind, dictionary: u32, index: u32| {
            Self((kind as u64) << KIND_SHIFT | u64::from(dictionary) << DICTIONARY_SHIFT | u64::from(index))
        };
        match named {
            Named::Definitions(kind) => key(kind, 0, 0),
            Named::Values { dictionary, chunk } => key(Kind::Values, dictionary, chunk),
            Named::FreeIds { dictionary } => key(Kind::FreeIds, dictionary, 0),
            Named::Columns { kind, block } => key(kind, 0, block),
            Named::FirstSeen { chunk } => key(Kind::FirstSeen, 0, chunk),
        }
    }

    /// The key of that number, if it is one of a part that this program knows.
    pub(super) fn from_number(number: u64) -> Option<Self> {
        let named = named(number)?;
        Some(Self::new(named)).filter(|key| key.0 == number)
    }

    pub(super) fn number(self) -> u64 {
        self.0
    }

    pub(super) fn named(self) -> Named {
        named(self.0).expect("a key names something")
    }
}

fn named(number: u64) -> Option<Named> {
    let [a, b, c, d, e, f, g, kind] = number.to_le_bytes();
    let (index, dictionary) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, 0]));
    match Kind::from_number(kind)? {
        kind @ (Kind::Classifications | Kind::Rules | Kind::Tags | Kind::Segments) => {
            Some(Named::Definitions(kind))
        }
        Kind::Values => Some(Named::Values { dictionary, chunk: index }),
        Kind::FreeIds => Some(Named::FreeIds { dictionary }),
        kind @ (Kind::Identity | Kind::Reported | Kind::Ages | Kind::Standing) => {
            Some(Named::Columns { kind, block: index })
        }
        Kind::FirstSeen => Some(Named::FirstSeen { chunk: index }),
        Kind::Site | Kind::Instance | Kind::CheckpointHeader | Kind::LogPage => None,
    }
}

/// As `the ages of a block (17)`.
impl fmt::Display for PartKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.named() {
            Named::Definitions(kind) => write!(f, "{kind}"),
            Named::Values { dictionary, chunk } => write!(f, "{} ({dictionary}.{chunk})", Kind::Values),
            Named::FreeIds { dictionary } => write!(f, "{} ({dictionary})", Kind::FreeIds),
            Named::Columns { kind, block } => write!(f, "{kind} ({block})"),
            Named::FirstSeen { chunk } => write!(f, "{} ({chunk})", Kind::FirstSeen),
        }
    }
}

impl fmt::Debug for PartKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
