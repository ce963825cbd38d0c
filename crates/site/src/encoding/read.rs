//! Reading the members of messages. Each function names the member at fault; callers say what it is within.

use std::fmt::Display;

use domain::{
    BaseUrl, ClassificationName, Conditions, Description, DeviceUid, FactText, FormError, Label, Notice,
    OsVersion, Owner, RuleName, SegmentName, TagName, Timestamp, UserKey,
};

use super::DecodeError;

impl DecodeError {
    /// Bytes that no program wrote: `what` reads on after the name of the member, as "is missing".
    pub(crate) fn damaged(member: impl Display, what: impl Display) -> Self {
        Self::Damaged { message: format!("{member} {what}") }
    }

    /// A number of an enumeration that has no such value.
    pub(crate) fn unknown_number(member: impl Display, number: impl Into<u64>) -> Self {
        Self::UnknownNumber { field: member.to_string(), number: number.into() }
    }

    /// The same, of a member of `parent`.
    pub(crate) fn within(self, parent: impl Display) -> Self {
        match self {
            Self::UnknownNumber { field, number } => {
                Self::UnknownNumber { field: format!("{parent}.{field}"), number }
            }
            Self::Damaged { message } => Self::Damaged { message: format!("{parent}.{message}") },
            whole_record => whole_record,
        }
    }

    /// The same, of a part of a checkpoint.
    pub(crate) fn in_checkpoint(self, part: impl Display) -> Self {
        let newer = "which only the version that wrote it can read";
        let reason = match self {
            Self::Checkpoint { .. } => return self,
            Self::Truncated { length } => format!("has {length} bytes and cannot be whole"),
            Self::UnknownFormat { format } => format!("has format {format}, {newer}"),
            Self::UnknownKind { kind } => format!("is of kind {kind}, {newer}"),
            Self::UnknownChange { field } => format!("has {field} of a kind {newer}"),
            Self::UnknownNumber { field, number } => format!("has the value {number} in {field}, {newer}"),
            Self::UnknownFields => format!("holds fields {newer}"),
            Self::Damaged { message } => format!("is damaged: {message}"),
        };
        Self::Checkpoint { part: part.to_string(), reason }
    }
}

/// A domain type that is kept as its text.
pub(crate) trait Text: Sized {
    /// Its constructor.
    fn parse(text: &str) -> Result<Self, FormError>;
    /// Its text.
    fn text(&self) -> &str;
}

macro_rules! texts {
    ($($name:ident),+) => {
        $(impl Text for $name {
            fn parse(text: &str) -> Result<Self, FormError> {
                Self::new(text)
            }

            fn text(&self) -> &str {
                self.as_str()
            }
        })+
    };
}
texts!(
    BaseUrl,
    Notice,
    ClassificationName,
    Conditions,
    Description,
    DeviceUid,
    FactText,
    Label,
    OsVersion,
    Owner,
    RuleName,
    SegmentName,
    TagName,
    UserKey
);

/// A text of its form, to the letter.
pub(crate) fn text<T: Text>(member: impl Display, text: &str) -> Result<T, DecodeError> {
    match T::parse(text) {
        Ok(value) if value.text() == text => Ok(value),
        Ok(_) => Err(DecodeError::damaged(member, "must not begin or end with a space")),
        Err(error) => Err(DecodeError::damaged(member, error.message)),
    }
}

/// A text that may be absent.
pub(crate) fn optional_text<T: Text>(member: &str, value: Option<&str>) -> Result<Option<T>, DecodeError> {
    value.map(|value| text(member, value)).transpose()
}

/// Texts one by one.
pub(crate) fn texts<T: Text>(member: &str, values: &[String]) -> Result<Vec<T>, DecodeError> {
    let values = values.iter().enumerate();
    values.map(|(place, value)| text(format_args!("{member}[{place}]"), value)).collect()
}

/// The owned form of a text for a message.
pub(crate) fn owned(value: &impl Text) -> String {
    value.text().to_owned()
}

/// The owned form of a text that may be absent.
pub(crate) fn optional_owned<T: Text>(value: Option<&T>) -> Option<String> {
    value.map(owned)
}

/// The owned forms of texts.
pub(crate) fn all_owned<T: Text>(values: &[T]) -> Vec<String> {
    values.iter().map(owned).collect()
}

/// Reads each of `items`, naming its place.
pub(crate) fn list<M, T>(
    member: &str,
    items: impl IntoIterator<Item = M>,
    mut read: impl FnMut(M) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let items = items.into_iter().enumerate();
    items
        .map(|(place, item)| read(item).map_err(|error| error.within(format_args!("{member}[{place}]"))))
        .collect()
}

/// A member that is always written.
pub(crate) fn required<M>(member: &str, value: Option<M>) -> Result<M, DecodeError> {
    value.ok_or_else(|| DecodeError::damaged(member, "is missing"))
}

/// Bytes of a fixed length.
pub(crate) fn bytes<const LENGTH: usize>(member: &str, bytes: &[u8]) -> Result<[u8; LENGTH], DecodeError> {
    bytes.try_into().map_err(|_| {
        DecodeError::damaged(member, format_args!("has {} bytes where {LENGTH} belong", bytes.len()))
    })
}

/// A moment from Unix milliseconds.
pub(crate) fn moment(member: &str, millis: u64) -> Result<Timestamp, DecodeError> {
    i64::try_from(millis)
        .ok()
        .map(|millis| (millis, Timestamp::from_millis(millis)))
        .and_then(|(millis, moment)| (moment.millis() == millis).then_some(moment))
        .ok_or_else(|| DecodeError::damaged(member, "is beyond the year 9999"))
}

/// A moment that may be absent.
pub(crate) fn optional_moment(member: &str, millis: Option<u64>) -> Result<Option<Timestamp>, DecodeError> {
    millis.map(|millis| moment(member, millis)).transpose()
}

/// Unix milliseconds of a moment.
pub(crate) fn millis(moment: Timestamp) -> u64 {
    // A moment is never before 1970.
    moment.millis().unsigned_abs()
}
