//! The places of a block in the order of their texts.

use std::array;
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::OnceLock;

use domain::fold;

use super::BLOCK;
use super::packed::PackedTexts;
use super::texts::{Form, Texts};
use crate::first_word::first_word;

/// Of so many texts one is known by its first words.
const EVERY: usize = 16;

/// The order of the places of texts. It is made when it is first asked for and kept with the lists that the texts are,
/// for all snapshots that have these.
#[derive(Debug, Default)]
pub(super) struct Sorted(OnceLock<Box<Order>>);

/// All places in the order of their texts without case; those of one text in their own.
#[derive(Debug)]
struct Order {
    places: [u16; BLOCK],
    /// How many of the first have no text.
    empty: usize,
    /// What the texts of all others begin with, without case.
    prefix: Box<[u8]>,
    /// The first words behind that of every so many, so that a search need not go to most texts.
    words: [[u64; 2]; BLOCK / EVERY],
}

/// Texts in their order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SortedTexts<'a> {
    texts: &'a Texts,
    order: &'a Order,
}

/// Lists are copied to be changed, and then have another order.
impl Clone for Sorted {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Sorted {
    /// Bytes that it takes besides itself.
    pub(super) fn heap_bytes(&self) -> usize {
        self.0.get().map_or(0, |order| size_of::<Order>() + order.prefix.len())
    }
}

impl Texts {
    /// All texts of the block, in the order that they have without case.
    pub(crate) fn sorted(&self) -> SortedTexts<'_> {
        SortedTexts {
            texts: self,
            order: self.lists.sorted().0.get_or_init(|| Order::of(&self.folded()).into()),
        }
    }

    /// Whether that order is known already.
    pub(crate) fn are_sorted(&self) -> bool {
        self.lists.sorted().0.get().is_some()
    }

    /// How the text of a place compares, without case, to one that is so already.
    fn compare(&self, place: usize, folded: &str) -> Ordering {
        let list = self.lists.get(place);
        match &self.form {
            Form::Shaped(shape) if !list.is_empty() => {
                shape.with_text(list, |text| compare(text, &[], folded))
            }
            Form::Parted(shared) => {
                let (start, rest) = shared.halves(list);
                compare(start, rest, folded)
            }
            _ => compare(list, &[], folded),
        }
    }

    /// The texts of all places without case.
    fn folded(&self) -> PackedTexts<'_> {
        let mut texts = self.packed();
        if texts.bytes.is_ascii() {
            texts.bytes.to_mut().make_ascii_lowercase();
            return texts;
        }
        PackedTexts::made(texts.ends.len(), |place, bytes| {
            let text = str::from_utf8(texts.get(place)).unwrap_or_default();
            bytes.extend_from_slice(fold(text).as_bytes());
        })
    }
}

impl SortedTexts<'_> {
    /// The place that comes behind so many.
    #[inline]
    pub(crate) fn place(self, at: usize) -> usize {
        self.order.places[at].into()
    }

    /// How many of the first places have no text.
    pub(crate) fn empty(self) -> usize {
        self.order.empty
    }

    /// Where within a part of the order those places are that have a text without case; where they would be, if there are
    /// none.
    pub(crate) fn range_of(self, folded: &str, within: Range<usize>) -> Range<usize> {
        let about = self.order.about(folded.as_bytes());
        let [start, end] = [about.start, about.end].map(|at| at.clamp(within.start, within.end));
        let compared = |at: usize| self.texts.compare(self.place(at), folded);
        let start = partition_point(start..end, |at| compared(at).is_lt());
        if start == end || compared(start).is_ne() {
            return start..start;
        }
        // Few are alike, mostly.
        let (mut last, mut step) = (start, 1);
        while last + step < end && compared(last + step).is_eq() {
            (last, step) = (last + step, 2 * step);
        }
        start..partition_point(last + 1..end.min(last + step), |at| compared(at).is_eq())
    }
}

impl Order {
    fn of(texts: &PackedTexts<'_>) -> Self {
        let text = |place: u16| texts.get(place.into());
        let places = (0_u16..).take(BLOCK);
        let mut own = places.clone().map(text).filter(|text| !text.is_empty());
        let first = own.next().unwrap_or_default();
        let common = |length: usize, text: &[u8]| {
            first[..length].iter().zip(text).take_while(|(one, other)| one == other).count()
        };
        let prefix = &first[..own.fold(first.len(), common)];
        let words = |place| text(place).get(prefix.len()..).map_or([0; 2], first_words);
        let mut sorted: Vec<_> = places.map(|place| (words(place), place)).collect();
        sorted.sort_unstable_by(|(words, place), (other_words, other)| {
            words.cmp(other_words).then_with(|| text(*place).cmp(text(*other))).then(place.cmp(other))
        });
        Self {
            places: array::from_fn(|at| sorted[at].1),
            empty: sorted.partition_point(|(_, place)| text(*place).is_empty()),
            prefix: prefix.into(),
            words: array::from_fn(|number| sorted[number * EVERY].0),
        }
    }

