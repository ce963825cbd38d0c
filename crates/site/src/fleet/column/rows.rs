//! Rows that were found, as the places whose lists they are of.

use rules::block::Words;

use super::BLOCK;
use super::lists::Lists;

/// Counts are known but for multiples of this, so that eight of them fit one word.
const MODULUS: u8 = 128;

/// One in each byte of a word.
const EACH: u64 = u64::MAX / 0xFF;

/// How many of the first bits of a byte are set: of the first one, two and so on, a byte each.
static COUNTS: [u64; 256] = {
    let mut counts = [0; 256];
    let mut byte = 0;
    while byte < counts.len() {
        let mut bit = 0;
        while bit < 8 {
            counts[byte] |= ((byte & ((2 << bit) - 1)).count_ones() as u64) << (8 * bit);
            bit += 1;
        }
        byte += 1;
    }
    counts
};

/// The places of whose rows one was found. Rows are of so many bytes, and each has a bit in `found`; `counts` is room.
pub(super) fn holding(lists: &Lists<u8>, width: usize, found: &[u64], counts: &mut Vec<u8>) -> Words {
    let word = |number: usize| found.get(number).copied().unwrap_or_default();
    if lists.length() == Some(width) {
        return Words::first(lists.count()).map_words(|number, places| places & word(number));
    }
    // One was if at the end of a place's rows more are counted than at its start, which is where those before it end.
    let ends = lists.ends_in_pieces(width);
    let mut starts = [0; BLOCK];
    starts[1..].copy_from_slice(&ends[..BLOCK - 1]);
    let lengths = ends.iter().zip(&starts).fold(0, |all, (end, start)| all | (end - start));
    if lengths >= MODULUS.into() {
        let has = |row: u32| word(row as usize / 64) >> (row % 64) & 1 != 0;
        return Words::ALL.filter(|place| (starts[place]..ends[place]).any(has));
    }
    count(found, counts);
    let (mut at_ends, mut at_starts) = ([0; BLOCK], [0; BLOCK]);
    for (at_end, end) in at_ends.iter_mut().zip(&ends) {
        *at_end = counts.get(*end as usize).copied().unwrap_or_default();
    }
    at_starts[1..].copy_from_slice(&at_ends[..BLOCK - 1]);
    at_ends.iter_mut().zip(at_starts).for_each(|(end, start)| *end ^= start);
    Words::of(&at_ends, |differs| differs != 0)
}

/// How many bits are set before each, and before the end.
fn count(bits: &[u64], counts: &mut Vec<u8>) {
    counts.clear();
    counts.push(0);
    let mut before = 0;
    for byte in bits.iter().flat_map(|bits| bits.to_le_bytes()) {
        let each = (COUNTS[usize::from(byte)] + before * EACH) & (EACH * u64::from(MODULUS - 1));
        counts.extend_from_slice(&each.to_le_bytes());
        before = each >> 56;
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_place_is_found_if_one_of_its_rows_is(
            width in 1..=64_usize,
            lengths in vec(prop_oneof![40 => 0..4_usize, 1 => 120..300_usize], 0..BLOCK),
            alike in proptest::option::of(0..4_usize),
            words in vec(prop_oneof![Just(0), Just(u64::MAX), any::<u64>()], 0..40),
        ) {
            let lengths = alike.map_or(lengths.clone(), |length| vec![length; lengths.len()]);
            let ends: Vec<_> = lengths.iter().scan(0, |end, length| { *end += length; Some(*end) }).collect();
            let total = ends.last().copied().unwrap_or_default();
            let in_bytes: Vec<_> = ends.iter().map(|end| u32::try_from(end * width).unwrap()).collect();
            let lists = Lists::of(&in_bytes, vec![0; total * width]);
            let mut found: Vec<_> = words.into_iter().cycle().take(total.div_ceil(64)).collect();
            found.resize(total / 64 + 1, 0);
            let has = |row: usize| found[row / 64] >> (row % 64) & 1 != 0;
            let places = holding(&lists, width, &found, &mut vec![7]);
            let naive = lengths.iter().zip(&ends).map(|(length, end)| (end - length..*end).any(has));
            prop_assert!(naive.chain(std::iter::repeat(false)).zip(0..BLOCK).all(|(any, place)| any == places.has(place)));
        }
    }
}
