//! Columns of dictionary ids: what checks say of an id is looked up in a table.

use std::sync::OnceLock;

use domain::{FactText, Label};
use rules::Truth;
use rules::block::{self, Bits, Leaf};

use super::super::block::{Block, Dictionaries};
use super::super::column::{BLOCK, Column};
use super::planes::{plane, transpose};
use super::value::Value;

/// Most ids of a dictionary for which a table is made. One with more has hardly a value that two devices share.
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
    rows: OnceLock<Rows>,
}

/// By id: of each leaf in turn whether it passes, and in the upper half whether it may.
#[derive(Debug)]
enum Rows {
    /// Of up to four leaves.
    Narrow(Vec<u8>),
    /// Of up to 32.
    Wide(Vec<u64>),
}

const NARROW: usize = 4;
const WIDE: usize = 32;

impl Table {
    /// Tables that tell of all these leaves, as few as that takes, each with those that it tells of.
    pub(super) fn of(coded: Coded, leaves: &[usize]) -> impl Iterator<Item = (Self, &[usize])> {
        let table = move |leaves: &[usize]| Self { coded, leaves: leaves.to_vec(), rows: OnceLock::new() };
        leaves.chunks(WIDE).map(move |leaves| (table(leaves), leaves))
    }

    fn make(&self, leaves: &[Leaf], ids: &Dictionaries) -> Rows {
        let row = |id: u32, half: usize| {
            let value = (self.coded.value)(ids, id).unwrap_or(Value::Nothing);
            self.leaves.iter().enumerate().fold(0_u64, |row, (bit, leaf)| {
                match leaves[*leaf].evaluate(&value) {
                    Truth::Fail => row,
                    Truth::Unknown => row | 1 << (half + bit),
                    Truth::Pass => row | 1 << bit | 1 << (half + bit),
                }
            })
        };
        let all = 0..(self.coded.ids)(ids);
        if self.leaves.len() <= NARROW {
            let narrow = |id| u8::try_from(row(id, NARROW)).expect("four leaves have eight bits");
            Rows::Narrow(all.map(narrow).collect())
        } else {
            Rows::Wide(all.map(|id| row(id, WIDE)).collect())
        }
    }

    /// Looks up some words of a block.
    pub(super) fn look_up(
        &self,
        all: &[Leaf],
        ids: &Dictionaries,
        block: &Block,
        words: impl Iterator<Item = usize>,
        scratch: &mut [u32; BLOCK],
        answers: &mut [Bits],
    ) {
        let column = (self.coded.column)(block).all(scratch).unwrap_or(&[0; BLOCK]);
        let column = column.as_chunks::<64>().0;
        match self.rows.get_or_init(|| self.make(all, ids)) {
            Rows::Narrow(rows) => {
                for word in words {
                    let bytes = column[word].map(|id| rows[id as usize]);
                    for (bit, leaf) in (0..).zip(&self.leaves) {
                        answers[*leaf].pass.0[word] = plane(&bytes, bit);
                        answers[*leaf].maybe.0[word] = plane(&bytes, 4 + bit);
                    }
                }
            }
            Rows::Wide(rows) => {
                for word in words {
                    let mut planes = column[word].map(|id| rows[id as usize]);
                    transpose(&mut planes);
                    for (bit, leaf) in self.leaves.iter().enumerate() {
                        answers[*leaf].pass.0[word] = planes[bit];
                        answers[*leaf].maybe.0[word] = planes[WIDE + bit];
                    }
                }
            }
        }
    }
}
