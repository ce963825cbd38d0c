//! What texts of one length share where they differ in hexadecimal digits only, as UUIDs, hardware addresses and
//! serial numbers do.

/// Longest text that has a shape.
const LENGTH_MAX: usize = 64;

/// Hexadecimal digits that texts differ in: two in one byte, or one.
const OPEN: u8 = 0x80;
/// Letters among them are capitals.
const CAPITALS: u8 = 1;
/// There is one digit only.
const SINGLE: u8 = 2;

/// A byte for each character that the texts share, and one with the high bit for each place that is open.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape(Vec<u8>);

impl Shape {
    /// The shape of texts, if they have one.
    pub(super) fn of<'t>(mut texts: impl Iterator<Item = &'t [u8]> + Clone) -> Option<Self> {
        let all = texts.clone();
        let first = texts.next().filter(|first| first.len() <= LENGTH_MAX)?;
        let mut places = first.iter().map(|byte| Place::of(*byte)).collect::<Vec<_>>();
        for text in texts {
            if text.len() != first.len() {
                return None;
            }
            for (place, byte) in places.iter_mut().zip(text) {
                place.meet(*byte);
            }
        }
        let mut shape = Vec::new();
        let mut rest = places.as_slice();
        while let [place, after @ ..] = rest {
            rest = after;
            let capitals = if place.small { 0 } else { CAPITALS };
            if place.same {
                shape.push(place.byte);
            } else if !place.small && !place.capital {
                return None;
            } else {
                match after.first() {
                    Some(next) if next.goes_with(place) => {
                        let small = place.small && next.small;
                        shape.push(OPEN | if small { 0 } else { CAPITALS });
                        rest = &after[1..];
                    }
                    _ => shape.push(OPEN | SINGLE | capitals),
                }
            }
        }
        // Only ASCII is kept as it stands; and a single text is not worth a shape.
        let plain = places.iter().all(|place| place.byte.is_ascii());
        (plain && all.count() > 1).then_some(Self(shape))
    }

    /// A shape from its bytes.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let known = bytes.iter().all(|byte| *byte <= OPEN | CAPITALS | SINGLE);
        let shape = Self(bytes.to_vec());
        (known && shape.length() <= LENGTH_MAX).then_some(shape)
    }

    /// Its bytes.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The length of its texts.
    pub(super) fn length(&self) -> usize {
        self.0.iter().map(|unit| width(*unit)).sum()
    }

    /// What texts of this shape have at the open places: all texts at the first one, then all at the next.
    pub(super) fn write<'t>(&self, texts: &(impl Iterator<Item = &'t [u8]> + Clone)) -> Vec<u8> {
        let open = self.open();
        open.flat_map(|(at, unit)| {
            texts.clone().map(move |text| {
                text[at..at + width(unit)].iter().fold(0, |byte, digit| byte << 4 | value(*digit))
            })
        })
        .collect()
    }

    /// So many texts of this shape behind one another; `None` when `said` is not of that many.
    pub(super) fn fill(&self, said: &[u8], count: usize) -> Option<Vec<u8>> {
        let length = self.length();
        let mut one = Vec::with_capacity(length);
        for unit in &self.0 {
            one.extend(std::iter::repeat_n(*unit & !OPEN, width(*unit)));
        }
        // Before there is room for the texts: a damaged count may be any.
        if self.open().count().checked_mul(count) != Some(said.len()) {
            return None;
        }
        let mut texts = one.repeat(count);
        for ((at, unit), said) in self.open().zip(said.chunks_exact(count.max(1))) {
            let digits = if unit & CAPITALS == 0 { b"0123456789abcdef" } else { b"0123456789ABCDEF" };
            let texts = texts.chunks_exact_mut(length);
            if unit & SINGLE == 0 {
                for (text, byte) in texts.zip(said) {
                    text[at] = digits[usize::from(byte >> 4)];
                    text[at + 1] = digits[usize::from(byte & 15)];
                }
            } else {
                for (text, byte) in texts.zip(said) {
                    text[at] = *digits.get(usize::from(*byte))?;
                }
            }
        }
        Some(texts)
    }

    /// The open places: where in the text, and how.
    fn open(&self) -> impl Iterator<Item = (usize, u8)> {
        let mut at = 0;
        self.0
            .iter()
            .map(move |unit| {
                at += width(*unit);
                (at - width(*unit), *unit)
            })
            .filter(|(_, unit)| unit & OPEN != 0)
    }
}

/// What texts have in one place.
#[derive(Clone, Copy, Debug)]
struct Place {
    byte: u8,
    /// All have the same byte.
    same: bool,
    /// All have a digit or a letter from a to f.
    small: bool,
    /// All have a digit or a letter from A to F.
    capital: bool,
}

impl Place {
    fn of(byte: u8) -> Self {
        let small = matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        Self { byte, same: true, small, capital: matches!(byte, b'0'..=b'9' | b'A'..=b'F') }
    }

    fn meet(&mut self, byte: u8) {
        let other = Self::of(byte);
        self.same &= self.byte == byte;
        self.small &= other.small;
        self.capital &= other.capital;
    }

    /// Whether both can be digits of one byte.
    fn goes_with(&self, other: &Self) -> bool {
        self.small && other.small || self.capital && other.capital
    }
}

/// Characters of the text.
fn width(unit: u8) -> usize {
    if unit & OPEN != 0 && unit & SINGLE == 0 { 2 } else { 1 }
}

fn value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_texts_than_there_are_bytes_for_take_no_room() {
        let shape = Shape::read(&[b'a', OPEN, OPEN | SINGLE]).unwrap();
        assert_eq!(shape.fill(&[0x1b, 2], 1).as_deref(), Some(&b"a1b2"[..]));
        for count in [2, usize::MAX / 4, usize::MAX / 2 + 2, usize::MAX] {
            assert_eq!(shape.fill(&[0x1b, 2], count), None, "{count}");
        }
    }
}
