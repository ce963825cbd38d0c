//! What texts of one length share where they differ in hexadecimal digits only, as UUIDs, hardware addresses and
//! serial numbers do.

use super::hex;

/// Longest text that has a shape.
pub(super) const LENGTH_MAX: usize = 64;

/// Hexadecimal digits that texts differ in: two in one byte, or one.
const OPEN: u8 = 0x80;
/// Letters among them are capitals.
const CAPITALS: u8 = 1;
/// There is one digit only.
const SINGLE: u8 = 2;

/// What texts of one length share, and where they have digits of their own.
///
/// Its bytes: one for each character that the texts share, and one with the high bit for each place that is open.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    /// A text with zeros at the open places.
    template: Vec<u8>,
    opens: Vec<Open>,
}

/// An open place.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Open {
    /// Where in the text it begins.
    at: usize,
    /// How it is written: [`OPEN`] with [`CAPITALS`] and [`SINGLE`].
    unit: u8,
}

impl Shape {
    /// The shape of texts, if they have one.
    pub(super) fn of<'t>(texts: impl Iterator<Item = &'t [u8]> + Clone) -> Option<Self> {
        // A single text is not worth a shape.
        texts.clone().nth(1)?;
        Self::of_places(&places(texts)?)
    }

    /// A shape that these texts have and others are likely to: all digits are open, also those that they share.
    pub(crate) fn roomy<'t>(texts: impl Iterator<Item = &'t [u8]>) -> Option<Self> {
        let mut places = places(texts)?;
        let only = |one: fn(&Place) -> bool| places.iter().any(one);
        // Letters are likely to be capitals where only digits were seen when they are elsewhere.
        let capitals =
            only(|place| place.capital && !place.small) && !only(|place| place.small && !place.capital);
        for place in &mut places {
            place.same &= !place.small && !place.capital;
            place.small &= !(capitals && place.capital);
        }
        Self::of_places(&places)
    }

    fn of_places(places: &[Place]) -> Option<Self> {
        let mut bytes = Vec::new();
        let mut rest = places;
        while let [place, after @ ..] = rest {
            rest = after;
            let capitals = if place.small { 0 } else { CAPITALS };
            if place.same {
                bytes.push(place.byte);
            } else if !place.small && !place.capital {
                return None;
            } else {
                match after.first() {
                    Some(next) if next.goes_with(place) => {
                        let small = place.small && next.small;
                        bytes.push(OPEN | if small { 0 } else { CAPITALS });
                        rest = &after[1..];
                    }
                    _ => bytes.push(OPEN | SINGLE | capitals),
                }
            }
        }
        // Only ASCII is kept as it stands.
        let plain = places.iter().all(|place| place.byte.is_ascii());
        if plain { Self::read(&bytes) } else { None }
    }

    /// A shape from its bytes.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (mut template, mut opens) = (Vec::new(), Vec::new());
        for byte in bytes {
            match *byte {
                0..OPEN => template.push(*byte),
                unit => {
                    opens.push(Open { at: template.len(), unit });
                    template.extend(std::iter::repeat_n(0, width(unit)));
                }
            }
        }
        let known = opens.iter().all(|open| open.unit <= OPEN | CAPITALS | SINGLE);
        (known && template.len() <= LENGTH_MAX).then_some(Self { template, opens })
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let (mut bytes, mut rest) = (Vec::new(), 0);
        for Open { at, unit } in &self.opens {
            bytes.extend(&self.template[rest..*at]);
            bytes.push(*unit);
            rest = at + width(*unit);
        }
        bytes.extend(&self.template[rest..]);
        bytes
    }

    /// What the texts share, with zeros where they do not.
    pub(crate) fn template(&self) -> &[u8] {
        &self.template
    }

    /// How many bytes say what one text has at the open places: a row.
    pub(crate) fn width(&self) -> usize {
        self.opens.len()
    }

    /// Whether all of it is open, to digits of which those that are letters are small ones.
    pub(crate) fn is_small_digits(&self) -> bool {
        self.opens.len() * 2 == self.template.len() && self.opens.iter().all(|open| open.unit == OPEN)
    }

    /// What texts of this shape have at the open places: all texts at the first one, then all at the next.
    pub(super) fn write<'t>(&self, texts: &(impl Iterator<Item = &'t [u8]> + Clone)) -> Vec<u8> {
        let said = |open: &Open| {
            let (at, end) = (open.at, open.at + width(open.unit));
            texts.clone().map(move |text| hex::value(&text[at..end]))
        };
        self.opens.iter().flat_map(said).collect()
    }

    /// What [`Shape::write`] wrote of so many texts, row by row; `None` when `said` is not of that many.
    pub(super) fn rows(&self, said: &[u8], count: usize) -> Option<Vec<u8>> {
        // Before there is room for the rows: a damaged count may be any.
        if self.opens.len().checked_mul(count) != Some(said.len()) {
            return None;
        }
        let mut rows = vec![0; said.len()];
        for (place, (open, said)) in self.opens.iter().zip(said.chunks_exact(count.max(1))).enumerate() {
            if open.unit & SINGLE != 0 && said.iter().any(|digit| *digit > 15) {
                return None;
            }
            let rows = rows[place..].iter_mut().step_by(self.opens.len());
            rows.zip(said).for_each(|(row, said)| *row = *said);
        }
        Some(rows)
    }

    /// Puts the row of a text behind `rows`; `false`, and nothing is put, if it is not of this shape.
    pub(crate) fn put(&self, text: &[u8], rows: &mut impl Extend<u8>) -> bool {
        if text.len() != self.template.len() {
            return false;
        }
        let (mut row, mut rest) = ([0; LENGTH_MAX], 0);
        for (byte, Open { at, unit }) in row.iter_mut().zip(&self.opens) {
            let end = at + width(*unit);
            let own = &text[*at..end];
            let fits = if unit & CAPITALS == 0 { hex::are_small(own) } else { hex::are_capital(own) };
            if text[rest..*at] != self.template[rest..*at] || !fits {
                return false;
            }
            *byte = hex::value(own);
            rest = end;
        }
        if text[rest..] != self.template[rest..] {
            return false;
        }
        rows.extend(row[..self.opens.len()].iter().copied());
        true
    }

    /// The place in a row of the digit at a place of the text, and its bits there; `None` if texts share what is there.
    pub(super) fn digit(&self, at: usize) -> Option<(usize, u8)> {
        let row = self.opens.partition_point(|open| open.at <= at).checked_sub(1)?;
        let Open { at: first, unit } = self.opens[row];
        match (at - first, unit & SINGLE != 0) {
            (0, true) => Some((row, 0x0F)),
            (0, false) => Some((row, 0xF0)),
            (1, false) => Some((row, 0x0F)),
            _ => None,
        }
    }

    /// Calls `with` with the text of a row.
    #[inline]
    pub(crate) fn with_text<T>(&self, row: &[u8], with: impl FnOnce(&[u8]) -> T) -> T {
        let mut text = [0; LENGTH_MAX];
        text[..self.template.len()].copy_from_slice(&self.template);
        for (Open { at, unit }, byte) in self.opens.iter().zip(row) {
            let digits = if unit & CAPITALS == 0 { &hex::SMALL } else { &hex::CAPITAL }[usize::from(*byte)];
            if unit & SINGLE == 0 {
                text[*at..at + 2].copy_from_slice(&digits);
            } else {
                text[*at] = digits[1];
            }
        }
        with(&text[..self.template.len()])
    }
}

