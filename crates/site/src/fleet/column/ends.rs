//! Where the lists of a block end.

use std::ops::Range;

use rules::block::Words;

use super::BLOCK;
use super::stored::Small;

/// The end of the list of each place; places beyond the last have none. Lists of one length need no ends.
#[derive(Clone, Debug)]
pub(super) enum Ends {
    /// The first `count` places have lists of that length.
    Every {
        length: u16,
        count: u16,
    },
    /// As long as all lists together are that short.
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

impl Default for Ends {
    fn default() -> Self {
        Self::Every { length: 0, count: 0 }
    }
}

/// How many of the first ends are passed, of which those before `from` are.
fn after<E>(ends: &[E], from: usize, is_passed: impl Fn(&E) -> bool) -> usize {
    let (mut from, mut step) = (from, 4);
    while ends.get(from + step).is_some_and(&is_passed) {
        from += step;
        step *= 2;
    }
    from + ends[from..ends.len().min(from + step)].partition_point(is_passed)
}

impl Ends {
    /// These ends in as few bytes as any form takes.
    pub(super) fn of(ends: &[u32]) -> Self {
        let first = ends.first().copied().unwrap_or_default();
        let multiples = (1..).map(|count| u64::from(first) * count);
        let alike = multiples.zip(ends).all(|(multiple, end)| multiple == u64::from(*end));
        match (u16::try_from(first), u16::try_from(ends.len())) {
            (Ok(length), Ok(count)) if alike => Self::Every { length, count },
            _ => Self::packed(ends.to_vec()),
        }
    }

    /// Ends in a row, narrow if they are.
    fn packed(ends: Vec<u32>) -> Self {
        let mut narrow = Vec::with_capacity(ends.capacity());
        narrow.extend(ends.iter().map_while(|end| u16::try_from(*end).ok()));
        if narrow.len() == ends.len() { Self::Narrow(narrow) } else { Self::Wide(ends) }
    }

