//! How a column of small values is laid out in memory.

use std::sync::Arc;

use super::BLOCK;
use super::codes::Codes;

/// Most values that bytes as codes may stand for when a column is laid out anew: some room is left for more.
const LISTED_MAX: usize = 192;
/// Values that a listing has room for grow by this many bytes, about as memory is handed out.
const LISTED_STEP: usize = 256;

/// A number that a column may hold.
pub(in crate::fleet) trait Small: Copy + Default + Eq {
    /// How many bytes it has.
    const BYTES: usize;

    /// The number at the start of `bytes`, lowest byte first.
    fn load(bytes: &[u8]) -> Self;

    /// Puts it at the start of `bytes`, lowest byte first.
    fn store(self, bytes: &mut [u8]);

    /// Its bits as a word: 0 for the default.
    #[inline]
    fn word(self) -> u64 {
        let mut bytes = [0; 8];
        self.store(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// The number whose bits are the lowest ones of a word.
    #[inline]
    fn of(word: u64) -> Self {
        Self::load(&word.to_le_bytes())
    }
}

macro_rules! small {
    ($($name:ident),+) => {
        $(impl Small for $name {
            const BYTES: usize = size_of::<Self>();

            #[inline]
            fn load(bytes: &[u8]) -> Self {
                let mut own = [0; size_of::<Self>()];
                own.copy_from_slice(&bytes[..size_of::<Self>()]);
                Self::from_le_bytes(own)
            }

            #[inline]
            fn store(self, bytes: &mut [u8]) {
                bytes[..size_of::<Self>()].copy_from_slice(&self.to_le_bytes());
            }
        })+
    };
}
small!(u8, u16, u32, i64);

/// The values of a block's places.
#[derive(Clone, Debug)]
pub(super) enum Stored<T> {
    /// All have the same.
    Same(T),
    /// The first `count` have `first` and the numbers after it, the others the default.
    Run { first: T, count: u16 },
    /// They are few: of each its code in 1, 2, 4 or 8 bits, the first in the lowest ones; behind the codes `count`
    /// values that codes stand for, and room for more.
    Coded { bits: u8, count: u16, bytes: Arc<[u8]> },
    /// They are near each other: of each, in 1, 2, 4 or 8 bytes, 0 for the default, else how far it is beyond `below`.
    Based { width: u8, below: u64, bytes: Arc<[u8]> },
}

impl<T: Small> Stored<T> {
    /// The value of a place.
    #[inline]
    pub(super) fn get(&self, place: usize) -> T {
        match self {
            Self::Same(value) => *value,
            Self::Run { first, count } => match place < usize::from(*count) {
                true => T::of(first.word() + place as u64),
                false => T::default(),
            },
            Self::Coded { bits, bytes, .. } => {
                T::load(&bytes[codes_bytes(*bits) + code(bytes, *bits, place) * T::BYTES..])
            }
            Self::Based { width, below, bytes } => {
                let distance = match width {
                    1 => bytes[place].into(),
                    2 => u16::load(&bytes[2 * place..]).into(),
                    4 => u32::load(&bytes[4 * place..]).into(),
                    _ => i64::load(&bytes[8 * place..]).word(),
                };
                beyond(*below, distance)
            }
        }
    }

    /// The values of all places.
    pub(super) fn fill(&self, values: &mut [T; BLOCK]) {
        match self {
            Self::Same(value) => values.fill(*value),
            Self::Run { first, count } => {
                let (run, rest) = values.split_at_mut((*count).into());
                run.iter_mut().zip(first.word()..).for_each(|(value, word)| *value = T::of(word));
                rest.fill(T::default());
            }
            Self::Coded { bits, count, bytes } => {
                let (codes, listed) = bytes.split_at(codes_bytes(*bits));
                let mut of_code = [T::default(); 256];
                let listed = listed.chunks_exact(T::BYTES).map(T::load).take((*count).into());
                of_code.iter_mut().zip(listed).for_each(|(value, listed)| *value = listed);
                let (each, mask) = (usize::from(8 / bits), mask(*bits));
                for (values, byte) in values.chunks_exact_mut(each).zip(codes) {
                    let mut rest = *byte;
                    for value in values {
                        *value = of_code[usize::from(rest & mask)];
                        rest = rest.checked_shr((*bits).into()).unwrap_or_default();
                    }
                }
            }
            Self::Based { width, below, bytes } => match width {
                1 => spread::<u8, T>(bytes, *below, values),
                2 => spread::<u16, T>(bytes, *below, values),
                4 => spread::<u32, T>(bytes, *below, values),
                _ => spread::<i64, T>(bytes, *below, values),
            },
        }
    }

    /// Sets a value where it stands; `false` if the layout does not allow it.
    pub(super) fn put(&mut self, place: usize, value: T) -> bool {
        match self {
            Self::Same(same) => *same == value,
            Self::Run { first, count } => {
                let end = usize::from(*count);
                if place == end && value.word() == first.word() + end as u64 {
                    *count += 1;
                    return true;
                }
                let shorter = value == T::default() && place + 1 == end && end > 1;
                *count -= u16::from(shorter);
                shorter
            }
            Self::Coded { bits, count, bytes } => {
                let codes = codes_bytes(*bits);
                let listed = bytes[codes..].chunks_exact(T::BYTES).map(T::load);
                let known = listed.take((*count).into()).position(|listed| listed == value);
                let code = known.unwrap_or_else(|| (*count).into());
                if known.is_none() {
                    let at = codes + code * T::BYTES;
                    if code == 1 << *bits || at + T::BYTES > bytes.len() {
                        return false;
                    }
                    value.store(&mut Arc::make_mut(bytes)[at..]);
                    *count += 1;
                }
                set_code(Arc::make_mut(bytes), *bits, place, code);
                true
            }
            Self::Based { width, below, bytes } => {
                let word = value.word();
                let distance = if word == 0 { 0 } else { word.wrapping_sub(*below) };
                if word > 0 && (distance == 0 || distance > farthest(*width)) {
                    return false;
                }
                let width = usize::from(*width);
                let target = &mut Arc::make_mut(bytes)[place * width..(place + 1) * width];
                target.copy_from_slice(&distance.to_le_bytes()[..width]);
                true
            }
        }
    }

    /// These values in as few bytes as any layout takes.
    pub(super) fn narrowest(values: &[T; BLOCK]) -> Self {
        if values.iter().all(|value| *value == values[0]) {
            return Self::Same(values[0]);
        }
        if let Some(count) = run(values) {
            return Self::Run { first: values[0], count };
        }
        if let Some(coded) = Self::coded(values, 16) {
            return coded;
        }
        let based = Self::based(values);
        let wide = matches!(&based, Self::Based { width, .. } if *width > 1);
        if wide && matches!(T::BYTES, 2 | 4) {
            return Self::coded(values, LISTED_MAX).unwrap_or(based);
        }
        based
    }

    /// As few values with codes, if there are no more than `most`.
    fn coded(values: &[T; BLOCK], most: usize) -> Option<Self> {
        let (mut known, mut codes) = (Codes::default(), [0; BLOCK]);
        for (value, code) in values.iter().zip(&mut codes) {
            *code = known.code(*value, value.word(), most)?;
        }
        Some(Self::with_codes(&known.into_listed(), &codes))
    }

    /// Values by their codes: place by place the place of its value in `listed`.
    pub(super) fn with_codes(listed: &[T], codes: &[u8; BLOCK]) -> Self {
        let bits: u8 = match listed.len() {
            0..=2 => 1,
            3..=4 => 2,
            5..=16 => 4,
            _ => 8,
        };
        let codes_bytes = codes_bytes(bits);
        let room = match bits {
            8 => (listed.len() * T::BYTES + 32).next_multiple_of(LISTED_STEP) - 16,
            _ => T::BYTES << bits,
        };
        let mut bytes: Arc<[u8]> = std::iter::repeat_n(0, codes_bytes + room).collect();
        let target = Arc::make_mut(&mut bytes);
        for (byte, codes) in target.iter_mut().zip(codes.chunks_exact(usize::from(8 / bits))) {
            // Shifted by all 8 bits there is nothing of it left.
            *byte = codes
                .iter()
                .rev()
                .fold(0, |byte: u8, code| byte.checked_shl(bits.into()).unwrap_or(0) | code);
        }
        for (value, bytes) in listed.iter().zip(target[codes_bytes..].chunks_exact_mut(T::BYTES)) {
            value.store(bytes);
        }
        Self::Coded { bits, count: u16::try_from(listed.len()).unwrap_or(u16::MAX), bytes }
    }

    fn based(values: &[T; BLOCK]) -> Self {
        let words = || values.iter().map(|value| value.word());
        let most = words().max().unwrap_or_default();
        let least = words().filter(|word| *word > 0).min().unwrap_or_default();
        let fitting = |width| Some((width, below(least, most, width)?));
        let (width, below) = [1, 2, 4].into_iter().find_map(fitting).unwrap_or((8, 0));
        let mut bytes: Arc<[u8]> = std::iter::repeat_n(0, BLOCK * usize::from(width)).collect();
        let target = Arc::make_mut(&mut bytes);
        match width {
            1 => gather::<u8>(target, words(), below),
            2 => gather::<u16>(target, words(), below),
            4 => gather::<u32>(target, words(), below),
            _ => gather::<i64>(target, words(), below),
        }
        Self::Based { width, below, bytes }
    }

    /// Whether both are the same memory, or need none and are equal.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Same(one), Self::Same(other)) => one == other,
            (Self::Run { first, count }, Self::Run { first: other, count: others }) => {
                (first, count) == (other, others)
            }
            (Self::Coded { bytes, .. }, Self::Coded { bytes: others, .. })
            | (Self::Based { bytes, .. }, Self::Based { bytes: others, .. }) => Arc::ptr_eq(bytes, others),
            _ => false,
        }
    }

