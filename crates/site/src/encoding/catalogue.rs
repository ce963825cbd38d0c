//! What is set of classifications, rules and tags, and the edits of them.

use std::fmt::Debug;

use domain::{
    ClassificationFields, ClassificationId, Colour, Os, Ranges, RuleFields, SegmentFields, SegmentType,
    TagFields, TagId,
};
use prost::Message;

use super::DecodeError;
use super::read::{owned, required, text};

/// One thing of the catalogue added (`after`), changed (both) or removed (`before`).
#[derive(prost::Message)]
pub(super) struct EditMessage<F: Message + Default + Debug> {
    #[prost(uint32, tag = "1")]
    id: u32,
    #[prost(message, optional, tag = "2")]
    before: Option<F>,
    #[prost(message, optional, tag = "3")]
    after: Option<F>,
}

/// Fields that have a message.
pub(super) trait Fields: Sized {
    /// The message.
    type Message: Message + Default + Debug;
    /// To the message.
    fn write(&self) -> Self::Message;
    /// From the message.
    fn read(message: Self::Message) -> Result<Self, DecodeError>;
}

impl<F: Message + Default + Debug> EditMessage<F> {
    /// Something was added.
    pub(super) fn added(id: u32, after: &impl Fields<Message = F>) -> Self {
        Self { id, before: None, after: Some(after.write()) }
    }

    /// Something was changed.
    pub(super) fn changed<T: Fields<Message = F>>(id: u32, before: &T, after: &T) -> Self {
        Self { id, before: Some(before.write()), after: Some(after.write()) }
    }

    /// Something was removed.
    pub(super) fn removed(id: u32, before: &impl Fields<Message = F>) -> Self {
        Self { id, before: Some(before.write()), after: None }
    }

    /// What was added: its id and how it was set.
    pub(super) fn read_added<T: Fields<Message = F>>(self) -> Result<(u32, T), DecodeError> {
        absent("before", self.before.as_ref())?;
        Ok((self.id, read_fields("after", self.after)?))
    }

    /// What was changed: its id, as it was, as set.
    pub(super) fn read_changed<T: Fields<Message = F>>(self) -> Result<(u32, T, T), DecodeError> {
        Ok((self.id, read_fields("before", self.before)?, read_fields("after", self.after)?))
    }

    /// What was removed: its id and how it was.
    pub(super) fn read_removed<T: Fields<Message = F>>(self) -> Result<(u32, T), DecodeError> {
        absent("after", self.after.as_ref())?;
        Ok((self.id, read_fields("before", self.before)?))
    }
}

/// Fields that are always written, as the member of that name.
pub(super) fn read_fields<T: Fields>(member: &str, message: Option<T::Message>) -> Result<T, DecodeError> {
    T::read(required(member, message)?).map_err(|error| error.within(member))
}

fn absent<F>(member: &str, value: Option<&F>) -> Result<(), DecodeError> {
    match value {
        None => Ok(()),
        Some(_) => Err(DecodeError::damaged(member, "does not belong to this kind of change")),
    }
}

/// As [`ClassificationFields`].
#[derive(prost::Message)]
pub(super) struct ClassificationMessage {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    description: String,
}

impl Fields for ClassificationFields {
    type Message = ClassificationMessage;

    fn write(&self) -> ClassificationMessage {
        ClassificationMessage { name: owned(&self.name), description: owned(&self.description) }
    }

    fn read(message: ClassificationMessage) -> Result<Self, DecodeError> {
        Ok(Self {
            name: text("name", &message.name)?,
            description: text("description", &message.description)?,
        })
    }
}

/// As [`RuleFields`].
#[derive(prost::Message)]
pub(super) struct RuleMessage {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(uint32, tag = "2")]
    classification: u32,
    /// By [`Os::number`].
    #[prost(uint32, tag = "3")]
    os: u32,
    /// The JSON, word for word.
    #[prost(string, tag = "4")]
    conditions: String,
}

impl Fields for RuleFields {
    type Message = RuleMessage;

    fn write(&self) -> RuleMessage {
        RuleMessage {
            name: owned(&self.name),
            classification: self.classification.0,
            os: self.os.number().into(),
            conditions: owned(&self.conditions),
        }
    }

    fn read(message: RuleMessage) -> Result<Self, DecodeError> {
        Ok(Self {
            name: text("name", &message.name)?,
            classification: ClassificationId(message.classification),
            os: read_os(message.os)?,
            conditions: text("conditions", &message.conditions)?,
        })
    }
}

/// The operating system of a number, as the member `os`.
pub(super) fn read_os(number: u32) -> Result<Os, DecodeError> {
    let os = u8::try_from(number).ok().and_then(Os::from_number);
    os.ok_or_else(|| DecodeError::unknown_number("os", number))
}

/// As [`TagFields`].
#[derive(prost::Message)]
pub(super) struct TagMessage {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    description: String,
    /// By [`Colour`]'s numbers.
    #[prost(uint32, tag = "3")]
    colour: u32,
}

impl Fields for TagFields {
    type Message = TagMessage;

    fn write(&self) -> TagMessage {
        TagMessage {
            name: owned(&self.name),
            description: owned(&self.description),
            colour: self.colour as u32,
        }
    }

    fn read(message: TagMessage) -> Result<Self, DecodeError> {
        let colour = Colour::ALL.into_iter().find(|colour| *colour as u32 == message.colour);
        Ok(Self {
            name: text("name", &message.name)?,
            description: text("description", &message.description)?,
            colour: colour.ok_or_else(|| DecodeError::unknown_number("colour", message.colour))?,
        })
    }
}

/// As [`SegmentFields`].
#[derive(prost::Message)]
pub(super) struct SegmentMessage {
    #[prost(string, tag = "1")]
    name: String,
    /// By [`SegmentType`]'s numbers.
    #[prost(uint32, tag = "2")]
    kind: u32,
    /// As they are written, in order.
    #[prost(string, repeated, tag = "3")]
    ranges: Vec<String>,
    #[prost(uint32, optional, tag = "4")]
    auto_tag: Option<u32>,
}

impl Fields for SegmentFields {
    type Message = SegmentMessage;

    fn write(&self) -> SegmentMessage {
        SegmentMessage {
            name: owned(&self.name),
            kind: self.ranges.kind() as u32,
            ranges: self.ranges.texts(),
            auto_tag: self.auto_tag.map(|tag| tag.0),
        }
    }

    fn read(message: SegmentMessage) -> Result<Self, DecodeError> {
        let kind = SegmentType::ALL.into_iter().find(|kind| *kind as u32 == message.kind);
        let kind = kind.ok_or_else(|| DecodeError::unknown_number("kind", message.kind))?;
        let ranges =
            Ranges::new(kind, &message.ranges).ok().filter(|ranges| ranges.texts() == message.ranges);
        Ok(Self {
            name: text("name", &message.name)?,
            ranges: ranges
                .ok_or_else(|| DecodeError::damaged("ranges", "must be ranges, each once and in order"))?,
            auto_tag: message.auto_tag.map(TagId),
        })
    }
}
