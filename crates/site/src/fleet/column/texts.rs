//! Texts.

use std::borrow::Cow;
use std::sync::Arc;

use rules::block::Words;
use smallvec::SmallVec;

use super::super::text::Text;
use super::lists::Lists;
use super::packed::PackedTexts;
use super::parted::{KNOWN_MAX, Shared};
use crate::encoding::packed::{ReadTexts, Shape};

/// Fewest bytes that a shape of texts which are set one by one must leave open: shorter texts that look like numbers
/// are names as often.
const OPEN_MIN: usize = 6;

/// Fewest texts that have each shared part.
const SHARED_MIN: usize = 4;

/// Texts, a list a device.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    pub(super) form: Form,
    pub(super) lists: Lists<u8>,
}

/// What the list of each place holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Form {
    /// The texts with line feeds between, which none of them holds.
    #[default]
    Whole,
    /// All are of one shape: row behind row, what it leaves open.
    Shaped(Arc<Shape>),
    /// One text, of which others share a part.
    Parted(Arc<Shared>),
}

/// By the texts, however they are kept.
impl PartialEq for Texts {
    fn eq(&self, other: &Self) -> bool {
        if self.form == other.form {
            return self.lists == other.lists;
        }
        let places = 0..self.count().max(other.count());
        places.into_iter().all(|place| self.all(place).eq(other.all(place)))
    }
}

impl Texts {
    /// The texts that were read, those of each place as far as its end says.
    pub(in crate::fleet) fn of_lists(texts: ReadTexts, ends: &[u32]) -> Self {
        match texts {
            ReadTexts::Shaped { shape, rows, .. } => {
                let width = u32::try_from(shape.width()).unwrap_or(u32::MAX);
                let ends: Vec<_> = ends.iter().map(|end| end * width).collect();
                Self { form: Form::Shaped(Arc::new(shape)), lists: Lists::of(&ends, rows) }
            }
            ReadTexts::Plain { ends: own, text } => {
                let (mut texts, mut first, mut start) = (Self::default(), 0, 0);
                for (place, end) in ends.iter().enumerate() {
                    let own = &own[std::mem::replace(&mut first, *end as usize)..*end as usize];
                    let line = |end: &u32| &text[std::mem::replace(&mut start, *end as usize)..*end as usize];
                    texts.set_all(place, &own.iter().map(line).collect::<Vec<_>>().join("\n"));
                }
                texts
            }
        }
    }

