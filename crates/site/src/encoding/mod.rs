//! The form in which records and checkpoints are kept: two bytes, format and kind, then a protobuf message (DESIGN §4,
//! Format).
//!
//! How the form may change without losing a log: a tag or number that was once released keeps its meaning for ever.
//! New kinds of change, new numbers and new fields may be added freely: a program that does not know one refuses the
//! record, it never skips what it cannot read. A change of any other sort is a new format, and the old one stays
//! readable; golden files of each released format, in `tests/golden`, hold us to that.
//!
//! Decoding checks all that the types promise and no more, so that whatever could be written can be read.

mod catalogue;
mod change;
mod definition;
mod effects;
mod facts;
#[cfg(test)]
pub(crate) mod golden;
mod instance;
mod kind;
mod limits;
mod maintenance;
pub(crate) mod numbers;
mod pacing;
pub(crate) mod packed;
mod part;
pub(crate) mod read;
mod record;
mod report;
mod stamp;
#[cfg(test)]
pub(crate) mod strategies;
#[cfg(test)]
mod tests;
mod value;

use domain::DeviceNumber;
use prost::Message;

pub(crate) use self::definition::{
    Definition, read_classifications, read_rules, read_segments, read_tags, write_classifications,
    write_rules, write_segments, write_tags,
};
pub(crate) use self::kind::Kind;
pub(crate) use self::part::{open_part, seal_part};
pub(crate) use self::value::Value;
use crate::{InstanceRecord, SiteRecord};

/// The format that is written. Other formats are refused.
const FORMAT: u8 = 1;

/// Why the bytes of a record cannot be read. None of these may be passed over: what follows in the log builds on
/// the record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not even format and kind are there.
    #[error("the record has {length} bytes and cannot be whole; restore the log from a backup")]
    Truncated {
        /// How many bytes there are.
        length: usize,
    },
    /// A newer program wrote it.
    #[error(
        "the record has format {format} and this program reads format {FORMAT}; upgrade to the version that wrote it"
    )]
    UnknownFormat {
        /// The first byte.
        format: u8,
    },
    /// A newer program wrote it.
    #[error("the record is of kind {kind}, unknown to this program; upgrade to the version that wrote it")]
    UnknownKind {
        /// The second byte.
        kind: u8,
    },
    /// A newer program wrote it.
    #[error("{field} is of a kind unknown to this program; upgrade to the version that wrote it")]
    UnknownChange {
        /// Which change, as `changes[2]`.
        field: String,
    },
    /// A newer program wrote it.
    #[error("{field} has the value {number}, unknown to this program; upgrade to the version that wrote it")]
    UnknownNumber {
        /// The member at fault, as `changes[2].after.colour`.
        field: String,
        /// What it holds.
        number: u64,
    },
    /// A newer program wrote it.
    #[error("the record holds fields unknown to this program; upgrade to the version that wrote it")]
    UnknownFields,
    /// It is not what was written.
    #[error("the record is damaged: {message}; restore the log from a backup")]
    Damaged {
        /// What is wrong, after the member at fault.
        message: String,
    },
    /// A checkpoint cannot be used. Nothing is lost with it: the log says the same.
    #[error("the checkpoint cannot be used: {part} {reason}; an older one or the log serves in its place")]
    Checkpoint {
        /// Which part of it.
        part: String,
        /// What is wrong with that.
        reason: String,
    },
}

/// A site's record as bytes.
pub(crate) fn encode_site(record: &SiteRecord) -> Vec<u8> {
    seal(Kind::Site, &record::write_site(record))
}

/// A site's record from its bytes.
///
/// # Errors
/// When they are damaged or of a format, kind or content that this program does not know.
pub(crate) fn decode_site(bytes: &[u8]) -> Result<SiteRecord, DecodeError> {
    open(Kind::Site, bytes, record::read_site)
}

/// As [`decode_site`]; of a change or a move that concerns very many devices only one is told, if it is one of them.
///
/// # Errors
/// As there.
pub(crate) fn decode_site_of(bytes: &[u8], device: DeviceNumber) -> Result<SiteRecord, DecodeError> {
    open(Kind::Site, bytes, |message| record::read_site_of(message, device))
}

/// A record of the instance as bytes.
pub(crate) fn encode_instance(record: &InstanceRecord) -> Vec<u8> {
    seal(Kind::Instance, &record::write_instance(record))
}

/// A record of the instance from its bytes.
///
/// # Errors
/// As [`decode_site`].
pub(crate) fn decode_instance(bytes: &[u8]) -> Result<InstanceRecord, DecodeError> {
    open(Kind::Instance, bytes, record::read_instance)
}

fn seal(kind: Kind, message: &impl Message) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2 + message.encoded_len());
    bytes.extend([FORMAT, kind as u8]);
    message.encode(&mut bytes).expect("a vector has room for any message");
    bytes
}

fn open<M: Message + Default, T>(
    kind: Kind,
    bytes: &[u8],
    read: impl FnOnce(M) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    open_body(unsealed(kind, bytes)?, read)
}

/// What follows format and kind.
fn unsealed(kind: Kind, bytes: &[u8]) -> Result<&[u8], DecodeError> {
    let [format, number, body @ ..] = bytes else {
        return Err(DecodeError::Truncated { length: bytes.len() });
    };
    if *format != FORMAT {
        return Err(DecodeError::UnknownFormat { format: *format });
    }
    let found = Kind::from_number(*number).ok_or(DecodeError::UnknownKind { kind: *number })?;
    if found != kind {
        return Err(DecodeError::Damaged { message: format!("it is {found} where {kind} belongs") });
    }
    Ok(body)
}

/// As [`open`], of a message alone.
fn open_body<M: Message + Default, T>(
    body: &[u8],
    read: impl FnOnce(M) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let message = M::decode(body).map_err(|error| DecodeError::Damaged { message: error.to_string() })?;
    // Fields that prost does not know it drops; a message that lost some is shorter than its bytes.
    let whole = message.encoded_len() == body.len();
    let value = read(message)?;
    if whole { Ok(value) } else { Err(DecodeError::UnknownFields) }
}
