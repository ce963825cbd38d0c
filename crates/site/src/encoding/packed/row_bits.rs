//! What is known of the bytes of rows, brought down to the rows.

use crate::byte_pattern::AT_ONCE;

/// Bits of bytes as bits of the rows that these are of. A word has bits for the bytes of as many whole rows as are looked
/// at together.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowBits {
    /// Bytes of a row.
    width: u32,
    /// Rows of a word.
    together: u32,
    /// The bit of the first byte of each of these.
    firsts: u64,
    /// A product with this brings the bits of
    factor: u64,
    /// so many rows together,
    group: u32,
    /// from this bit on.
    from: u32,
}

impl RowBits {
    /// Of rows of so many bytes: of one at least, and of no more than a word has bits.
    pub(super) fn new(width: usize) -> Self {
        const { assert!(AT_ONCE == 64) };
        let width = u32::try_from(width).unwrap_or(u64::BITS);
        let every = |distance: u32, count| (0..count).fold(0, |all, row| all | 1_u64 << (row * distance));
        let together = u64::BITS / width;
        // To be next to each other rows move by one bit less than they are apart, each as often as it is away from the
        // last. Of no more rows than that none comes to lie on another.
        let distance = width - 1;
        let group = distance.clamp(1, together);
        let (firsts, factor) = (every(width, together), every(distance, group));
        Self { width, together, firsts, factor, group, from: (group - 1) * distance }
    }

    /// Bits of a row, in each row of a word.
    pub(super) fn in_each(&self, row: u64) -> u64 {
        // No row has one in another.
        row * self.firsts
    }

    /// A bit for each row of a word in which a byte has one.
    #[inline]
    fn rows(&self, bytes: u64) -> u64 {
        let lasts = self.firsts << (self.width - 1);
        // Those below a row's last carry into that unless there are none.
        let carried = (bytes & !lasts) + (lasts - self.firsts);
        let mut left = ((carried | bytes) & lasts) >> (self.width - 1);
        let (mut rows, mut before) = (0, 0);
        while before < self.together {
            let group = left.wrapping_mul(self.factor) >> self.from & (u64::MAX >> (u64::BITS - self.group));
            rows |= group << before;
            before += self.group;
            left = left.unbounded_shr(self.group * self.width);
        }
        rows
    }

    /// Puts a bit for each row of all these words behind one another into `rows`. Bits behind the last are not set.
    pub(super) fn put(&self, words: &[u64], rows: &mut Vec<u64>) {
        rows.clear();
        let (mut word, mut filled) = (0, 0);
        for bytes in words {
            let more = self.rows(*bytes);
            word |= more << filled;
            filled += self.together;
            if filled >= u64::BITS {
                rows.push(word);
                filled -= u64::BITS;
                word = more.unbounded_shr(self.together - filled);
            }
        }
        rows.push(word);
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_row_has_a_bit_if_one_of_its_bytes_has(
            width in 1..=AT_ONCE,
            bytes in vec(prop_oneof![3 => Just(0), 1 => any::<u64>(), 1 => (0..64_u32).prop_map(|bit| 1 << bit)], 0..9),
        ) {
            let (of_row, together) = (u64::MAX >> (AT_ONCE - width), AT_ONCE / width);
            let row = |row: usize| of_row << (row * width);
            let bits = RowBits::new(width);
            let each = bits.in_each(of_row);
            prop_assert_eq!(each, (0..together).fold(0, |all, number| all | row(number)));
            let words: Vec<_> = bytes.iter().map(|bytes| bytes & each).collect();
            let naive = words.iter().flat_map(|word| (0..together).map(move |number| word & row(number) != 0));
            let mut rows = vec![7];
            bits.put(&words, &mut rows);
            prop_assert_eq!(rows.len(), words.len() * together / 64 + 1);
            let has = |number: usize| rows[number / 64] >> (number % 64) & 1 != 0;
            prop_assert!(naive.clone().eq((0..words.len() * together).map(has)));
            prop_assert!((words.len() * together..64 * rows.len()).all(|number| !has(number)));
        }
    }
}
