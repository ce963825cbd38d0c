//! The language over rows of one's own.

mod errors;
mod generate;
mod meaning;
mod properties;

use super::*;

/// Fields of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Name,
    Age,
    Version,
    /// Several texts, or none.
    Addresses,
    /// A number that a row may lack.
    Rank,
}

impl Field for Asked {
    const ALL: &'static [Self] = &[Self::Name, Self::Age, Self::Version, Self::Addresses, Self::Rank];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.full_name() == name)
    }

    fn full_name(self) -> String {
        match self {
            Self::Name => "name",
            Self::Age => "age",
            Self::Version => "version",
            Self::Addresses => "host_info.addresses",
            Self::Rank => "rank",
        }
        .to_owned()
    }

    fn kind(self) -> Kind {
        match self {
            Self::Name | Self::Addresses => Kind::Text,
            Self::Age | Self::Rank => Kind::Number,
            Self::Version => Kind::Version,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) age: i64,
    pub(super) version: String,
    pub(super) addresses: Vec<String>,
    pub(super) rank: Option<i64>,
}

impl Row<Asked> for Person {
    fn any(&self, field: Asked, mut test: impl FnMut(Seen<'_>) -> bool) -> bool {
        match field {
            Asked::Name => test(Seen::Text(&self.name)),
            Asked::Age => test(Seen::Number(self.age)),
            Asked::Version => test(Seen::Text(&self.version)),
            Asked::Addresses => self.addresses.iter().any(|address| test(Seen::Text(address))),
            Asked::Rank => self.rank.is_some_and(|rank| test(Seen::Number(rank))),
        }
    }
}

pub(super) fn parse(text: &str) -> Result<Query<Asked>, SyntaxError> {
    Query::parse(text)
}