    /// The only text of a place; empty where none was set.
    #[inline]
    pub(in crate::fleet) fn get(&self, place: usize) -> Text<'_> {
        let list = self.lists.get(place);
        match &self.form {
            Form::Shaped(shape) if !list.is_empty() => {
                Text::made(shape.with_text(list, SmallVec::from_slice))
            }
            Form::Parted(shared) => match shared.halves(list) {
                (whole, []) | ([], whole) => Text::whole(valid(whole)),
                (start, end) => {
                    let mut text = SmallVec::from_slice(start);
                    text.extend_from_slice(end);
                    Text::made(text)
                }
            },
            _ => Text::whole(valid(list)),
        }
    }

    /// The bytes of which the only text of a place shows the digits, two of each and letters as small ones. `None` where
    /// there is no text, or it is kept in another form.
    pub(in crate::fleet) fn small_digits(&self, place: usize) -> Option<&[u8]> {
        let Form::Shaped(shape) = &self.form else { return None };
        Some(self.lists.get(place)).filter(|row| !row.is_empty() && shape.is_small_digits())
    }

    /// All texts of a place.
    pub(in crate::fleet) fn all(&self, place: usize) -> impl Iterator<Item = Text<'_>> {
        let list = self.lists.get(place);
        let (shape, rows, one) = match &self.form {
            Form::Shaped(shape) => (Some(shape), list, None),
            Form::Whole => (None, list, None),
            Form::Parted(_) => (None, &[][..], Some(self.get(place))),
        };
        let width = shape.map_or(rows.len().max(1), |shape| shape.width());
        let texts = rows.chunks_exact(width).flat_map(move |rows| {
            let lines = if shape.is_none() { valid(rows) } else { "" };
            let lines = lines.split('\n').filter(|line| !line.is_empty()).map(Text::whole);
            let row = shape.map(|shape| Text::made(shape.with_text(rows, SmallVec::from_slice)));
            row.into_iter().chain(lines)
        });
        texts.chain(one.filter(|one| !one.is_empty()))
    }

    /// Whether `test` holds of one of the texts of a place; quicker than asking it of what `all` gives.
    pub(in crate::fleet) fn any(&self, place: usize, mut test: impl FnMut(&str) -> bool) -> bool {
        let list = self.lists.get(place);
        match &self.form {
            Form::Whole => valid(list).split('\n').any(|line| !line.is_empty() && test(line)),
            Form::Shaped(shape) => {
                list.chunks_exact(shape.width()).any(|row| shape.with_text(row, |text| test(valid(text))))
            }
            Form::Parted(_) => self.all(place).any(|text| test(&text)),
        }
    }

    /// Those of all places; several of one with line feeds between.
    pub(in crate::fleet) fn packed(&self) -> PackedTexts<'_> {
        if let Form::Whole = self.form {
            return PackedTexts {
                ends: self.lists.ends().collect(),
                bytes: Cow::Borrowed(self.lists.values()),
            };
        }
        PackedTexts::made(self.count(), |place, bytes| self.append(place, bytes))
    }

    /// Puts the texts of a place behind `bytes`; several with line feeds between.
    pub(in crate::fleet) fn append(&self, place: usize, bytes: &mut Vec<u8>) {
        let list = self.lists.get(place);
        match &self.form {
            Form::Whole => bytes.extend_from_slice(list),
            Form::Parted(shared) => {
                let (start, end) = shared.halves(list);
                bytes.extend_from_slice(start);
                bytes.extend_from_slice(end);
            }
            Form::Shaped(shape) => {
                for (number, row) in list.chunks_exact(shape.width()).enumerate() {
                    if number > 0 {
                        bytes.push(b'\n');
                    }
                    shape.with_text(row, |text| bytes.extend_from_slice(text));
                }
            }
        }
    }

    /// How texts may start: the first is nothing, others are known of several.
    pub(crate) fn starts(&self) -> impl Iterator<Item = &[u8]> {
        let shared = match &self.form {
            Form::Parted(shared) if shared.is_of_starts() => Some(shared),
            _ => None,
        };
        std::iter::once(&[][..]).chain(shared.into_iter().flat_map(|shared| shared.known()))
    }

    /// Tells `told` of the only text of each of some places: which of [`Self::starts`] it has, and what comes behind that.
    pub(crate) fn each(&self, places: &Words, mut told: impl FnMut(usize, u8, &[u8])) {
        let lists = &self.lists;
        match &self.form {
            Form::Whole => lists.each(places, |place, list| told(place, 0, list)),
            Form::Shaped(shape) => lists.each(places, |place, list| match list {
                [] => told(place, 0, &[]),
                row => shape.with_text(row, |text| told(place, 0, text)),
            }),
            Form::Parted(shared) if shared.is_of_starts() => lists.each(places, |place, list| match list {
                [] => told(place, 0, &[]),
                [code, rest @ ..] => told(place, *code, rest),
            }),
            Form::Parted(_) => places.iter().for_each(|place| told(place, 0, self.get(place).as_bytes())),
        }
    }

    /// Whether a place has no text; quicker than asking what `get` gives.
    pub(in crate::fleet) fn is_empty(&self, place: usize) -> bool {
        self.lists.get(place).is_empty()
    }

    /// How many places there are up to the last that has a text.
    pub(in crate::fleet) fn count(&self) -> usize {
        self.lists.count()
    }

    /// Whether the only text is `text`; quicker than comparing what `get` gives.
    pub(in crate::fleet) fn is(&self, place: usize, text: &str) -> bool {
        self.is_by(place, text, |own, text| own == text)
    }

    /// Whether the only text is `text`, whatever the case of ASCII letters.
    pub(in crate::fleet) fn is_ignoring_ascii_case(&self, place: usize, text: &str) -> bool {
        self.is_by(place, text, <[u8]>::eq_ignore_ascii_case)
    }

    fn is_by(&self, place: usize, text: &str, same: impl Fn(&[u8], &[u8]) -> bool) -> bool {
        let (list, text) = (self.lists.get(place), text.as_bytes());
        match &self.form {
            Form::Shaped(shape) if !list.is_empty() => shape.with_text(list, |own| same(own, text)),
            Form::Parted(shared) => {
                let (start, end) = shared.halves(list);
                let parts = text.split_at_checked(start.len());
                parts.is_some_and(|(first, last)| same(start, first) && same(end, last))
            }
            _ => same(list, text),
        }
    }

    /// Sets the only text of a place; an empty one is none.
    pub(in crate::fleet) fn set(&mut self, place: usize, text: &str) {
        self.set_as(place, text, |texts| {
            let parted = |shared| Form::Parted(Arc::new(shared));
            match Shared::of(texts.iter().copied()) {
                // Names that start alike may be of one shape, which takes less.
                Some(shared) if shared.is_of_starts() => open_shape(texts).or_else(|| Some(parted(shared))),
                Some(shared) => Some(parted(shared)),
                None => open_shape(texts),
            }
        });
    }

    /// Sets the texts of a place, which `lines` separates by line feeds.
    pub(in crate::fleet) fn set_all(&mut self, place: usize, lines: &str) {
        self.set_as(place, lines, open_shape);
    }

    /// As [`Self::set_all`]; when another form is needed than there is, it is what `form_of` says of all texts.
    fn set_as(&mut self, place: usize, lines: &str, form_of: impl Fn(&[&str]) -> Option<Form>) {
        let is_first = self.lists.values().is_empty() && !lines.is_empty();
        let had_room = self.has_room();
        if !is_first && self.put(place, lines) {
            // Parts of which so many are learned so soon are not shared.
            if self.has_room() || !had_room || self.count() >= SHARED_MIN * KNOWN_MAX {
                return;
            }
        }
        let all: Vec<_> = (0..self.count()).map(|place| self.lines(place)).collect();
        let those = all.iter().map(String::as_str).chain([lines]).flat_map(|lines| lines.split('\n'));
        let those: Vec<_> = those.filter(|line| !line.is_empty()).collect();
        *self = Self { form: form_of(&those).unwrap_or_default(), lists: Lists::default() };
        for (place, lines) in all.iter().enumerate() {
            self.put(place, lines);
        }
        self.put(place, lines);
    }

    /// Whether it learns of further parts that texts share.
    fn has_room(&self) -> bool {
        matches!(&self.form, Form::Parted(shared) if !shared.is_full())
    }

    /// Sets texts if their form allows it.
    fn put(&mut self, place: usize, lines: &str) -> bool {
        let mut list = SmallVec::<[u8; 64]>::new();
        let fits = match &mut self.form {
            Form::Whole => {
                self.lists.set(place, lines.as_bytes());
                return true;
            }
            Form::Shaped(shape) => {
                let mut lines = lines.split('\n').filter(|line| !line.is_empty());
                lines.all(|line| shape.put(line.as_bytes(), &mut list))
            }
            Form::Parted(shared) => {
                // Another is learned but rarely: all know the same ones.
                if shared.knows(lines) {
                    shared.put_known(lines, &mut list);
                } else {
                    Arc::make_mut(shared).put(lines, &mut list);
                }
                true
            }
        };
        if fits {
            self.lists.set(place, &list);
        }
        fits
    }

    /// The texts of a place with line feeds between.
    fn lines(&self, place: usize) -> String {
        let mut lines = String::new();
        for text in self.all(place) {
            if !lines.is_empty() {
                lines.push('\n');
            }
            lines.push_str(&text);
        }
        lines
    }

    /// Whether both are the same texts, not just equal ones.
    pub(in crate::fleet) fn is_shared_with(&self, other: &Self) -> bool {
        self.lists.is_shared_with(&other.lists)
    }

    /// Bytes that they take besides themselves.
    pub(in crate::fleet) fn heap_bytes(&self) -> usize {
        self.lists.heap_bytes()
    }
}