/// What texts of one length have place by place.
fn places<'t>(mut texts: impl Iterator<Item = &'t [u8]>) -> Option<Vec<Place>> {
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
    Some(places)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn more_texts_than_there_are_bytes_for_take_no_room() {
        let shape = Shape::read(&[b'a', OPEN, OPEN | SINGLE]).unwrap();
        assert_eq!(shape.rows(&[0x1b, 2], 1).as_deref(), Some(&[0x1b, 2][..]));
        for count in [2, usize::MAX / 4, usize::MAX / 2 + 2, usize::MAX] {
            assert_eq!(shape.rows(&[0x1b, 2], count), None, "{count}");
        }
        assert_eq!(shape.rows(&[0x1b, 16], 1), None, "a single digit is below 16");
    }

    #[test]
    fn a_roomy_shape_is_that_of_other_texts_too() {
        let shape = Shape::roomy([&b"4C4C4544-0043-4810"[..]].into_iter()).unwrap();
        assert_eq!(shape.width(), 8);
        assert!(shape.put(b"00FF4544-0143-48AA", &mut Vec::new()));
        for other in
            [&b"00FF4544-0143-48AAA"[..], b"00FF4544-0143:48AA", b"00FF4544-0143-48Ag", b"00FF4544-0143-48aa"]
        {
            let mut rows = Vec::new();
            assert!(!shape.put(other, &mut rows) && rows.is_empty());
        }
        assert!(Shape::roomy([&b"pc-1"[..], b"pc-10"].into_iter()).is_none());
        assert!(Shape::roomy([&b"pc-g"[..], b"pc-h"].into_iter()).is_none());
    }

    proptest! {
        #[test]
        fn texts_are_taken_out_as_they_were_put_in(texts in proptest::collection::vec("[0-9a-f]{2}:[0-9A]x", 2..9)) {
            let bytes = texts.iter().map(String::as_bytes);
            for shape in [Shape::of(bytes.clone()), Shape::roomy(bytes.clone())].into_iter().flatten() {
                prop_assert!(Shape::read(&shape.bytes()).is_some_and(|read| read == shape));
                let mut rows = Vec::new();
                prop_assert!(bytes.clone().all(|text| shape.put(text, &mut rows)));
                let said = shape.write(&bytes.clone());
                prop_assert!(shape.rows(&said, texts.len()).is_some_and(|read| read == rows));
                for (text, row) in texts.iter().zip(rows.chunks(shape.width().max(1))) {
                    prop_assert!(shape.with_text(row, |own| own == text.as_bytes()));
                }
            }
        }
    }
}
