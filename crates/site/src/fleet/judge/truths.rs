//! Columns of truths: the two sets that they are, combined by what a check says of true, of false and of neither.

use rules::Truth;
use rules::block::{self, Bits, Leaf};

use super::super::block::Block;
use super::super::column::Truths;
use super::value::Value;

/// What a leaf says by a column of truths.
#[derive(Debug)]
pub(super) struct Flag {
    column: fn(&Block) -> &Truths,
    unknown: Truth,
    no: Truth,
    yes: Truth,
}

impl Flag {
    /// That of a leaf, if it looks at such a column.
    pub(super) fn of(leaf: &Leaf) -> Option<Self> {
        type Read = (fn(&Block) -> &Truths, fn(bool) -> Value<'static>);
        let (column, value): Read = match leaf.column() {
            block::Column::Passcode => (|block| &block.passcode, Value::Passcode),
            block::Column::Compromised => (|block| &block.compromised, Value::Compromised),
            block::Column::StorageEncrypted => (|block| &block.storage_encrypted, Value::StorageEncrypted),
            block::Column::Mdm => (|block| &block.mdm, Value::Mdm),
            _ => return None,
        };
        Some(Self {
            column,
            unknown: leaf.evaluate(&Value::Nothing),
            no: leaf.evaluate(&value(false)),
            yes: leaf.evaluate(&value(true)),
        })
    }

    pub(super) fn look_up(&self, block: &Block) -> Bits {
        let Some((known, truth)) = (self.column)(block).0.as_deref() else { return Bits::all(self.unknown) };
        let mut bits = Bits::default();
        for (places, said) in
            [(!*known, self.unknown), (known.without(truth), self.no), (*known & *truth, self.yes)]
        {
            if said == Truth::Pass {
                bits.pass |= &places;
            }
            if said != Truth::Fail {
                bits.maybe |= &places;
            }
        }
        bits
    }
}
