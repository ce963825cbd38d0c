//! Columns of dictionary ids: what checks say of an id is looked up in a table.

use domain::{FactText, Label};
use rules::Truth;
use rules::block::{self, Bits, Leaf, Words, places_of, plane};

use super::super::block::{Block, Dictionaries};
use super::super::column::{BLOCK, Column};
use super::memo::Memo;
use super::planes::transpose;
use super::value::Value;

/// Most ids of a dictionary of which tables tell. One with more has hardly a value that two devices share.
pub(super) const IDS_MAX: u32 = 1 << 16;

/// A column of ids.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coded {
    column: fn(&Block) -> &Column<u32>,
    /// One more than the highest id.
    pub(super) ids: fn(&Dictionaries) -> u32,
    value: for<'d> fn(&'d Dictionaries, u32) -> Option<Value<'d>>,
}

impl Coded {
    /// That of a leaf's column, if it is one.
    pub(super) fn of(column: block::Column<'_>) -> Option<Self> {
        macro_rules! coded {
            ($column:ident, $value:expr) => {
                Some(Self {
                    column: |block| &block.$column,
                    ids: |ids| ids.$column.next,
                    value: |ids, id| ids.$column.get(id).map($value),
                })
            };
        }
        match column {
            block::Column::OsVersion => coded!(os_version, Value::OsVersion),
            block::Column::Edition => coded!(edition, |text: &Label| Value::Edition(text.as_str())),
            block::Column::Distribution => {
                coded!(distribution, |text: &Label| Value::Distribution(text.as_str()))
            }
            block::Column::Domain => coded!(domain, |text: &FactText| Value::Domain(text.as_str())),
            block::Column::DiskEncryption => coded!(disk_encryption, |list| Value::DiskEncryption(list)),
            block::Column::Antivirus => coded!(antivirus, |list| Value::Antivirus(list)),
            block::Column::Registry => coded!(registry, |list| Value::Registry(list)),
            _ => None,
        }
    }
}

/// What some leaves say of each id of a column.
#[derive(Debug)]
pub(super) struct Table {
    coded: Coded,
    /// By number.
    leaves: Vec<usize>,
}

/// Most leaves of which bytes tell, and most of a table.
const NARROW: usize = 4;
const WIDE: usize = 31;
/// Most places that are looked up one by one.
const FEW: u32 = 64;

impl Table {
    /// Tables that tell of all these leaves, as few as that takes, each with those that it tells of.
    pub(super) fn of(coded: Coded, leaves: &[usize]) -> impl Iterator<Item = (Self, &[usize])> {
        leaves.chunks(WIDE).map(move |leaves| (Self { coded, leaves: leaves.to_vec() }, leaves))
    }

    /// Those that it tells of.
    pub(super) fn leaves(&self) -> &[usize] {
        &self.leaves
    }

    /// Room for what is said of ids.
    pub(super) fn memo(&self, ids: &Dictionaries) -> Memo {
        Memo::new((self.coded.ids)(ids))
    }

    /// Of each leaf in turn whether it passes for an id, and from [`WIDE`] on whether it may.
    fn row(&self, all: &[Leaf], ids: &Dictionaries, id: u32) -> u64 {
        let value = (self.coded.value)(ids, id).unwrap_or(Value::Nothing);
        self.leaves.iter().enumerate().fold(0, |row, (bit, leaf)| match all[*leaf].evaluate(&value) {
            Truth::Fail => row,
            Truth::Unknown => row | 1 << (WIDE + bit),
            Truth::Pass => row | 1 << bit | 1 << (WIDE + bit),
        })
    }

    /// Looks up at least those places of a block, and gives those that it did.
    pub(super) fn look_up(
        &self,
        all: &[Leaf],
        (ids, memo): (&Dictionaries, &mut Memo),
        block: &Block,
        places: &Words,
        answers: &mut [Bits],
    ) -> Words {
        let column = (self.coded.column)(block);
        let mut row = |id| memo.row(id, || self.row(all, ids, id));
        if places.len() <= FEW {
            self.look_up_few(places, |place| row(column.get(place)), answers);
            return *places;
        }
        if column.is_few() {
            self.leaves.iter().for_each(|leaf| answers[*leaf] = Bits::default());
            column.by_value(&Words::ALL, |id, places| {
                for bit in places_of(row(id)) {
                    let answer = &mut answers[self.leaves[bit % WIDE]];
                    *(if bit < WIDE { &mut answer.pass } else { &mut answer.maybe }) |= places;
                }
            });
        } else if self.leaves.len() <= NARROW {
            let mut bytes = [0; BLOCK];
            column.map(&mut bytes, |id| narrow(row(id)));
            for (word, bytes) in bytes.as_chunks::<64>().0.iter().enumerate() {
                for (bit, leaf) in (0..).zip(&self.leaves) {
                    answers[*leaf].pass.0[word] = plane(bytes, bit);
                    answers[*leaf].maybe.0[word] = plane(bytes, 4 + bit);
                }
            }
        } else {
            let mut planes = [0; BLOCK];
            column.map(&mut planes, row);
            for (word, planes) in planes.as_chunks_mut::<64>().0.iter_mut().enumerate() {
                transpose(planes);
                for (bit, leaf) in self.leaves.iter().enumerate() {
                    answers[*leaf].pass.0[word] = planes[bit];
                    answers[*leaf].maybe.0[word] = planes[WIDE + bit];
                }
            }
        }
        Words::ALL
    }

    /// Looks up some places of a block, one after the other.
    fn look_up_few(&self, places: &Words, mut row: impl FnMut(usize) -> u64, answers: &mut [Bits]) {
        for word in places.words() {
            let wanted = places.0[word];
            let mut planes = [0; 2 * WIDE];
            for place in places_of(wanted) {
                places_of(row(word * 64 + place)).for_each(|bit| planes[bit] |= 1 << place);
            }
            for (bit, leaf) in self.leaves.iter().enumerate() {
                let Bits { pass, maybe } = &mut answers[*leaf];
                pass.0[word] = pass.0[word] & !wanted | planes[bit];
                maybe.0[word] = maybe.0[word] & !wanted | planes[WIDE + bit];
            }
        }
    }
}

/// The row of up to [`NARROW`] leaves: who may pass in the upper half.
fn narrow(row: u64) -> u8 {
    let [byte, ..] = (row & 0xF | (row >> WIDE & 0xF) << NARROW).to_le_bytes();
    byte
}