    /// Between which places those of a text are, as far as the words tell.
    fn about(&self, folded: &[u8]) -> Range<usize> {
        let Some(behind) = folded.strip_prefix(&*self.prefix) else {
            // All texts come before it, or only those that are none.
            return match folded {
                [] => 0..self.empty,
                _ if folded < &*self.prefix => self.empty..self.empty,
                _ => BLOCK..BLOCK,
            };
        };
        let words = first_words(behind);
        let before = self.words.partition_point(|other| *other < words);
        let until = before + self.words[before..].iter().take_while(|other| **other == words).count();
        before.checked_sub(1).map_or(0, |last| last * EVERY + 1)..until * EVERY
    }
}

/// The first words of a text.
fn first_words(text: &[u8]) -> [u64; 2] {
    let (first, rest) = text.split_at(text.len().min(8));
    [first_word(first), first_word(rest)]
}

/// Up to where `is_before` says so.
fn partition_point(range: Range<usize>, is_before: impl Fn(usize) -> bool) -> usize {
    let Range { start: mut from, end: mut to } = range;
    while from < to {
        let middle = usize::midpoint(from, to);
        if is_before(middle) { from = middle + 1 } else { to = middle }
    }
    from
}

/// Of a text that is known by its start and its rest.
fn compare(start: &[u8], rest: &[u8], folded: &str) -> Ordering {
    if !start.is_ascii() || !rest.is_ascii() {
        let text = [start, rest].concat();
        return fold(str::from_utf8(&text).unwrap_or_default()).as_str().cmp(folded);
    }
    let lower =
        |text: &[u8], folded: &[u8]| text.iter().map(u8::to_ascii_lowercase).cmp(folded.iter().copied());
    let (of_start, of_rest) = folded.as_bytes().split_at(start.len().min(folded.len()));
    lower(start, of_start).then_with(|| lower(rest, of_rest))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => "(pc-|PC-w11-|nb-)?[a-c]{0,3}[0-9]{0,2}",
            2 => "a-name-of-many-bytes-[a-bA-B]{0,20}",
            1 => "[aÉéΣς]{1,3}",
            1 => Just(String::new()),
        ]
    }

    /// The order is that of all texts, and those of a text are where they are.
    fn check(texts: &Texts, naive: &[String], wanted: &str, part: &Range<usize>) {
        let sorted = texts.sorted();
        let folded: Vec<_> = (0..BLOCK).map(|at| fold(&naive[sorted.place(at)])).collect();
        let mut places: Vec<_> = (0..BLOCK).collect();
        places.sort_by_key(|place| fold(&naive[*place]));
        assert!((0..BLOCK).map(|at| sorted.place(at)).eq(places));
        assert_eq!(sorted.empty(), naive.iter().filter(|text| text.is_empty()).count());
        let wanted = fold(wanted);
        for Range { start, end } in [part.clone(), 0..BLOCK] {
            let before = folded[start..end].partition_point(|text| *text < wanted);
            let until = folded[start..end].partition_point(|text| *text <= wanted);
            assert_eq!(sorted.range_of(&wanted, start..end), start + before..start + until, "{wanted:?}");
        }
    }

    proptest! {
        #[test]
        fn all_texts_are_in_order_in_every_form(
            writes in prop_oneof![
                vec((0..BLOCK, text()), 0..200),
                vec((0..BLOCK, "[0-9A-F]{8}-[0-9a]{4}"), 0..200),
                vec((0..BLOCK, "pc-w11-[ab]"), 0..2000),
                vec((0..BLOCK, "[a-z]{1,4}@[ab].example"), 0..200),
            ],
            wanted in vec(text(), 0..9),
            (start, length) in (0..BLOCK, 0..BLOCK),
        ) {
            let (mut texts, mut naive) = (Texts::default(), vec![String::new(); BLOCK]);
            let part = start..BLOCK.min(start + length);
            for (place, text) in &writes {
                texts.set(*place, text);
                naive[*place].clone_from(text);
            }
            let own = writes.iter().map(|(_, text)| text.clone()).take(9);
            for wanted in wanted.into_iter().chain(own) {
                check(&texts, &naive, &wanted, &part);
            }
        }
    }

    #[test]
    fn texts_that_change_are_sorted_anew() {
        let mut texts = Texts::default();
        texts.set(0, "b");
        texts.set(1, "a");
        let before = texts.clone();
        let first = |texts: &Texts| (texts.are_sorted(), texts.sorted().place(BLOCK - 1));
        assert_eq!((first(&before), first(&texts)), ((false, 0), (true, 0)));
        texts.set(1, "c");
        assert_eq!((first(&texts), first(&before)), ((false, 1), (true, 0)));
        // None shares them now.
        texts.set(1, "a");
        assert_eq!(first(&texts), (false, 0));
    }
}
