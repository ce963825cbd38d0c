//! A comparison with a column in which many devices have the same.

use domain::Status;

use rules::block::{Words, places_of, word_of};

use super::{ClientStatus, Field};
use crate::fleet::{BLOCK, BlockRef, Ids, Shared};
use crate::queries::language::{Comparison, Row, Seen};

/// Up to so many values of a column are all compared before the first row is looked at.
const VALUES_FIRST: u32 = 4096;
/// So many places of a word are looked at one by one.
const FEW: u32 = 16;

const HOLDS: u8 = 1;
/// Was not compared yet.
const UNKNOWN: u8 = 2;

/// A comparison that remembers what it made of each value.
pub(super) struct SharedLeaf<'q> {
    column: Shared,
    known: Known<'q>,
    room: Box<Ids>,
}

struct Known<'q> {
    comparison: &'q Comparison<Field>,
    column: Shared,
    /// By the number that stands for the value: whether the comparison holds, or that it is unknown.
    holds: Vec<u8>,
}

impl<'q> SharedLeaf<'q> {
    /// The leaf of a comparison; `Err` with what it is when it is the same for all values.
    pub(super) fn new(
        rows: &ClientStatus<'_>,
        comparison: &'q Comparison<Field>,
        column: Shared,
    ) -> Result<Self, bool> {
        let end = rows.site.fleet.shared_end(column);
        let mut known = Known { comparison, column, holds: vec![UNKNOWN; end as usize] };
        if end <= VALUES_FIRST {
            let holds = known.of(rows, 0);
            if (1..end).all(|id| known.of(rows, id) == holds) {
                return Err(holds);
            }
        }
        Ok(Self { column, known, room: Box::new([0; BLOCK]) })
    }

    /// Of the places `within` those where it holds.
    pub(super) fn places(&mut self, rows: &ClientStatus<'_>, block: BlockRef<'_>, within: Words) -> Words {
        let Some(ids) = block.shared(self.column, &mut self.room) else {
            return if self.known.of(rows, 0) { within } else { Words::NONE };
        };
        let (ids, _) = ids.as_chunks::<64>();
        within.map_words(|word, within| self.known.of_word(rows, &ids[word], within))
    }
}

impl Known<'_> {
    /// Whether the comparison holds of a value.
    fn of(&mut self, rows: &ClientStatus<'_>, id: u32) -> bool {
        let known = self.holds[id as usize];
        if known != UNKNOWN {
            return known == HOLDS;
        }
        let holds = self.comparison.matches(&Only(seen(rows, self.comparison.field, self.column, id)));
        self.holds[id as usize] = u8::from(holds);
        holds
    }

    fn of_word(&mut self, rows: &ClientStatus<'_>, ids: &[u32; 64], within: u64) -> u64 {
        let one_by_one = |known: &mut Self, within: u64| {
            let mut holds = 0;
            for place in places_of(within) {
                holds |= u64::from(known.of(rows, ids[place])) << place;
            }
            holds
        };
        if within.count_ones() <= FEW {
            return one_by_one(self, within);
        }
        let holds = ids.map(|id| self.holds[id as usize]);
        if holds.contains(&UNKNOWN) { one_by_one(self, within) } else { word_of(&holds) & within }
    }
}

/// What rows have in a field, where the column that says all about it has a number.
fn seen<'a>(rows: &ClientStatus<'a>, field: Field, column: Shared, id: u32) -> Option<Seen<'a>> {
    let site = rows.site;
    let classification = || site.fleet.shared_outcome(id).and_then(|outcome| outcome.classification);
    Some(match field {
        Field::Status => Seen::Text(
            site.fleet.shared_outcome(id).map_or(Status::default(), |outcome| outcome.status).name(),
        ),
        Field::Classification => {
            Seen::Text(classification().map(|id| site.catalogue.classifications.name(id)).unwrap_or_default())
        }
        Field::ClassificationId => Seen::Number(classification()?.0.into()),
        _ => Seen::Text(site.fleet.shared_text(column, id).unwrap_or_default()),
    })
}

/// Whether a comparison holds where nothing was reported.
pub(super) fn holds_of_nothing(comparison: &Comparison<Field>) -> bool {
    comparison.matches(&Only(Some(Seen::Text(""))))
}

/// A row with one value.
struct Only<'a>(Option<Seen<'a>>);

impl Row<Field> for Only<'_> {
    fn any(&self, _: Field, test: impl FnMut(Seen<'_>) -> bool) -> bool {
        self.0.is_some_and(test)
    }
}
