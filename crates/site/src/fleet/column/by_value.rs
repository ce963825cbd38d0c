//! A column value by value: of each, the places that have it.

use std::sync::Arc;

use rules::block::{WORDS, Words, plane};
use smallvec::SmallVec;
use wide::u8x16;

use super::BLOCK;
use super::stored::{Small, Stored, beyond, code, codes_bytes, set_code};

/// Most places that are gone through one by one, where going through all of a column would not be much dearer.
const FEW: usize = 64;

impl<T: Small> Stored<T> {
    /// Whether there are no more than 16 values, and the layout tells which.
    pub(super) fn is_few(&self) -> bool {
        match self {
            Self::Same(_) => true,
            Self::Coded { bits, .. } => *bits < 8,
            Self::Run { .. } | Self::Based { .. } => false,
        }
    }

    /// Tells `told` of each value that a place `within` has, and of those places that have it.
    pub(super) fn by_value(&self, within: &Words, mut told: impl FnMut(T, &Words)) {
        match self {
            Self::Same(_) if within.is_empty() => {}
            Self::Same(value) => told(*value, within),
            _ if within.len() as usize <= FEW => self.one_by_one(within, told),
            Self::Coded { bits, count, bytes } => {
                let (codes, listed) = bytes.split_at(codes_bytes(*bits));
                let used = u16::BITS - count.saturating_sub(1).leading_zeros();
                by_code(codes, *bits, used, within, &mut |code, places| {
                    told(T::load(&listed[code * T::BYTES..]), places);
                });
            }
            Self::Based { width: 1, below, bytes } => {
                let all = bytes.iter().fold(0, |all, byte| all | byte);
                by_code(bytes, 8, u8::BITS - all.leading_zeros(), within, &mut |code, places| {
                    told(beyond(*below, code as u64), places);
                });
            }
            Self::Run { .. } | Self::Based { .. } => self.one_by_one(within, told),
        }
    }

    /// As [`Stored::by_value`], looking at each place.
    fn one_by_one(&self, within: &Words, mut told: impl FnMut(T, &Words)) {
        let mut values: SmallVec<[(u64, usize); FEW]> =
            within.iter().map(|place| (self.get(place).word(), place)).collect();
        values.sort_unstable();
        for same in values.chunk_by(|(one, _), (other, _)| one == other) {
            let mut places = Words::NONE;
            same.iter().for_each(|(_, place)| places.insert(*place));
            told(T::of(same[0].0), &places);
        }
    }

    /// Sets the same value at some places; `false` if the layout does not allow it, and then some may have it.
    pub(super) fn put_all(&mut self, places: &Words, value: T) -> bool {
        let Some(first) = places.iter().find(|place| self.get(*place) != value) else { return true };
        if !self.put(first, value) {
            return false;
        }
        match self {
            Self::Coded { bits, bytes, .. } => {
                // It has a code now.
                let code = code(bytes, *bits, first);
                let codes = Arc::make_mut(bytes);
                places.iter().for_each(|place| set_code(codes, *bits, place, code));
                true
            }
            _ => places.iter().all(|place| self.get(place) == value || self.put(place, value)),
        }
    }

    /// What `of` makes of the values of all places, put into `rows`.
    pub(super) fn map<R: Copy + Default>(&self, rows: &mut [R; BLOCK], mut of: impl FnMut(T) -> R) {
        match self {
            Self::Same(value) => rows.fill(of(*value)),
            Self::Coded { bits: 8, count, bytes } => {
                let (codes, listed) = bytes.split_at(codes_bytes(8));
                let mut of_code = [R::default(); 256];
                let listed = listed.chunks_exact(T::BYTES).map(T::load).take((*count).into());
                of_code.iter_mut().zip(listed).for_each(|(row, value)| *row = of(value));
                rows.iter_mut().zip(codes).for_each(|(row, code)| *row = of_code[usize::from(*code)]);
            }
            Self::Based { width: 1, below, bytes } => {
                let mut of_distance = [R::default(); 256];
                let farthest = bytes.iter().fold(0, |farthest, distance| farthest.max(*distance));
                for (row, distance) in of_distance.iter_mut().zip(0..=farthest.into()) {
                    *row = of(beyond(*below, distance));
                }
                rows.iter_mut().zip(&**bytes).for_each(|(row, byte)| *row = of_distance[usize::from(*byte)]);
            }
            _ => {
                let mut values = [T::default(); BLOCK];
                self.fill(&mut values);
                rows.iter_mut().zip(values).for_each(|(row, value)| *row = of(value));
            }
        }
    }
}

