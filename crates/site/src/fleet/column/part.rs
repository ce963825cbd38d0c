//! A part of texts, looked for without case in those of a whole block at once.

use std::ops::Range;
use std::sync::Arc;

use domain::fold;
use rules::block::Words;

use super::BLOCK;
use super::begins::{Begins, Begun};
use super::few_bytes::FewBytes;
use super::lists::Lists;
use super::packed::PackedTexts;
use super::rows;
use crate::encoding::packed::{RowTest, Shape};
use crate::prefetch::Prefetch;

/// So many texts are looked at one by one sooner than all of a block together.
pub(super) const FEW: usize = 64;

/// So many are where the part has a byte or two.
const FEW_OF_SHORT: usize = 256;

/// Where a part begins no more often, the text of each is looked for; otherwise all texts are gone through.
const FEW_BEGUN: usize = 128;

/// The rows of so many places are looked at one by one sooner than all of a block together.
const FEW_OF_ROWS: usize = 256;

/// Shapes that are remembered: one of each column, and some more.
const SHAPES: usize = 8;

/// A text that others may hold, whatever their case; not the empty one.
#[derive(Debug)]
pub(crate) struct Part {
    folded: Box<str>,
    begins: Begins,
    /// It is ASCII without letters, to which nothing folds: texts hold it if their bytes do.
    is_plain: bool,
    /// Where it is that short.
    bytes: Option<FewBytes>,
    /// On the heap, so that what has a part is not large.
    room: Box<Room>,
    /// The shapes that were last searched for it. Blocks mostly have the same ones.
    shaped: Vec<(Arc<Shape>, RowTest)>,
}

/// Room for what is found of a block.
#[derive(Debug, Default)]
struct Room {
    begun: Begun,
    begun_in_rows: Vec<u64>,
    rows: Vec<u64>,
    counts: Vec<u8>,
}

impl Part {
    /// Of a text without case.
    pub(crate) fn new(folded: &str) -> Option<Self> {
        if folded.is_empty() {
            return None;
        }
        Some(Self {
            folded: folded.into(),
            begins: Begins::of(folded.as_bytes()),
            is_plain: folded.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic()),
            bytes: FewBytes::of(folded),
            room: Box::default(),
            shaped: Vec::new(),
        })
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
        let (mut found, mut start) = (Words::NONE, 0);
        self.begins.mark(&texts.bytes, Prefetch::default(), &mut self.room.begun);
        if self.room.begun.iter().next().is_some() {
            self.room.begun.pack();
            let mut holds = [0; BLOCK];
            for (holds, end) in holds.iter_mut().zip(&*texts.ends) {
                let text = std::mem::replace(&mut start, *end as usize)..*end as usize;
                *holds = u8::from(self.begins_in(text));
            }
            found = Words::of(&holds, |holds| holds != 0);
        }
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
        let few = if self.bytes.is_some() { FEW_OF_SHORT } else { FEW };
        if within.len() as usize <= few {
            let mut fetch = prefetch.beside(within.len() as usize);
            return within.filter(|place| {
                fetch();
                let list = own(place);
                if self.is_plain || list.is_ascii() { self.is_in_ascii(list) } else { holds(self, place) }
            });
        }
        let found = self.found_in(lists, skipped, prefetch) & within;
        if self.is_plain || lists.values().is_ascii() {
            return found;
        }
        let others = within.filter(|place| !lists.get(place).is_ascii());
        found.without(&others) | others.filter(|place| holds(self, place))
    }

    /// The places whose lists have its bytes behind the first `skipped` ones, but for the case of ASCII letters.
    fn found_in(&mut self, lists: &Lists<u8>, skipped: usize, prefetch: Prefetch<'_>) -> Words {
        self.begins.mark(lists.values(), prefetch, &mut self.room.begun);
        if self.room.begun.iter().nth(FEW_BEGUN).is_none() {
            let (mut found, mut place) = (Words::NONE, 0);
            for at in self.room.begun.iter() {
                let (of, list) = lists.list_of(at, place);
                if at >= list.start + skipped && at + self.folded.len() <= list.end {
                    found.insert(of);
                }
                place = of;
            }
            return found;
        }
        self.room.begun.pack();
        let mut holds = [0; BLOCK];
        lists.each_range(|place, list| {
            holds[place] = u8::from(self.begins_in(list.start + skipped..list.end));
        });
        Words::of(&holds, |holds| holds != 0)
    }

    /// Whether the text that stands there has its bytes likewise.
    fn begins_in(&self, text: Range<usize>) -> bool {
        self.room.begun.any(text.start..(text.end + 1).saturating_sub(self.folded.len()))
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
        let Room { begun_in_rows, rows, counts, .. } = &mut *self.room;
        test.rows(lists.values(), width, prefetch, begun_in_rows, rows);
        rows::holding(lists, width, rows, counts) & within
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
