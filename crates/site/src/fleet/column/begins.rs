//! Where a part begins among bytes that hold it often.

use crate::byte_pattern::{AT_ONCE, BytePattern};
use crate::prefetch::Prefetch;

/// So many bytes of a part are compared at many places together.
const COMPARED: usize = 8;

/// Tells `told` where `part` begins among `bytes` from one of these on, in their order. If that is often, to look for the
/// next one time after time takes longer than looking at all bytes.
pub(super) fn each_begin(
    bytes: &[u8],
    part: &[u8],
    from: usize,
    prefetch: Prefetch<'_>,
    mut told: impl FnMut(usize),
) {
    let compared = (0..).zip(part.iter().take(COMPARED));
    let pattern = BytePattern::new(compared.map(|(behind, byte)| (behind, u8::MAX, *byte)));
    for first in (from..bytes.len()).step_by(AT_ONCE) {
        prefetch.line(first);
        let mut begun = pattern.begun(&bytes[first..]);
        while begun != 0 {
            let at = first + begun.trailing_zeros() as usize;
            if part.len() <= COMPARED || bytes[at..].starts_with(part) {
                told(at);
            }
            begun &= begun - 1;
        }
    }
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
            each_begin(bytes, part.as_bytes(), from, Prefetch::default(), |at| found.push(at));
            let naive = (from..bytes.len()).filter(|at| bytes[*at..].starts_with(part.as_bytes()));
            prop_assert_eq!(found, naive.collect::<Vec<_>>());
        }
    }
}
