//! Many texts.

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

/// Texts, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ReadTexts {
    /// Where each ends.
    pub(crate) ends: Vec<u32>,
    /// All of them; each end is one of a character.
    pub(crate) text: String,
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
        shape: shape.map(Shape::into_bytes).unwrap_or_default(),
        text: squeeze(&text),
    }
}

/// Texts from their message, where `count_max` is the most that there may be.
pub(crate) fn read_texts(
    member: &str,
    message: &TextsMessage,
    count_max: usize,
) -> Result<ReadTexts, DecodeError> {
    let damaged = |what: &str| DecodeError::damaged(member, what);
    let lengths: Vec<u32> = read_numbers(member, &message.lengths, count_max)?.collect(member)?;
    let mut total = 0_u32;
    let ends = lengths.iter().map(|length| {
        total = total.checked_add(*length)?;
        Some(total)
    });
    let ends: Vec<u32> = ends.collect::<Option<_>>().ok_or_else(|| damaged("is longer than 4 GiB"))?;
    let said = unsqueeze(member, &message.text)?;
    let bytes = match message.shape.as_slice() {
        [] => said.into_owned(),
        shape => {
            let shape = Shape::read(shape).ok_or_else(|| damaged("has a shape unknown to this program"))?;
            let length = shape.length();
            if lengths.iter().any(|one| *one != 0 && *one as usize != length) {
                return Err(damaged("has a text that is not of its shape"));
            }
            let count = lengths.iter().filter(|length| **length != 0).count();
            shape.fill(&said, count).ok_or_else(|| damaged("does not fill its shape"))?
        }
    };
    let text = String::from_utf8(bytes).map_err(|_| damaged("is no UTF-8"))?;
    if text.len() != total as usize || !ends.iter().all(|end| text.is_char_boundary(*end as usize)) {
        return Err(damaged("does not have the lengths written"));
    }
    Ok(ReadTexts { ends, text })
}

impl ReadTexts {
    /// Each in its order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let end = *end as usize;
            &self.text[std::mem::replace(&mut start, end)..end]
        })
    }

    /// Refuses texts that are not of the form of `T`. An empty one says that there is none.
    pub(crate) fn check<T: PlainForm>(&self, member: &str) -> Result<(), DecodeError> {
        let printable = self.text.bytes().all(is_plain::<T>);
        for (place, one) in self.iter().enumerate() {
            let ends_in_space = one.starts_with(' ') || one.ends_with(' ');
            if one.len() > 255 || ends_in_space || !(printable || one.bytes().all(is_plain::<T>)) {
                text::<T>(format_args!("{member}[{place}]"), one)?;
            }
        }
        Ok(())
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
