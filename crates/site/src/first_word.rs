//! Texts as numbers, as far as eight bytes tell them apart.

/// The first eight bytes of a text, the first highest; zeros where it has no more.
#[inline]
pub(crate) fn first_word(text: &[u8]) -> u64 {
    let (eight, four) = (text.first_chunk(), text.first_chunk());
    match (eight, four, text.last_chunk()) {
        (Some(eight), ..) => u64::from_be_bytes(*eight),
        // Four and four, perhaps over one another.
        (None, Some(first), Some(last)) => {
            let [first, last] = [*first, *last].map(|four| u64::from(u32::from_be_bytes(four)));
            first << 32 | last << (8 * (8 - text.len()))
        }
        _ => text.iter().rev().fold(0, |word, byte| word >> 8 | u64::from(*byte) << 56),
    }
}
