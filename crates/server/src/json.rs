//! JSON as replies say it, byte for byte what `serde_json` writes, at the speed of copying.

mod text;
mod writer;

use serde::Serialize;

pub(crate) use self::text::{write_inside, write_number, write_text};
use self::writer::Writer;

/// What most replies fit in.
const USUAL_BYTES: usize = 2048;

/// The JSON of a reply.
pub(crate) fn written(value: &impl Serialize) -> Vec<u8> {
    written_about(value, 0)
}

/// The JSON of a large reply, which has about so many bytes.
pub(crate) fn written_about(value: &impl Serialize, bytes: usize) -> Vec<u8> {
    let mut json = Vec::with_capacity(bytes.max(USUAL_BYTES));
    value
        .serialize(Writer(&mut json))
        .expect("replies are made of texts, numbers and lists, which JSON can say");
    json
}

#[cfg(test)]
mod tests;
