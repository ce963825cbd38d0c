//! Searching for a part of texts in the rows of their shape, without making the texts.

use super::hex;
use super::row_bits::RowBits;
use super::shape::{LENGTH_MAX, Shape};
use crate::byte_pattern::{AT_ONCE, BytePattern, FEW};
use crate::prefetch::Prefetch;

/// What a row must have so that its text holds a part: one of these patterns, where it may begin.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowTest {
    /// The part stands in what all texts of the shape share.
    is_always: bool,
    patterns: Vec<Pattern>,
}

/// What digits of a part come to in a row. The bytes between digits are those of the shape and were compared before, so
/// that few patterns stand for all places at which a part may begin: one for digits that begin a byte, and one for those
/// that begin in the middle.
#[derive(Clone, Debug)]
struct Pattern {
    bytes: BytePattern,
    /// Where in a row it may begin, a bit each.
    starts: u64,
}

/// Which bits a byte of a row must have, and what these must be.
struct Wanted {
    row: usize,
    mask: u8,
    value: u8,
}

impl RowTest {
    /// Of a part without case, which is not empty.
    pub(crate) fn new(shape: &Shape, part: &[u8]) -> Self {
        let (mut test, mut wanted) = (Self::default(), Vec::new());
        let last = shape.template().len().checked_sub(part.len());
        for from in 0..last.map_or(0, |last| last + 1) {
            wanted.clear();
            let fits = (from..).zip(part).all(|(at, byte)| match shape.digit(at) {
                None => shape.template()[at].eq_ignore_ascii_case(byte),
                Some((row, mask)) if byte.is_ascii_hexdigit() => {
                    // The same digit in both halves of a byte: the mask says which of them.
                    let value = hex::value(&[*byte, *byte]) & mask;
                    want(&mut wanted, Wanted { row, mask, value });
                    true
                }
                Some(_) => false,
            });
            if fits {
                test.add(&wanted);
            }
        }
        test
    }

    fn add(&mut self, wanted: &[Wanted]) {
        let Some(start) = wanted.first().map(|first| first.row) else {
            self.is_always = true;
            return;
        };
        let bytes = wanted.iter().map(|Wanted { row, mask, value }| (row - start, *mask, *value));
        let (bytes, starts) = (BytePattern::new(bytes), 1 << start);
        match self.patterns.iter_mut().find(|pattern| pattern.bytes == bytes) {
            Some(pattern) => pattern.starts |= starts,
            None => self.patterns.push(Pattern { bytes, starts }),
        }
    }

    /// Whether all texts of the shape hold the part.
    pub(crate) fn is_always(&self) -> bool {
        self.is_always
    }

    /// Whether none does.
    pub(crate) fn is_never(&self) -> bool {
        !self.is_always && self.patterns.is_empty()
    }

    /// Whether the text of the first row holds the part; not to be asked where all do.
    pub(crate) fn holds(&self, rows: &[u8], width: usize) -> bool {
        self.patterns.iter().any(|Pattern { bytes, starts }| match width {
            ..=FEW => bytes.begun_of_few(rows) & starts != 0,
            _ => bytes.begun(rows) & starts != 0,
        })
    }

    /// Puts a bit for each of the rows into `found`, of those whose text holds the part; not to be asked where all do.
    /// `begun` is room.
    pub(crate) fn rows(
        &self,
        rows: &[u8],
        width: usize,
        mut prefetch: Prefetch<'_>,
        begun: &mut Vec<u64>,
        found: &mut Vec<u64>,
    ) {
        const { assert!(LENGTH_MAX <= AT_ONCE) };
        // So many bytes are looked at together: of whole rows only, so that bits of what is found are bits of rows.
        let together = AT_ONCE / width * width;
        begun.clear();
        begun.resize(rows.len().div_ceil(together), 0);
        let bits = RowBits::new(width);
        for Pattern { bytes, starts } in &self.patterns {
            bytes.mark(rows, together, bits.in_each(*starts), prefetch, begun);
            prefetch = prefetch.again();
        }
        bits.put(begun, found);
    }
}

/// Adds what a byte must be to what is wanted of it already.
fn want(all: &mut Vec<Wanted>, wanted: Wanted) {
    match all.last_mut() {
        Some(last) if last.row == wanted.row => {
            last.mask |= wanted.mask;
            last.value |= wanted.value;
        }
        _ => all.push(wanted),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(texts: &[String], parts: &[String]) {
        let bytes = || texts.iter().map(String::as_bytes);
        for shape in [Shape::of(bytes()), Shape::roomy(bytes())].into_iter().flatten() {
            let width = shape.width().max(1);
            let mut rows = Vec::new();
            // More than are looked at together.
            while rows.len() < 3 * AT_ONCE && shape.width() > 0 {
                assert!(bytes().all(|text| shape.put(text, &mut rows)));
            }
            let own =
                texts.iter().flat_map(|text| [text.get(2..5), text.get(1..8), text.get(5..6)]).flatten();
            for part in parts.iter().map(String::as_str).chain(own) {
                let part = part.to_ascii_lowercase();
                let holds: Vec<_> =
                    texts.iter().map(|text| text.to_ascii_lowercase().contains(&part)).collect();
                let test = RowTest::new(&shape, part.as_bytes());
                if !test.is_always() {
                    let mut found = vec![7];
                    test.rows(&rows, width, Prefetch::default(), &mut vec![7], &mut found);
                    let has = |row: usize| found[row / 64] >> (row % 64) & 1 != 0;
                    for (row, first) in (0..rows.len()).step_by(width).enumerate() {
                        assert_eq!(has(row), test.holds(&rows[first..], width), "{part} in {texts:?}");
                        assert_eq!(has(row), holds[row % holds.len()], "{part} in {texts:?}");
                    }
                    assert!((rows.len() / width..64 * found.len()).all(|row| !has(row)));
                }
                assert!(!test.is_always() || holds.iter().all(|holds| *holds));
                assert!(!test.is_never() || holds.iter().all(|holds| !holds));
            }
        }
    }

    fn parts() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec(
            "[0-1a-b]{1,4}|[0-9a-fA-F]{1,3}-[0-9a-f]{0,3}|[0-1]{1,2}[:x]|[a-z-]|[sS]n[0-9]|é",
            1..9,
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn rows_hold_a_part_when_their_texts_do(
            ids in proptest::collection::vec("[0-1A-B]{4}-[0-1]{3}-B[0-9]a[0-1]{5}", 2..9),
            addresses in proptest::collection::vec("[0-9a-b]{2}:[0-1a-b]{2}:[0-1a]x", 2..9),
            serials in proptest::collection::vec("SN[0-1]{3}-[0-1]", 2..9),
            long in proptest::collection::vec("[0-1a-b]{40}-[0-1]{5}", 2..9),
            longest in proptest::collection::vec("([ab][AB]){32}", 2..9),
            parts in parts(),
        ) {
            for texts in [&ids, &addresses, &serials, &long, &longest] {
                check(texts, &parts);
            }
        }
    }
}
