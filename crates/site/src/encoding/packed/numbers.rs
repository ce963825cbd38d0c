//! Many numbers, each in the same few bits.

use hashbrown::HashMap;

use crate::DecodeError;

/// Most bits of a packed number: with the 7 that may stand before it, it still fits a word.
const BITS_MAX: u32 = 56;
/// Most different numbers of a column that are listed.
const LISTED_MAX: usize = 256;

/// Numbers, read as far as their form; each is unpacked when it is asked for.
///
/// The bytes: how many numbers there are, bits a number, how many numbers are listed; then those that are listed, or
/// where none is the least number; then the packed places in the list, or differences to the least, lowest bits
/// first. All but the last are LEB128. A column that holds one number only takes no bits at all.
#[derive(Clone, Debug)]
pub(crate) struct Numbers<'a> {
    count: usize,
    bits: u32,
    /// Empty: the numbers are differences to `least`.
    listed: Vec<u64>,
    least: u64,
    packed: &'a [u8],
}

/// Numbers as bytes. None may be 2^56 or more.
pub(crate) fn write_numbers(numbers: &[u64]) -> Vec<u8> {
    let least = numbers.iter().copied().min().unwrap_or_default();
    let most = numbers.iter().copied().max().unwrap_or_default();
    let bits = bits_of(most - least);
    let mut bytes = Vec::new();
    write_varint(&mut bytes, numbers.len() as u64);
    match list(numbers, bits) {
        None => {
            write_varint(&mut bytes, bits.into());
            write_varint(&mut bytes, 0);
            write_varint(&mut bytes, least);
            pack(&mut bytes, bits, numbers.iter().map(|number| number - least));
        }
        Some((listed, places)) => {
            let bits = bits_of(listed.len() as u64 - 1);
            write_varint(&mut bytes, bits.into());
            write_varint(&mut bytes, listed.len() as u64);
            let mut last = 0;
            for number in listed {
                write_varint(&mut bytes, number - std::mem::replace(&mut last, number));
            }
            pack(&mut bytes, bits, places.into_iter());
        }
    }
    bytes
}

/// Numbers from their bytes, where `count_max` is the most that there may be.
pub(crate) fn read_numbers<'a>(
    member: &str,
    bytes: &'a [u8],
    count_max: usize,
) -> Result<Numbers<'a>, DecodeError> {
    let mut rest = bytes;
    read(&mut rest, count_max).ok_or_else(|| DecodeError::damaged(member, "is no column of numbers"))
}

fn read<'a>(rest: &mut &'a [u8], count_max: usize) -> Option<Numbers<'a>> {
    let count = usize::try_from(read_varint(rest)?).ok().filter(|count| *count <= count_max)?;
    let bits = u32::try_from(read_varint(rest)?).ok().filter(|bits| *bits <= BITS_MAX)?;
    let listed_count = usize::try_from(read_varint(rest)?).ok().filter(|listed| *listed <= LISTED_MAX)?;
    let (mut listed, mut least) = (Vec::with_capacity(listed_count), 0_u64);
    match listed_count {
        0 => least = read_varint(rest)?,
        _ => {
            for _ in 0..listed_count {
                let number = listed.last().copied().unwrap_or(0_u64).checked_add(read_varint(rest)?)?;
                listed.push(number);
            }
        }
    }
    // No number may be beyond 64 bits.
    least.checked_add((1 << bits) - 1)?;
    let packed = *rest;
    (packed.len() == (count * bits as usize).div_ceil(8)).then_some(Numbers {
        count,
        bits,
        listed,
        least,
        packed,
    })
}

