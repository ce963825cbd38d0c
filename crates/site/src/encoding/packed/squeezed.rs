//! Bytes by LZ4, where that makes them shorter.

use std::borrow::Cow;

use super::numbers::{read_varint, write_varint};
use crate::DecodeError;

/// LZ4 writes at most this many bytes for one that it reads.
const GROWTH_MAX: usize = 255;

/// Bytes after their length when LZ4 shortens them by a sixteenth at least, else after a 0.
pub(crate) fn squeeze(bytes: &[u8]) -> Vec<u8> {
    let shorter = lz4_flex::block::compress(bytes);
    let mut squeezed = Vec::with_capacity(bytes.len().min(shorter.len()) + 5);
    if shorter.len() < bytes.len() - bytes.len() / 16 {
        write_varint(&mut squeezed, bytes.len() as u64);
        squeezed.extend(shorter);
    } else {
        squeezed.push(0);
        squeezed.extend(bytes);
    }
    squeezed
}

/// Bytes as they were before [`squeeze`].
pub(crate) fn unsqueeze<'a>(member: &str, squeezed: &'a [u8]) -> Result<Cow<'a, [u8]>, DecodeError> {
    let mut rest = squeezed;
    unsqueezed(&mut rest).ok_or_else(|| DecodeError::damaged(member, "cannot be decompressed"))
}

fn unsqueezed<'a>(rest: &mut &'a [u8]) -> Option<Cow<'a, [u8]>> {
    let length = usize::try_from(read_varint(rest)?).ok()?;
    if length == 0 {
        return Some(Cow::Borrowed(rest));
    }
    if length > rest.len().saturating_mul(GROWTH_MAX) {
        return None;
    }
    let mut bytes = vec![0; length];
    let written = lz4_flex::block::decompress_into(rest, &mut bytes).ok()?;
    (written == length).then_some(Cow::Owned(bytes))
}