/// Texts that were read, one of each place.
impl From<ReadTexts> for Texts {
    fn from(texts: ReadTexts) -> Self {
        match texts {
            ReadTexts::Shaped { shape, ends, rows } => {
                Self { form: Form::Shaped(Arc::new(shape)), lists: Lists::of(&ends, rows) }
            }
            ReadTexts::Plain { ends, text } => {
                let Some(mut shared) = Shared::of(lines(&ends, &text)) else {
                    return Self { form: Form::Whole, lists: Lists::of(&ends, text.into_bytes()) };
                };
                let mut all = Vec::with_capacity(text.len());
                let put = |line| {
                    shared.put(line, &mut all);
                    // Hardly longer than the texts were.
                    u32::try_from(all.len()).unwrap_or(u32::MAX)
                };
                let ends: Vec<_> = lines(&ends, &text).map(put).collect();
                Self { form: Form::Parted(Arc::new(shared)), lists: Lists::of(&ends, all) }
            }
        }
    }
}

/// The shape of all texts, if it leaves enough open.
fn open_shape(texts: &[&str]) -> Option<Form> {
    let shape = Shape::roomy(texts.iter().map(|text| text.as_bytes()));
    shape.filter(|shape| shape.width() >= OPEN_MIN).map(|shape| Form::Shaped(Arc::new(shape)))
}

