//! A comparison with texts, over all of a block at once.

use rules::block::Words;

use super::named::uid_of;
use super::{ClientStatus, Field};
use crate::fleet::{BlockRef, Part, TextColumn};
use crate::prefetch::Prefetch;
use crate::queries::language::{Comparison, Test, Value};
use crate::queries::texts::Beginnings;

/// Which texts are asked for what. A negated test is asked as if it were not.
pub(super) struct TextLeaf {
    column: TextColumn,
    /// Asked where that one has an empty text.
    instead: Option<TextColumn>,
    search: Search,
    /// Whether the comparison holds wherever it finds something; else only there.
    pub(super) is_exact: bool,
}

enum Search {
    Part(Part),
    Beginnings(Beginnings),
}

impl TextLeaf {
    /// Of a comparison that asks for what can be searched for.
    pub(super) fn new(rows: &ClientStatus<'_>, comparison: &Comparison<Field>) -> Option<Self> {
        let (column, instead) = match comparison.field {
            Field::PrivateIp => (TextColumn::IpAddress, None),
            Field::Hostname => (TextColumn::Hostname, None),
            Field::Nsdeviceuid | Field::DeviceId => (TextColumn::Uid, None),
            Field::SerialNumber => (TextColumn::SerialNumber, None),
            Field::MacAddresses => (TextColumn::MacAddresses, None),
            Field::Username => (TextColumn::Username, None),
            Field::Userkey => (TextColumn::Userkey, None),
            Field::User => (TextColumn::Username, Some(TextColumn::Userkey)),
            _ => return None,
        };
        let has_several = column == TextColumn::MacAddresses;
        let (search, is_exact) = match &comparison.test {
            // It may go beyond the uid.
            Test::Like { .. } if comparison.field == Field::DeviceId => return None,
            Test::Like { part, .. } => {
                let part = part.folded()?;
                // It may go beyond one address.
                (Search::Part(Part::new(part)?), !(has_several && part.contains('\n')))
            }
            // It is found in the form in which texts are kept, and is hardly a part of others.
            Test::Equal { value, .. } if has_several || is_whole_text(comparison.field, value) => {
                (Search::Part(Part::new(value.folded()?)?), false)
            }
            Test::OneOf { .. } if has_several => return None,
            Test::Equal { value, .. } => {
                (Self::beginnings(rows, comparison.field, std::slice::from_ref(value)), false)
            }
            Test::OneOf { values, .. } => (Self::beginnings(rows, comparison.field, values), false),
            Test::Beyond { .. } | Test::Between { .. } => return None,
        };
        Some(Self { column, instead, search, is_exact })
    }

    fn beginnings(rows: &ClientStatus<'_>, field: Field, values: &[Value]) -> Search {
        let texts = values.iter().filter_map(Value::folded);
        Search::Beginnings(match field {
            Field::DeviceId => Beginnings::of(texts.filter_map(|id| uid_of(id, &rows.device_id_prefix))),
            _ => Beginnings::of(texts),
        })
    }

    /// Of the places `within` those where what is searched for is found.
    pub(super) fn places(&mut self, block: BlockRef<'_>, within: Words) -> Words {
        let found = self.search.places(block, self.column, within);
        let Some(instead) = self.instead else { return found };
        match block.texts(self.column).empty(within) {
            empty if empty.is_empty() => found,
            empty => found & !empty | self.search.places(block, instead, empty),
        }
    }
}

/// Whether a value that is not empty is a text as its column has it.
fn is_whole_text(field: Field, value: &Value) -> bool {
    field != Field::DeviceId && value.folded().is_some_and(|folded| !folded.is_empty())
}

impl Search {
    fn places(&mut self, block: BlockRef<'_>, column: TextColumn, within: Words) -> Words {
        match self {
            Self::Part(part) => block.holding(column, part, within, Prefetch::default()),
            Self::Beginnings(beginnings) => beginnings.places(&block.texts(column), within),
        }
    }
}
