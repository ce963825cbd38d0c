//! The checkpoint of a site: its snapshot in parts, of which only those that differ from an earlier one need to be
//! written again (DESIGN §4, Checkpoint).

use std::num::NonZeroUsize;

use crate::{DecodeError, Site};

/// Names a part for ever: which columns of which block, which values of which dictionary, the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartKey(u64);

/// A part of a site, not yet encoded.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    key: PartKey,
    site: &'a Site,
}

/// All parts of a site, in the order of their keys.
#[must_use]
pub fn parts(site: &Site) -> Vec<Part<'_>> {
    let _ = site;
    unimplemented!()
}

impl Part<'_> {
    /// Its name.
    #[must_use]
    pub fn key(&self) -> PartKey {
        self.key
    }

    /// Whether `earlier` has the very same part: what was written of it then need not be written again.
    #[must_use]
    pub fn is_shared_with(&self, earlier: &Site) -> bool {
        std::ptr::eq(self.site, earlier)
    }

    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        unimplemented!()
    }
}

/// What a checkpoint says besides its parts, as bytes; `parts` names each with the number of blobs it was cut into.
#[must_use]
pub fn encode_header(site: &Site, parts: &[(PartKey, u32)]) -> Vec<u8> {
    let _ = (site, parts);
    unimplemented!()
}

/// What a checkpoint says besides its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Each part with the number of blobs it was cut into, in the order of the keys.
    pub parts: Vec<(PartKey, u32)>,
}

/// A header from its bytes.
///
/// # Errors
/// When they are damaged or of a format or content that this program does not know.
pub fn decode_header(bytes: &[u8]) -> Result<Header, DecodeError> {
    let _ = bytes;
    unimplemented!()
}

/// A part that was read, not yet joined with the others.
#[derive(Debug)]
pub struct DecodedPart {
    key: PartKey,
}

/// A part from its bytes. Parts do not need each other for this: it may be done on any thread.
///
/// # Errors
/// When they are damaged, of another part, or of a format or content that this program does not know.
pub fn decode_part(key: PartKey, bytes: &[u8]) -> Result<DecodedPart, DecodeError> {
    let _ = bytes;
    Ok(DecodedPart { key })
}

/// The site of a checkpoint: joins its parts, in any order, and builds what follows from them, on up to `threads`
/// threads.
///
/// # Errors
/// When a part is missing or one contradicts another.
pub fn restore(header: &Header, parts: Vec<DecodedPart>, threads: NonZeroUsize) -> Result<Site, DecodeError> {
    let _ = (header, parts.iter().map(|part| part.key), threads);
    unimplemented!()
}
