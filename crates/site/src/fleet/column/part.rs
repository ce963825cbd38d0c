//! A part of texts, looked for without case in those of a whole block at once.

use std::ops::Range;
use std::sync::Arc;

use domain::fold;
use memchr::memmem::Finder;
use rules::block::Words;

use super::BLOCK;
use super::begins::each_begin;
use super::lists::Lists;
use super::packed::PackedTexts;
use crate::encoding::packed::{RowTest, Shape};
use crate::prefetch::Prefetch;

/// So many texts are looked at one by one sooner than all of a block together.
pub(super) const FEW: usize = 64;

/// A part that begins so often among the texts of a block does so more often yet.
const OFTEN: u32 = 4;

/// Shapes that are remembered: one of each column, and some more.
const SHAPES: usize = 8;

/// A text that others may hold, whatever their case; not the empty one.
#[derive(Debug)]
pub(crate) struct Part {
    folded: Box<str>,
    /// On the heap: it is large.
    finder: Box<Finder<'static>>,
    has_letters: bool,
    /// It is ASCII without letters, to which nothing folds: texts hold it if their bytes do.
    is_plain: bool,
    /// Room for texts in lower case.
    room: Vec<u8>,
    /// Room for what was found of rows.
    found: Vec<bool>,
    /// The shapes that were last searched for it. Blocks mostly have the same ones.
    shaped: Vec<(Arc<Shape>, RowTest)>,
}

impl Part {
    /// Of a text without case.
    pub(crate) fn new(folded: &str) -> Option<Self> {
        let finder = Box::new(Finder::new(folded.as_bytes()).into_owned());
        let has_letters = folded.bytes().any(|byte| byte.is_ascii_alphabetic());
        let is_plain = folded.is_ascii() && !has_letters;
        let part = Self {
            folded: folded.into(),
            finder,
            has_letters,
            is_plain,
            room: Vec::new(),
            found: Vec::new(),
            shaped: Vec::new(),
        };
        (!folded.is_empty()).then_some(part)
    }

    /// Without case.
    pub(super) fn folded(&self) -> &str {
        &self.folded
    }

    /// Whether a text holds it.
    pub(super) fn is_in(&self, text: &str) -> bool {
        has_part(text, &self.folded)
    }

    /// Of the places `within` those whose texts hold it.
    pub(crate) fn places(&mut self, texts: &PackedTexts<'_>, within: Words) -> Words {
        let holds =
            |part: &Self, place| part.is_in(std::str::from_utf8(texts.get(place)).unwrap_or_default());
        if within.len() as usize <= FEW {
            return within.filter(|place| holds(self, place));
        }
        let ends = &*texts.ends;
        let found = self.found(&texts.bytes, 0, Prefetch::default(), |at, from| {
            let place = from + ends[from..].partition_point(|end| *end as usize <= at);
            let start = place.checked_sub(1).map_or(0, |before| ends[before] as usize);
            (place, start..ends[place] as usize)
        });
        if self.is_plain || texts.bytes.is_ascii() {
            return found & within;
        }
        let others = within.filter(|place| !texts.get(place).is_ascii());
        (found & within).without(&others) | others.filter(|place| holds(self, place))
    }

    /// Of the places `within` those whose lists hold it behind the first `skipped` bytes; where case is more than
    /// that of ASCII those of which `holds`.
    pub(super) fn in_lists(
        &mut self,
        lists: &Lists<u8>,
        skipped: usize,
        within: Words,
        prefetch: Prefetch<'_>,
        holds: impl Fn(&Self, usize) -> bool,
    ) -> Words {
        if within.len() as usize <= FEW {
            return within.filter(|place| holds(self, place));
        }
        let is_ascii = self.is_plain || lists.values().is_ascii();
        if let ([wanted], true) = (self.folded.as_bytes(), is_ascii) {
            // It is in so many that finding the next takes longer than looking at each.
            return within
                .filter(|place| lists.get(place).get(skipped..).is_some_and(|list| has_byte(list, *wanted)));
        }
        let found =
            self.found(lists.values(), skipped, prefetch, |at, from| lists.list_of(at, from)) & within;
        if is_ascii {
            return found;
        }
        let others = within.filter(|place| !lists.get(place).is_ascii());
        found.without(&others) | others.filter(|place| holds(self, place))
    }