/// Tells `told` of each code that a place `within` has, and of those places that have it. Codes have 1, 2, 4 or 8
/// bits, the first place's in the lowest ones; above the lowest `used` all are 0.
fn by_code(codes: &[u8], bits: u8, used: u32, within: &Words, told: &mut impl FnMut(usize, &Words)) {
    let mut planes = [Words::NONE; 8];
    let planes = &mut planes[..used as usize];
    for (bit, plane) in (0..).zip(planes.iter_mut()) {
        *plane = match bits {
            1 => plane_of::<1>(codes, bit),
            2 => plane_of::<2>(codes, bit),
            4 => plane_of_halves(codes, bit),
            _ => plane_of_bytes(codes, bit),
        };
    }
    tell(planes, within, 0, told);
}

/// Halves `within` by the highest plane, and the halves by those below it, down to the places of one code.
fn tell(planes: &[Words], within: &Words, code: usize, told: &mut impl FnMut(usize, &Words)) {
    if within.is_empty() {
        return;
    }
    match planes.split_last() {
        None => told(code, within),
        Some((highest, lower)) => {
            tell(lower, &within.without(highest), code, told);
            tell(lower, &(*within & *highest), code + (1 << lower.len()), told);
        }
    }
}

/// The places of which a bit of the code is set, where codes have `BITS`, one or two.
fn plane_of<const BITS: usize>(codes: &[u8], bit: u32) -> Words {
    let (rows, _) = codes.as_chunks::<8>();
    let mut plane = Words::NONE;
    for (word, rows) in plane.0.iter_mut().zip(rows.chunks_exact(rows.len() / WORDS)) {
        for (place, row) in rows.iter().enumerate() {
            *word |= gathered::<BITS>(u64::from_le_bytes(*row) >> bit) << (64 / BITS * place);
        }
    }
    plane
}

/// The same of codes of four bits.
fn plane_of_halves(codes: &[u8], bit: u32) -> Words {
    let (words, _) = codes.as_chunks::<32>();
    let mut plane = Words::NONE;
    let [lower, upper] = [1 << bit, 16 << bit].map(u8x16::splat);
    for (word, codes) in plane.0.iter_mut().zip(words) {
        let (sixteens, _) = codes.as_chunks();
        for (place, codes) in sixteens.iter().enumerate() {
            let codes = u8x16::new(*codes);
            let (first, second) = ((codes & lower).simd_eq(lower), (codes & upper).simd_eq(upper));
            let [low, high] = [u8x16::unpack_low(first, second), u8x16::unpack_high(first, second)]
                .map(|places| u64::from(places.to_bitmask()));
            *word |= (low | high << 16) << (32 * place);
        }
    }
    plane
}

/// The same of codes of eight bits.
fn plane_of_bytes(codes: &[u8], bit: u32) -> Words {
    let (words, _) = codes.as_chunks();
    let mut planes = Words::NONE;
    planes.0.iter_mut().zip(words).for_each(|(word, codes)| *word = plane(codes, bit));
    planes
}

/// Every bit that is `EVERY` bits after the one before, from the lowest on, next to each other.
#[inline]
fn gathered<const EVERY: usize>(row: u64) -> u64 {
    // Codes of more bits are taken apart otherwise.
    const { assert!(EVERY == 1 || EVERY == 2) };
    let closer = |row: u64, by: u32, mask: u64| (row | row >> by) & mask;
    if EVERY == 1 {
        return row;
    }
    let row = closer(row & 0x5555_5555_5555_5555, 1, 0x3333_3333_3333_3333);
    let row = closer(row, 2, 0x0F0F_0F0F_0F0F_0F0F);
    let row = closer(row, 4, 0x00FF_00FF_00FF_00FF);
    closer(closer(row, 8, 0x0000_FFFF_0000_FFFF), 16, 0x0000_0000_FFFF_FFFF)
}
