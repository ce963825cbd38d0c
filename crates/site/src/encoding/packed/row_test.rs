//! Searching for a part of texts in the rows of their shape, without making the texts.

use super::hex;
use super::shape::{LENGTH_MAX, Shape};

/// Bytes that are compared at once.
const LANES: usize = 16;
/// Bytes that are gone through at once: as few as stay at hand, with those after the last row.
const PIECE: usize = 4096;
/// Bytes that must stand behind a row.
const ROOM: usize = LENGTH_MAX + LANES;

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
    bytes: Vec<Wanted>,
    /// Where in a row it may begin: all bits of that byte.
    starts: [u8; LENGTH_MAX],
}

/// What a byte must be, so far behind the one at which the pattern begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted {
    behind: usize,
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
                    want(&mut wanted, Wanted { behind: row, mask, value });
                    true
                }
                Some(_) => false,
            });
            if fits {
                test.add(&mut wanted);
            }
        }
        test
    }

    fn add(&mut self, wanted: &mut [Wanted]) {
        let Some(start) = wanted.first().map(|first| first.behind) else {
            self.is_always = true;
            return;
        };
        wanted.iter_mut().for_each(|wanted| wanted.behind -= start);
        let known = self.patterns.iter_mut().find(|pattern| pattern.bytes == wanted);
        match known {
            Some(pattern) => pattern.starts[start] = u8::MAX,
            None => {
                let mut starts = [0; LENGTH_MAX];
                starts[start] = u8::MAX;
                self.patterns.push(Pattern { bytes: wanted.to_vec(), starts });
            }
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

    /// Of each of the rows whether its text holds the part.
    pub(crate) fn rows(&self, rows: &[u8], width: usize) -> Vec<bool> {
        let mut found = vec![self.is_always; rows.len() / width];
        // Where they lie, but for the last ones, behind which there must be something.
        let first = rows.len().saturating_sub(ROOM) / width;
        let (found_first, found_last) = found.split_at_mut(first);
        self.add_rows(rows, width, found_first);
        let mut last = rows[first * width..].to_vec();
        last.resize(last.len() + ROOM, 0);
        self.add_rows(&last, width, found_last);
        found
    }

    /// Adds the rows whose texts hold it to `found`, as many as that has, with [`ROOM`] behind them.
    fn add_rows(&self, bytes: &[u8], width: usize, found: &mut [bool]) {
        let at_once = (PIECE - LANES) / width;
        for (piece, found) in (0..).step_by(at_once * width).zip(found.chunks_mut(at_once)) {
            for pattern in &self.patterns {
                pattern.rows(&bytes[piece..], width, found);
            }
        }
    }
}

impl Pattern {
    /// Adds the rows that have it to `found`, as many as that has. Going through all of them once for each byte that is
    /// wanted, in loops that compilers make vectors of, takes a fifth of the time of row by row.
    fn rows(&self, bytes: &[u8], width: usize, found: &mut [bool]) {
        let mut hits = [u8::MAX; PIECE];
        let length = found.len() * width;
        for Wanted { behind, mask, value } in &self.bytes {
            let mut any = 0;
            for (hit, byte) in hits[..length].iter_mut().zip(&bytes[*behind..]) {
                *hit &= if byte & mask == *value { u8::MAX } else { 0 };
                any |= *hit;
            }
            // Mostly two bytes are enough to say that it is nowhere.
            if any == 0 {
                return;
            }
        }
        // What is no start, and what stands behind a row, is left out.
        let (starts, _) = self.starts.as_chunks::<LANES>();
        for (first, starts) in (0..width).step_by(LANES).zip(starts) {
            let starts = u128::from_ne_bytes(*starts);
            let hits = hits[first..].windows(LANES).step_by(width);
            for (found, hits) in found.iter_mut().zip(hits) {
                let hits = hits.first_chunk().map_or(0, |hits| u128::from_ne_bytes(*hits));
                *found |= hits & starts != 0;
            }
        }
    }
}

/// Adds what a byte must be to what is wanted of it already.
fn want(all: &mut Vec<Wanted>, wanted: Wanted) {
    match all.last_mut() {
        Some(last) if last.behind == wanted.behind => {
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
            // More than are gone through at once.
            while rows.len() < PIECE + ROOM && shape.width() > 0 {
                assert!(bytes().all(|text| shape.put(text, &mut rows)));
            }
            let own =
                texts.iter().flat_map(|text| [text.get(2..5), text.get(1..8), text.get(5..6)]).flatten();
            for part in parts.iter().map(String::as_str).chain(own) {
                let part = part.to_ascii_lowercase();
                let holds: Vec<_> =
                    texts.iter().map(|text| text.to_ascii_lowercase().contains(&part)).collect();
                let test = RowTest::new(&shape, part.as_bytes());
                let found = test.rows(&rows, width);
                assert_eq!(found.len(), rows.len() / width);
                assert!(found.iter().eq(holds.iter().cycle().take(found.len())), "{part} in {texts:?}");
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
            long in proptest::collection::vec("[0-1a-b]{40}-[0-1]{5}", 2..4),
            parts in parts(),
        ) {
            for texts in [&ids, &addresses, &serials, &long] {
                check(texts, &parts);
            }
        }
    }
}