    /// Bytes that it takes besides itself.
    pub(super) fn heap_bytes(&self) -> usize {
        match self {
            Self::Same(_) | Self::Run { .. } => 0,
            Self::Coded { bytes, .. } | Self::Based { bytes, .. } => bytes.len() + 16,
        }
    }
}

/// How many bytes the codes of a block take.
pub(super) fn codes_bytes(bits: u8) -> usize {
    BLOCK / 8 * usize::from(bits)
}

fn mask(bits: u8) -> u8 {
    u8::MAX >> (8 - bits)
}

#[inline]
pub(super) fn code(codes: &[u8], bits: u8, place: usize) -> usize {
    let bit = place * usize::from(bits);
    usize::from(codes[bit / 8] >> (bit % 8) & mask(bits))
}

pub(super) fn set_code(codes: &mut [u8], bits: u8, place: usize, code: usize) {
    let (bit, [code, ..]) = (place * usize::from(bits), code.to_le_bytes());
    let byte = &mut codes[bit / 8];
    *byte = *byte & !(mask(bits) << (bit % 8)) | code << (bit % 8);
}

/// The value at a distance; at none the default.
#[inline]
pub(super) fn beyond<T: Small>(below: u64, distance: u64) -> T {
    if distance == 0 { T::default() } else { T::of(below.wrapping_add(distance)) }
}

