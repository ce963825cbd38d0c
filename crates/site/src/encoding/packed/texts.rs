//! Many texts.

use std::fmt::Display;

use domain::{DeviceUid, FactText, Label, UserKey};

use super::numbers::{read_numbers, write_numbers};
use super::shape::Shape;
use super::squeezed::{squeeze, unsqueeze};
use crate::DecodeError;
use crate::encoding::read::{Text, text};

/// Texts, one behind the other.
#[derive(prost::Message)]
pub(crate) struct TextsMessage {
    /// The length of each in bytes, as numbers.
    #[prost(bytes = "vec", tag = "1")]
    lengths: Vec<u8>,
    /// What all texts but the empty ones share, if they are of one shape.
    #[prost(bytes = "vec", tag = "2")]
    shape: Vec<u8>,
    /// Squeezed: the texts, or where there is a shape, what it leaves open.
    #[prost(bytes = "vec", tag = "3")]
    text: Vec<u8>,
}

/// Texts of which those of 1 to 255 printable ASCII characters, without spaces at their ends, are always of their
/// form: such need not be looked at one by one.
pub(crate) trait PlainForm: Text {
    /// Whether that is so of those with a comma too.
    const COMMAS: bool;
}

impl PlainForm for DeviceUid {
    const COMMAS: bool = false;
}

impl PlainForm for FactText {
    const COMMAS: bool = true;
}

impl PlainForm for Label {
    const COMMAS: bool = false;
}

impl PlainForm for UserKey {
    const COMMAS: bool = false;
}

/// Texts as a message.
pub(crate) fn write_texts<'t>(texts: impl Iterator<Item = &'t str> + Clone) -> TextsMessage {
    let lengths: Vec<_> = texts.clone().map(|text| text.len() as u64).collect();
    let said = texts.filter(|text| !text.is_empty());
    let shape = Shape::of(said.clone().map(str::as_bytes));
    let text: Vec<u8> = match &shape {
        Some(shape) => shape.write(&said.map(str::as_bytes)),
        None => said.flat_map(str::bytes).collect(),
    };
    TextsMessage {
        lengths: write_numbers(&lengths),
        shape: shape.as_ref().map(Shape::bytes).unwrap_or_default(),
        text: squeeze(&text),
    }
}

/// Texts as they were read, each empty or of the form that was asked for.
#[derive(Debug)]
pub(crate) enum ReadTexts {
    /// All of them one behind the other, and where each ends.
    Plain { ends: Vec<u32>, text: String },
    /// Those that are not empty are of one shape, which leaves something open: row by row what they have there, and
    /// where each ends among these bytes.
    Shaped { shape: Shape, ends: Vec<u32>, rows: Vec<u8> },
}

impl Default for ReadTexts {
    fn default() -> Self {
        Self::Plain { ends: Vec::new(), text: String::new() }
    }
}

/// Texts from their message, where `count_max` is the most that there may be; none where there is no message.
pub(crate) fn read_texts<T: PlainForm>(
    member: &str,
    message: Option<&TextsMessage>,
    count_max: usize,
) -> Result<ReadTexts, DecodeError> {
    let Some(message) = message else { return Ok(ReadTexts::default()) };
    let damaged = |what: &str| DecodeError::damaged(member, what);
    let lengths: Vec<u32> = read_numbers(member, &message.lengths, count_max)?.collect(member)?;
    let said = unsqueeze(member, &message.text)?;
    let bytes = match message.shape.as_slice() {
        [] => said.into_owned(),
        shape => {
            let shape = Shape::read(shape).ok_or_else(|| damaged("has a shape unknown to this program"))?;
            let length = shape.template().len();
            if lengths.iter().any(|one| *one != 0 && *one as usize != length) {
                return Err(damaged("has a text that is not of its shape"));
            }
            let count = lengths.iter().filter(|length| **length != 0).count();
            let rows = shape.rows(&said, count).ok_or_else(|| damaged("does not fill its shape"))?;
            if let Some(row) = rows.get(..shape.width()).filter(|row| !row.is_empty()) {
                // As the first is, so are all: digits are in no form's way.
                shape.with_text(row, |first| check_one::<T>(format_args!("{member}[0]"), first))?;
                let row = u32::try_from(shape.width()).unwrap_or(u32::MAX);
                let rows_lengths = lengths.iter().map(|length| if *length == 0 { 0 } else { row });
                let ends = ends(rows_lengths).ok_or_else(|| damaged("is longer than 4 GiB"))?;
                return Ok(ReadTexts::Shaped { shape, ends, rows });
            }
            shape.template().repeat(count)
        }
    };
    let ends = ends(lengths.into_iter()).ok_or_else(|| damaged("is longer than 4 GiB"))?;
    let total = ends.last().copied().unwrap_or_default();
    let text = String::from_utf8(bytes).map_err(|_| damaged("is no UTF-8"))?;
    if text.len() != total as usize || !ends.iter().all(|end| text.is_char_boundary(*end as usize)) {
        return Err(damaged("does not have the lengths written"));
    }
    check::<T>(member, &ends, &text)?;
    Ok(ReadTexts::Plain { ends, text })
}

/// Where each ends, if all together are not too long.
fn ends(lengths: impl Iterator<Item = u32>) -> Option<Vec<u32>> {
    let ends = lengths.scan(Some(0_u32), |total, length| {
        *total = total.and_then(|total| total.checked_add(length));
        Some(*total)
    });
    ends.collect()
}

/// Refuses texts that are not of the form of `T`. An empty one says that there is none.
fn check<T: PlainForm>(member: &str, ends: &[u32], text: &str) -> Result<(), DecodeError> {
    let printable = text.bytes().all(is_plain::<T>);
    let mut start = 0;
    for (place, end) in ends.iter().enumerate() {
        let one = &text.as_bytes()[std::mem::replace(&mut start, *end) as usize..*end as usize];
        let ends_in_space = one.first() == Some(&b' ') || one.last() == Some(&b' ');
        if one.len() > 255 || ends_in_space || !printable {
            check_one::<T>(format_args!("{member}[{place}]"), one)?;
        }
    }
    Ok(())
}

fn check_one<T: PlainForm>(member: impl Display, one: &[u8]) -> Result<(), DecodeError> {
    let ends_in_space = one.first() == Some(&b' ') || one.last() == Some(&b' ');
    if one.len() > 255 || ends_in_space || !one.iter().copied().all(is_plain::<T>) {
        text::<T>(member, std::str::from_utf8(one).unwrap_or_default())?;
    }
    Ok(())
}

impl ReadTexts {
    /// How many bytes are kept of each; none of an empty one.
    pub(crate) fn lengths(&self) -> impl ExactSizeIterator<Item = u32> {
        let (Self::Plain { ends, .. } | Self::Shaped { ends, .. }) = self;
        let mut start = 0;
        ends.iter().map(move |end| end - std::mem::replace(&mut start, *end))
    }
}

fn is_plain<T: PlainForm>(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && (T::COMMAS || byte != b',')
}

#[cfg(test)]
impl TextsMessage {
    pub(super) fn set_text(&mut self, text: Vec<u8>) {
        self.text = text;
    }

    pub(super) fn set_shape(&mut self, shape: Vec<u8>) {
        self.shape = shape;
    }
}