    /// How many places have an end.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Every { count, .. } => (*count).into(),
            Self::Narrow(ends) => ends.len(),
            Self::Wide(ends) => ends.len(),
        }
    }

    /// The one length of the lists of all places that have an end, if that is their form.
    pub(super) fn length(&self) -> Option<usize> {
        match self {
            Self::Every { length, .. } if *length > 0 => Some((*length).into()),
            _ => None,
        }
    }

    /// How many places there are up to the last whose list is not empty.
    pub(super) fn last(&self) -> usize {
        let total = self.total();
        let ends_before = |end: usize| end < total;
        match self {
            _ if total == 0 => 0,
            Self::Every { count, .. } => (*count).into(),
            Self::Narrow(ends) => ends.partition_point(|end| ends_before((*end).into())) + 1,
            Self::Wide(ends) => ends.partition_point(|end| ends_before(*end as usize)) + 1,
        }
    }

    /// Where the list of a place stands.
    #[inline]
    pub(super) fn range(&self, place: usize) -> Option<Range<usize>> {
        let before = place.wrapping_sub(1);
        match self {
            Self::Every { length, count } => {
                let length = usize::from(*length);
                (place < usize::from(*count)).then(|| place * length..(place + 1) * length)
            }
            Self::Narrow(ends) => {
                let end = usize::from(*ends.get(place)?);
                Some(ends.get(before).copied().unwrap_or_default().into()..end)
            }
            Self::Wide(ends) => {
                let end = *ends.get(place)? as usize;
                Some(ends.get(before).copied().unwrap_or_default() as usize..end)
            }
        }
    }

    /// Tells `told` where the lists of some places stand; quicker than asking for each.
    #[inline]
    pub(super) fn each(&self, places: &Words, mut told: impl FnMut(usize, Range<usize>)) {
        match self {
            Self::Every { length, count } if usize::from(*count) == BLOCK => {
                let length = usize::from(*length);
                places.iter().for_each(|place| told(place, place * length..(place + 1) * length));
            }
            Self::Narrow(ends) if ends.len() == BLOCK => places.iter().for_each(|place| {
                let before = place.checked_sub(1).map_or(0, |before| ends[before]);
                told(place, before.into()..ends[place].into());
            }),
            _ => places.iter().for_each(|place| told(place, self.range(place).unwrap_or_default())),
        }
    }

    /// As [`Self::each`], of all places up to the last.
    #[inline]
    pub(super) fn each_of_all(&self, mut told: impl FnMut(usize, Range<usize>)) {
        let mut start = 0;
        let mut next = |(place, end)| told(place, std::mem::replace(&mut start, end)..end);
        match self {
            Self::Every { length, count } => {
                let (length, count) = (usize::from(*length), usize::from(*count));
                (0..count).for_each(|place| next((place, (place + 1) * length)));
            }
            Self::Narrow(ends) => ends.iter().map(|end| usize::from(*end)).enumerate().for_each(next),
            Self::Wide(ends) => ends.iter().map(|end| *end as usize).enumerate().for_each(next),
        }
    }

    /// How many pieces of a length are before each end, all ends being multiples of it; beyond the last end as many as
    /// before that.
    pub(super) fn in_pieces(&self, length: usize) -> [u32; BLOCK] {
        let pieces = |end: usize| u32::try_from(end / length).unwrap_or(u32::MAX);
        let mut all = [pieces(self.total()); BLOCK];
        match (self, u16::try_from(length)) {
            // To divide each would take longer than all else that is done with them.
            (Self::Narrow(ends), Ok(length @ 2..)) => {
                let inverse = u16::MAX / length + 1;
                for (pieces, end) in all.iter_mut().zip(ends) {
                    *pieces = (u32::from(*end) * u32::from(inverse)) >> u16::BITS;
                }
            }
            _ => all.iter_mut().zip(self.iter()).for_each(|(before, end)| *before = pieces(end as usize)),
        }
        all
    }

    /// The place whose list has a value, from a place on that is not behind it: near that one it is found sooner.
    pub(super) fn place_of(&self, value: usize, from: usize) -> usize {
        match self {
            Self::Every { length, .. } => value / usize::from(*length).max(1),
            Self::Narrow(ends) => after(ends, from, |end| usize::from(*end) <= value),
            Self::Wide(ends) => after(ends, from, |end| *end as usize <= value),
        }
    }

    /// Each of them.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = u32> + Clone {
        (0..self.count()).map(|place| {
            let end = self.range(place).unwrap_or_default().end;
            u32::try_from(end).expect("limits keep a block's lists far below 4 GiB")
        })
    }

    /// Makes the list of a place longer or shorter; those behind it move.
    pub(super) fn resize(&mut self, place: usize, length: usize) {
        if self.appends(place, length) {
            return;
        }
        let before = self.range(place).unwrap_or_default().len();
        let total = self.total();
        let by = (length as u64).wrapping_sub(before as u64);
        let fits = u16::try_from(total - before + length).is_ok();
        match self {
            Self::Narrow(ends) if fits => shift(ends, place, total, by),
            Self::Wide(ends) => shift(ends, place, total, by),
            _ => {
                let mut ends = Vec::with_capacity(BLOCK);
                ends.extend(self.iter());
                shift(&mut ends, place, total, by);
                *self = Self::packed(ends);
            }
        }
    }

    /// Whether it is the next list and of the length of all others.
    fn appends(&mut self, place: usize, length: usize) -> bool {
        let Self::Every { length: every, count } = self else { return false };
        if (place, *count) == (0, 0) {
            *every = u16::try_from(length).unwrap_or_default();
        }
        let appends = place == usize::from(*count) && length == usize::from(*every);
        *count += u16::from(appends);
        appends
    }

    /// How long all lists are together.
    pub(super) fn total(&self) -> usize {
        let last = self.count().checked_sub(1);
        last.and_then(|last| self.range(last)).unwrap_or_default().end
    }

    /// Bytes that they take besides themselves.
    pub(super) fn heap_bytes(&self) -> usize {
        match self {
            Self::Every { .. } => 0,
            Self::Narrow(ends) => 2 * ends.capacity(),
            Self::Wide(ends) => 4 * ends.capacity(),
        }
    }
}

/// Moves the ends from a place on. Places up to it that have no list get an empty one.
fn shift<E: Small>(ends: &mut Vec<E>, place: usize, total: usize, by: u64) {
    if ends.len() <= place {
        ends.reserve_exact(BLOCK.saturating_sub(ends.len()));
        ends.resize(place + 1, E::of(total as u64));
    }
    for end in &mut ends[place..] {
        *end = E::of(end.word().wrapping_add(by));
    }
}
