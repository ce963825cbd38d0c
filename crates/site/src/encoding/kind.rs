//! What bytes are kept for: the second of them.

use std::fmt;

/// What the bytes hold. A number that was released is never used for another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Kind {
    Site = 1,
    Instance = 2,
    CheckpointHeader = 3,
    Classifications = 16,
    Rules = 17,
    Tags = 18,
    Segments = 25,
    Values = 19,
    FreeIds = 20,
    Identity = 21,
    Reported = 22,
    Ages = 23,
    Standing = 24,
    LogPage = 26,
    FirstSeen = 27,
}

impl Kind {
    const ALL: [Self; 15] = [
        Self::Site,
        Self::Instance,
        Self::CheckpointHeader,
        Self::Classifications,
        Self::Rules,
        Self::Tags,
        Self::Segments,
        Self::Values,
        Self::FreeIds,
        Self::Identity,
        Self::Reported,
        Self::Ages,
        Self::Standing,
        Self::LogPage,
        Self::FirstSeen,
    ];

    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Site => "a site's record",
            Self::Instance => "a record of the instance",
            Self::CheckpointHeader => "the header of a checkpoint",
            Self::Classifications => "the classifications of a checkpoint",
            Self::Rules => "the rules of a checkpoint",
            Self::Tags => "the tags of a checkpoint",
            Self::Segments => "the segments of a checkpoint",
            Self::Values => "the values of a dictionary",
            Self::FreeIds => "the free ids of a dictionary",
            Self::Identity => "the identities of a block",
            Self::Reported => "the reports of a block",
            Self::Ages => "the ages of a block",
            Self::Standing => "the standings of a block",
            Self::LogPage => "a page of the index of a log",
            Self::FirstSeen => "the first-seen moments of a checkpoint",
        })
    }
}
