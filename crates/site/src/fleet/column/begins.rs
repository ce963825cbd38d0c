//! Where a part begins among bytes that hold it often.

use rules::block::Words;

use super::BLOCK;

/// So many bytes of a part are compared at all places at once.
const COMPARED: usize = 8;

/// Tells `told` where `part` begins among `bytes` from one of these on, in their order. If that is often, to look for the
/// next one time after time takes longer than looking at all bytes at once.
pub(super) fn each_begin(bytes: &[u8], part: &[u8], from: usize, mut told: impl FnMut(usize)) {
    for first in (from..bytes.len()).step_by(BLOCK) {
        let piece = &bytes[first..];
        for place in of_piece(piece, part).iter() {
            if part.len() <= COMPARED || piece[place..].starts_with(part) {
                told(first + place);
            }
        }
    }
}

/// Of the first bytes those at which a part begins, as far as it is compared.
fn of_piece(bytes: &[u8], part: &[u8]) -> Words {
    let mut hits = [u8::MAX; BLOCK];
    for (behind, wanted) in part.iter().take(COMPARED).enumerate() {
        let bytes = bytes.get(behind..).unwrap_or_default();
        for (hit, byte) in hits.iter_mut().zip(bytes) {
            *hit &= if byte == wanted { u8::MAX } else { 0 };
        }
        hits.iter_mut().skip(bytes.len()).for_each(|hit| *hit = 0);
    }
    Words::of(&hits, |hit| hit != 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_begins_wherever_the_bytes_behind_are_it(
            text in "[ab]{0,40}|[ab]{1000,1040}", part in "[ab]{1,4}|(ab){4,6}", from in 0..20_usize,
        ) {
            let (bytes, mut found) = (text.as_bytes(), Vec::new());
            each_begin(bytes, part.as_bytes(), from, |at| found.push(at));
            let naive = (from..bytes.len()).filter(|at| bytes[*at..].starts_with(part.as_bytes()));
            prop_assert_eq!(found, naive.collect::<Vec<_>>());
        }
    }
}
