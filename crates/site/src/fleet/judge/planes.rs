//! From one row of bits a device to one word of devices a bit.

/// Turns 64 rows of 64 bits: then word k has bit k of each row, the first row's lowest (Warren, Hacker's Delight, 7-3).
pub(super) fn transpose(rows: &mut [u64; 64]) {
    swap::<32>(rows, 0x0000_0000_FFFF_FFFF);
    swap::<16>(rows, 0x0000_FFFF_0000_FFFF);
    swap::<8>(rows, 0x00FF_00FF_00FF_00FF);
    swap::<4>(rows, 0x0F0F_0F0F_0F0F_0F0F);
    swap::<2>(rows, 0x3333_3333_3333_3333);
    swap::<1>(rows, 0x5555_5555_5555_5555);
}

/// In each square of twice `SIZE` rows and columns, swaps the two quarters beside the diagonal.
fn swap<const SIZE: usize>(rows: &mut [u64; 64], low: u64) {
    for square in rows.chunks_exact_mut(2 * SIZE) {
        let (upper, lower) = square.split_at_mut(SIZE);
        for (upper, lower) in upper.iter_mut().zip(lower) {
            let differing = (*upper >> SIZE ^ *lower) & low;
            *lower ^= differing;
            *upper ^= differing << SIZE;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bit_k_of_row_r_becomes_bit_r_of_word_k(rows in proptest::collection::vec(any::<u64>(), 64)) {
            let rows: [u64; 64] = rows.try_into().unwrap();
            let mut words = rows;
            transpose(&mut words);
            for (k, word) in words.iter().enumerate() {
                for (r, row) in rows.iter().enumerate() {
                    prop_assert_eq!(word >> r & 1, row >> k & 1);
                }
            }
        }
    }
}