    /// The places whose texts have its bytes behind the first `skipped` ones, but for the case of ASCII letters.
    /// `text_at` gives the place of the text that a byte is of, and where that text stands, if told of a place that is
    /// not behind it.
    fn found(
        &mut self,
        bytes: &[u8],
        skipped: usize,
        prefetch: Prefetch<'_>,
        text_at: impl Fn(usize, usize) -> (usize, Range<usize>),
    ) -> Words {
        let bytes = if self.has_letters {
            self.room.clear();
            self.room.extend(bytes.iter().map(u8::to_ascii_lowercase));
            &*self.room
        } else {
            bytes
        };
        let (mut places, mut place) = (Words::NONE, 0);
        // Where it may begin next, after it did so at a byte.
        let mut take = |at: usize| {
            let (found, text) = text_at(at, place);
            place = found;
            if at < text.start + skipped {
                return at + 1;
            }
            // The first place in a text where it begins: if it does not end there too, the text does not hold it.
            if at + self.folded.len() <= text.end {
                places.insert(place);
            }
            text.end
        };
        let (mut from, mut begun) = (0, 0);
        while let Some(at) = self.finder.find(&bytes[from..]) {
            from = take(from + at);
            begun += 1;
            if begun == OFTEN {
                each_begin(bytes, self.folded.as_bytes(), from, prefetch, |at| {
                    if at >= from {
                        from = take(at);
                    }
                });
                break;
            }
        }
        places
    }

    /// Whether it was found that no text of a shape can hold it.
    pub(super) fn is_never_in(&self, shape: &Arc<Shape>) -> bool {
        let known = self.shaped.iter().find(|(known, _)| is_same(known, shape));
        known.is_some_and(|(_, test)| test.is_never())
    }

    /// Of the places `within` those of which a text holds it, where these are kept as rows of a shape.
    pub(super) fn in_rows(
        &mut self,
        shape: &Arc<Shape>,
        rows: &Lists<u8>,
        within: Words,
        prefetch: Prefetch<'_>,
    ) -> Words {
        let place = self.shaped.iter().position(|(known, _)| is_same(known, shape)).unwrap_or_else(|| {
            self.shaped.truncate(SHAPES - 1);
            self.shaped.push((shape.clone(), RowTest::new(shape, self.folded.as_bytes())));
            self.shaped.len() - 1
        });
        let test = &self.shaped[place].1;
        if test.is_never() {
            return Words::NONE;
        }
        if test.is_always() {
            return match rows.length() {
                Some(_) => within & Words::first(rows.count()),
                None => within.filter(|place| !rows.range(place).is_empty()),
            };
        }
        let width = shape.width().max(1);
        test.rows(rows.values(), width, prefetch, &mut self.found);
        if rows.length() == Some(width) {
            self.found.resize(BLOCK, false);
            return self.found.first_chunk().map_or(Words::NONE, |found| Words::of(found, |found| found))
                & within;
        }
        let mut places = Words::NONE;
        let mut found = (width..).step_by(width).zip(&self.found).peekable();
        rows.each_range(|place, range| {
            let mut holds = false;
            while let Some((_, found)) = found.next_if(|(end, _)| *end <= range.end) {
                holds |= found;
            }
            places.0[place / 64] |= u64::from(holds) << (place % 64);
        });
        places & within
    }
}

fn is_same(one: &Arc<Shape>, other: &Arc<Shape>) -> bool {
    Arc::ptr_eq(one, other) || one == other
}

/// Whether a text has a byte, which is no capital, in any case; of letters right for texts of ASCII only. Most texts are
/// two words that overlap.
#[inline]
fn has_byte(text: &[u8], wanted: u8) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHEST: u64 = ONES << 7;
    // The bit that makes a capital a small letter does so to nothing else that would be one.
    let case = if wanted.is_ascii_lowercase() { ONES << 5 } else { 0 };
    let has = |word: &[u8; 8]| {
        let other = (u64::from_le_bytes(*word) | case) ^ (ONES * u64::from(wanted));
        // Taking one from each byte sets the highest bit of the first that is none.
        other.wrapping_sub(ONES) & !other & HIGHEST != 0
    };
    match (text.first_chunk(), text.last_chunk()) {
        (Some(first), Some(last)) if text.len() <= 16 => has(first) | has(last),
        _ => text.iter().any(|byte| byte.to_ascii_lowercase() == wanted),
    }
}

/// Whether `text` holds `part`, which is without case, in any case.
pub(crate) fn has_part(text: &str, part: &str) -> bool {
    if !text.is_ascii() {
        return fold(text).contains(part);
    }
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let Some((first, rest)) = part.split_first() else { return true };
    // Texts here are a few words long: what a search algorithm prepares would cost more than it saves.
    text.iter().enumerate().any(|(place, byte)| {
        byte.to_ascii_lowercase() == *first
            && text[place + 1..].get(..rest.len()).is_some_and(|found| found.eq_ignore_ascii_case(rest))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_has_a_byte_in_any_case(text in "[ -~\u{0}\u{1}]{0,20}", wanted in "[ -@\\[-~\u{0}]") {
            prop_assert_eq!(has_byte(text.as_bytes(), wanted.as_bytes()[0]), has_part(&text, &wanted));
        }

        #[test]
        fn a_digit_is_a_byte_of_any_text(text in "[±é1-3a]{0,12}", wanted in "[1-3]") {
            prop_assert_eq!(has_byte(text.as_bytes(), wanted.as_bytes()[0]), has_part(&text, &wanted));
        }
    }
}
