//! Parts of checkpoints as bytes: after format and kind the length of what follows, so that a part that was cut short
//! has no other meaning.

use prost::Message;
use prost::encoding::{decode_varint, encode_varint};

use super::packed::{squeeze, unsqueeze};
use super::{DecodeError, FORMAT, Kind, open_body, unsealed};

/// A message as a part of that kind.
pub(crate) fn seal_part(kind: Kind, message: &impl Message) -> Vec<u8> {
    seal_bytes(kind, &message.encode_to_vec())
}

/// What `read` makes of the message of a part of that kind.
///
/// # Errors
/// Those of `read`, and when the bytes are damaged or of a format, kind or content that this program does not know.
pub(crate) fn open_part<M: Message + Default, T>(
    kind: Kind,
    bytes: &[u8],
    read: impl FnOnce(M) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    open_body(opened(kind, bytes)?, read)
}

/// As [`seal_part`], squeezed as a whole: for messages that do not squeeze their members.
pub(super) fn seal_squeezed(kind: Kind, message: &impl Message) -> Vec<u8> {
    seal_bytes(kind, &squeeze(&message.encode_to_vec()))
}

/// As [`open_part`], of what [`seal_squeezed`] gave.
pub(super) fn open_squeezed<M: Message + Default, T>(
    kind: Kind,
    bytes: &[u8],
    read: impl FnOnce(M) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    open_body(&unsqueeze("it", opened(kind, bytes)?)?, read)
}

fn seal_bytes(kind: Kind, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2 + 5 + body.len());
    bytes.extend([FORMAT, kind as u8]);
    encode_varint(body.len() as u64, &mut bytes);
    bytes.extend(body);
    bytes
}

fn opened(kind: Kind, bytes: &[u8]) -> Result<&[u8], DecodeError> {
    let mut rest = unsealed(kind, bytes)?;
    match decode_varint(&mut rest) {
        Ok(length) if length == rest.len() as u64 => Ok(rest),
        _ => Err(DecodeError::damaged("it", "does not have the length written")),
    }
}