impl Numbers<'_> {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The one number that all of them are, if that takes no bits.
    pub(crate) fn only(&self) -> Option<u64> {
        let only = self.listed.first().copied().unwrap_or(self.least);
        (self.bits == 0).then_some(only)
    }

    /// The few numbers that they are, where 4 bits at most tell which, and of each, at the start of `places`, its place
    /// among these. `None` where they are more, or one is beyond the end of the list.
    pub(crate) fn few(&self, places: &mut [u8]) -> Option<Vec<u64>> {
        if self.bits > 4 {
            return None;
        }
        let mask = (1 << self.bits) - 1;
        let few: Vec<u64> = match self.listed.is_empty() {
            true => (self.least..=self.least + mask).collect(),
            false => self.listed.clone(),
        };
        let mut most = 0;
        for (number, place) in places.get_mut(..self.count)?.iter_mut().enumerate() {
            let bit = number * self.bits as usize;
            let [low, ..] = (self.word(bit / 8) >> (bit % 8) & mask).to_le_bytes();
            *place = low;
            most = most.max(low);
        }
        (usize::from(most) < few.len()).then_some(few)
    }

    /// Each in its order; `None` where the place in the list is beyond its end.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = Option<u64>> + DoubleEndedIterator + '_ {
        (0..self.count).map(|place| self.at(place))
    }

    /// Whether each is below `end`. Where its bits alone say so, none is looked at.
    pub(crate) fn are_below(&self, end: u64) -> bool {
        let most = match self.listed.last() {
            Some(last) if 1 << self.bits <= self.listed.len() => Some(*last),
            Some(_) => None,
            None => Some(self.least + ((1 << self.bits) - 1)),
        };
        self.count == 0
            || most.is_some_and(|most| most < end)
            || self.iter().all(|number| number.is_some_and(|number| number < end))
    }

    /// The one at a place; `None` where the place in the list is beyond its end, and beyond the last.
    pub(crate) fn get(&self, place: usize) -> Option<u64> {
        if place < self.count { self.at(place) } else { None }
    }

    #[inline]
    fn at(&self, place: usize) -> Option<u64> {
        let mask = (1_u64 << self.bits) - 1;
        let bit = place * self.bits as usize;
        let number = self.word(bit / 8) >> (bit % 8) & mask;
        match self.listed.is_empty() {
            true => Some(self.least + number),
            false => usize::try_from(number).ok().and_then(|number| self.listed.get(number)).copied(),
        }
    }

    /// Puts them at the start of `target`.
    pub(crate) fn fill<T: TryFrom<u64> + Copy>(
        &self,
        member: &str,
        target: &mut [T],
    ) -> Result<(), DecodeError> {
        let damaged = || DecodeError::damaged(member, "holds a number beyond its bounds");
        let target = target.get_mut(..self.count).ok_or_else(damaged)?;
        if let Some(only) = self.only() {
            target.fill(T::try_from(only).map_err(|_| damaged())?);
            return Ok(());
        }
        for (target, number) in target.iter_mut().zip(self.iter()) {
            *target = number.and_then(|number| T::try_from(number).ok()).ok_or_else(damaged)?;
        }
        Ok(())
    }

    /// All of them.
    pub(crate) fn collect<T: TryFrom<u64> + Copy + Default>(
        &self,
        member: &str,
    ) -> Result<Vec<T>, DecodeError> {
        let mut all = vec![T::default(); self.count];
        self.fill(member, &mut all)?;
        Ok(all)
    }

    /// The 8 bytes from `place` on, lowest first; there are zeros beyond the end.
    #[inline]
    fn word(&self, place: usize) -> u64 {
        if let Some(Ok(word)) = self.packed.get(place..place + 8).map(<[u8; 8]>::try_from) {
            return u64::from_le_bytes(word);
        }
        let rest = self.packed.get(place..).unwrap_or_default();
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        u64::from_le_bytes(word)
    }
}

/// The different numbers, ascending, with the place of each number among them; `None` where that is no shorter than
/// `bits` a number.
fn list(numbers: &[u64], bits: u32) -> Option<(Vec<u64>, Vec<u64>)> {
    if bits < 2 {
        return None;
    }
    let mut listed = Vec::new();
    let mut places = HashMap::new();
    let mut last = None;
    for number in numbers {
        if last != Some(number) && places.insert(*number, 0).is_none() {
            listed.push(*number);
            if listed.len() > LISTED_MAX {
                return None;
            }
        }
        last = Some(number);
    }
    listed.sort_unstable();
    let width = bits.div_ceil(7) as usize * 8 * listed.len();
    let narrow = bits_of(listed.len() as u64 - 1) as usize;
    if width + narrow * numbers.len() >= bits as usize * numbers.len() {
        return None;
    }
    for (place, number) in (0..).zip(&listed) {
        places.insert(*number, place);
    }
    Some((listed, numbers.iter().map(|number| places[number]).collect()))
}

fn bits_of(number: u64) -> u32 {
    u64::BITS - number.leading_zeros()
}

fn pack(bytes: &mut Vec<u8>, bits: u32, numbers: impl ExactSizeIterator<Item = u64>) {
    bytes.reserve((numbers.len() * bits as usize).div_ceil(8));
    let (mut word, mut filled) = (0_u64, 0);
    for number in numbers {
        word |= number << filled;
        filled += bits;
        while filled >= 8 {
            let [low, ..] = word.to_le_bytes();
            bytes.push(low);
            word >>= 8;
            filled -= 8;
        }
    }
    if filled > 0 {
        let [low, ..] = word.to_le_bytes();
        bytes.push(low);
    }
}

/// 7 bits a byte, lowest first; the high bit says that more follow.
pub(super) fn write_varint(bytes: &mut Vec<u8>, number: u64) {
    prost::encoding::encode_varint(number, bytes);
}

/// A number at the start of `rest`, which then begins after it.
pub(super) fn read_varint(rest: &mut &[u8]) -> Option<u64> {
    prost::encoding::decode_varint(rest).ok()
}