/// The largest number of so many bytes.
fn farthest(width: u8) -> u64 {
    u64::MAX >> (64 - 8 * u32::from(width))
}

/// What to count distances of so many bytes from, with some room on both sides; `None` if they do not reach.
fn below(least: u64, most: u64, width: u8) -> Option<u64> {
    let farthest = farthest(width);
    if most <= farthest {
        return Some(0);
    }
    let room = farthest.checked_sub(most - least + 1)?;
    Some((least - 1).saturating_sub(room / 8))
}

/// The values at these distances.
fn spread<D: Small, T: Small>(distances: &[u8], below: u64, values: &mut [T; BLOCK]) {
    for (value, distance) in values.iter_mut().zip(distances.chunks_exact(D::BYTES)) {
        *value = beyond(below, D::load(distance).word());
    }
}

/// The distances of these words.
fn gather<D: Small>(distances: &mut [u8], words: impl Iterator<Item = u64>, below: u64) {
    for (distance, word) in distances.chunks_exact_mut(D::BYTES).zip(words) {
        D::of(if word == 0 { 0 } else { word - below }).store(distance);
    }
}

/// How many places at the start have one number after the other, where the rest has the default.
fn run<T: Small>(values: &[T; BLOCK]) -> Option<u16> {
    let first = values[0].word();
    let count = values.iter().zip(first..).take_while(|(value, word)| value.word() == *word).count();
    let rest_is_default = values[count..].iter().all(|value| *value == T::default());
    u16::try_from(count).ok().filter(|_| rest_is_default)
}