/// The texts that end at these places, each of which begins where that before ends.
fn lines<'t>(ends: &'t [u32], text: &'t str) -> impl Iterator<Item = &'t str> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(start, end)| &text[start as usize..*end as usize])
}

/// Only whole texts are set, so each list is one.
fn valid(text: &[u8]) -> &str {
    std::str::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::BLOCK;
    use super::*;

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            2 => "[a-zé]{0,4}@[ab@]{0,2}",
            2 => "[a-c]{0,1}-[a-cé-]{0,3}",
            8 => "[0-9A-F]{8}-[0-9A-F]{4}",
            1 => "[0-9a-f]{8}-[0-9A-F]{4}",
            1 => "[0-9A-F]{8}-[0-9A-F]{5}",
            1 => "[a-zé]{0,9}",
            1 => Just(String::new()),
        ]
    }

    proptest! {
        #[test]
        fn texts_behave_like_a_vector_of_texts(
            writes in vec((0..BLOCK, text()), 1..60),
            alike in vec((0..BLOCK, "[0-9a-f]{6}:[0-9a-f]{6}"), 1..60),
        ) {
            for writes in [&writes, &alike] {
                let (mut texts, mut naive) = (Texts::default(), vec![String::new(); BLOCK]);
                for (place, text) in writes {
                    texts.set(*place, text);
                    naive[*place].clone_from(text);
                    prop_assert!(texts.is_ignoring_ascii_case(*place, &text.to_ascii_uppercase()));
                }
                let mut in_order = Texts::default();
                for (place, text) in naive.iter().enumerate() {
                    prop_assert_eq!(&texts.get(place), text.as_str());
                    prop_assert!(texts.is(place, text) && !texts.is(place, "other"));
                    prop_assert_eq!(texts.is_empty(place), text.is_empty());
                    in_order.set(place, text);
                }
                prop_assert_eq!(&texts, &in_order);
                let starts: Vec<_> = texts.starts().collect();
                texts.each(&Words::ALL, |place, code, rest| {
                    assert_eq!([starts[usize::from(code)], rest].concat(), naive[place].as_bytes());
                });
                texts.each_word(|place, code, word| {
                    let start = std::str::from_utf8(starts[usize::from(code)]).unwrap();
                    let rest = naive[place].strip_prefix(start).unwrap();
                    let mut bytes = [0; 8];
                    bytes.iter_mut().zip(rest.bytes()).for_each(|(byte, own)| *byte = own);
                    assert_eq!(word.to_be_bytes(), bytes);
                });
                let packed = texts.packed();
                prop_assert!((0..BLOCK).all(|place| packed.get(place) == naive[place].as_bytes()));
                in_order.set(1000, "other");
                prop_assert_ne!(&texts, &in_order);
            }
        }

        #[test]
        fn several_texts_of_a_place_are_given_in_their_order(
            writes in vec((0..9_usize, vec("[0-9a-f]{2}:[0-9a-f]{10}|[xy]", 0..4)), 1..20)
        ) {
            let (mut texts, mut naive) = (Texts::default(), vec![Vec::new(); 9]);
            for (place, list) in writes {
                texts.set_all(place, &list.join("\n"));
                naive[place] = list;
            }
            for (place, list) in naive.iter().enumerate() {
                prop_assert!(texts.all(place).eq(list.iter().map(|text| Text::whole(text))));
                prop_assert!(list.iter().all(|text| texts.any(place, |own| own == text)));
                let mut seen = Vec::new();
                let found = texts.any(place, |own| {
                    seen.push(own.to_owned());
                    false
                });
                prop_assert!(!found);
                prop_assert_eq!(&seen, list);
                let packed = texts.packed();
                let lines = list.join("\n");
                prop_assert_eq!(packed.get(place), lines.as_bytes());
            }
        }
    }

    #[test]
    fn texts_that_start_alike_share_the_start() {
        let mut texts = Texts::default();
        for place in 0..1024 {
            texts.set(place, &format!("{}-{place:04}", if place % 8 == 7 { "srv" } else { "nskp-w11" }));
        }
        assert_eq!(texts.lists.values().len(), 5 * 1024);
        assert!(texts.starts().eq([&b""[..], b"nskp-w11-", b"srv-"]));
        let mut told = Vec::new();
        texts.each_word(|place, code, _| told.push((place, code)));
        // The last has nothing behind it.
        assert!(told.into_iter().eq((0..1023).map(|place| (place, if place % 8 == 7 { 2 } else { 1 }))));
        // More starts than are known.
        for place in 0..1024 {
            texts.set(place, &format!("{place}-a"));
        }
        assert!((0..1024).all(|place| texts.is(place, &format!("{place}-a")) && !texts.is(place, "a")));
        assert!((0..1024).all(|place| texts.get(place) == *format!("{place}-a")));
    }

    #[test]
    fn of_starts_that_few_share_the_first_word_may_be_shared() {
        let mut texts = Texts::default();
        let name = |place: usize| format!("acm-nb-{}-{}", "abcdefghij".repeat(place % 40), place % 10);
        for place in 0..1024 {
            texts.set(place, &name(place));
        }
        let bytes = |name: &dyn Fn(usize) -> String| (0..1024).map(|place| name(place).len()).sum::<usize>();
        assert_eq!(texts.lists.values().len(), bytes(&name) - 3 * 1024);
        assert!((0..1024).all(|place| texts.is(place, &name(place)) && texts.get(place) == *name(place)));
        let mut texts = Texts::default();
        let name = |place: usize| format!("{place}-nb");
        for place in 0..1024 {
            texts.set(place, &name(place));
        }
        assert_eq!(texts.lists.values().len(), bytes(&name));
    }

    #[test]
    fn texts_that_end_alike_share_the_end() {
        let mut texts = Texts::default();
        for place in 0..1024 {
            texts.set(
                place,
                &format!("user{place:04}@{}.example", if place % 2 == 0 { "corp" } else { "labs" }),
            );
        }
        assert_eq!(texts.lists.values().len(), 9 * 1024);
        // More ends than a byte can tell apart.
        for place in 0..1024 {
            texts.set(place, &format!("a@{place}"));
        }
        assert!((0..1024).all(|place| texts.is(place, &format!("a@{place}")) && !texts.is(place, "a@")));
        assert!((0..1024).all(|place| texts.get(place) == *format!("a@{place}")));
    }

    #[test]
    fn texts_of_one_shape_take_the_bytes_that_it_leaves_open() {
        let mut texts = Texts::default();
        for place in 0..1024_u32 {
            texts.set(
                place as usize,
                &format!("{:08X}-012C-4F6B-A1D5-0000{place:08X}", place.wrapping_mul(0x9E37_79B9)),
            );
        }
        assert_eq!(texts.lists.values().len(), 16 * 1024);
        texts.set(7, "printer");
        assert_eq!(texts.lists.values().len(), 36 * 1023 + 7);
    }
}
