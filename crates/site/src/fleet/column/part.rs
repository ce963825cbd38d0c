//! A part of texts, looked for without case in those of a whole block at once.

use std::ops::Range;
use std::sync::Arc;

use domain::fold;
use memchr::memmem::Finder;
use rules::block::Words;

use super::begins::each_begin;
use super::few_bytes::FewBytes;
use super::lists::Lists;
use super::packed::PackedTexts;
use super::rows;
use crate::encoding::packed::{RowTest, Shape};
use crate::prefetch::Prefetch;

/// So many texts are looked at one by one sooner than all of a block together.
pub(super) const FEW: usize = 64;

/// The rows of so many places are looked at one by one sooner than all of a block together.
const FEW_OF_ROWS: usize = 256;

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
    /// Where it is that short.
    bytes: Option<FewBytes>,
    /// Room for texts in lower case.
    room: Vec<u8>,
    /// Room for what was found of rows.
    begun: Vec<u64>,
    found: Vec<u64>,
    counts: Vec<u8>,
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
            bytes: FewBytes::of(folded),
            room: Vec::new(),
            begun: Vec::new(),
            found: Vec::new(),
            counts: Vec::new(),
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

    /// As [`Self::is_in`], of a text that is ASCII as far as that matters to it.
    fn is_in_ascii(&self, text: &[u8]) -> bool {
        self.bytes
            .as_ref()
            .map_or_else(|| has_bytes(text, self.folded.as_bytes()), |bytes| bytes.are_in(text))
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
        let own = |place| lists.get(place).get(skipped..).unwrap_or_default();
        if within.len() as usize <= FEW {
            return within.filter(|place| match own(place) {
                list if self.is_plain || list.is_ascii() => self.is_in_ascii(list),
                _ => holds(self, place),
            });
        }
        let is_ascii = self.is_plain || lists.values().is_ascii();
        // One byte is in so many that finding the next takes longer than looking at each.
        if let (Some(bytes), true) = (&self.bytes, is_ascii && self.folded.len() == 1) {
            let mut fetch = prefetch.beside(within.len() as usize);
            return within.filter(|place| {
                fetch();
                bytes.are_in(own(place))
            });
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
        lists: &Lists<u8>,
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
            return match lists.length() {
                Some(_) => within & Words::first(lists.count()),
                None => within.filter(|place| !lists.range(place).is_empty()),
            };
        }
        let width = shape.width().max(1);
        if within.len() as usize <= FEW_OF_ROWS {
            let mut fetch = prefetch.beside(within.len() as usize);
            return within.filter(|place| {
                fetch();
                let mut firsts = lists.range(place).step_by(width);
                firsts.any(|first| test.holds(&lists.values()[first..], width))
            });
        }
        test.rows(lists.values(), width, prefetch, &mut self.begun, &mut self.found);
        rows::holding(lists, width, &self.found, &mut self.counts) & within
    }
}

fn is_same(one: &Arc<Shape>, other: &Arc<Shape>) -> bool {
    Arc::ptr_eq(one, other) || one == other
}

/// Whether `text` holds `part`, which is without case, in any case.
pub(crate) fn has_part(text: &str, part: &str) -> bool {
    if !text.is_ascii() {
        return fold(text).contains(part);
    }
    has_bytes(text.as_bytes(), part.as_bytes())
}

/// As [`has_part`], of a text that is ASCII.
fn has_bytes(text: &[u8], part: &[u8]) -> bool {
    let Some((first, rest)) = part.split_first() else { return true };
    // Texts here are a few words long: what a search algorithm prepares would cost more than it saves.
    text.iter().enumerate().any(|(place, byte)| {
        byte.to_ascii_lowercase() == *first
            && text[place + 1..].get(..rest.len()).is_some_and(|found| found.eq_ignore_ascii_case(rest))
    })
}
