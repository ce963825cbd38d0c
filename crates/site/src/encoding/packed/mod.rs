//! Columns as bytes, for checkpoints: numbers in as few bits as they need, texts without what they have in common.
//! Equal columns make equal bytes, so that a store recognises what it has.

pub(crate) mod hex;
mod numbers;
mod row_bits;
mod row_test;
mod shape;
mod squeezed;
#[cfg(test)]
mod tests;
mod texts;

pub(crate) use self::numbers::{Numbers, read_numbers, write_numbers};
pub(crate) use self::row_test::RowTest;
pub(crate) use self::shape::Shape;
pub(crate) use self::squeezed::{squeeze, unsqueeze};
pub(crate) use self::texts::{PlainForm, ReadTexts, TextsMessage, read_texts, write_texts};
