//! Which texts of a column hold a part, found in the form in which they are kept.

use domain::fold;
use rules::block::Words;

use super::BLOCK;
use super::lists::Lists;
use super::part::{FEW, Part, has_part};
use super::parted::Shared;
use super::texts::{Form, Texts};
use crate::prefetch::Prefetch;

impl Texts {
    /// The bytes in which they are kept.
    pub(in crate::fleet) fn kept(&self) -> &[u8] {
        self.lists.values()
    }

    /// Whether it is known that none of them holds a part without looking at any.
    pub(in crate::fleet) fn are_known_without(&self, part: &Part) -> bool {
        self.lists.values().is_empty() || matches!(&self.form, Form::Shaped(shape) if part.is_never_in(shape))
    }

    /// Of the places `within` those of which a text holds a part. A part that goes beyond one of several texts may be
    /// found or not.
    pub(in crate::fleet) fn holding(&self, part: &mut Part, within: Words, prefetch: Prefetch<'_>) -> Words {
        if self.lists.values().is_empty() || within.is_empty() {
            return Words::NONE;
        }
        let holds = |part: &Part, place| part.is_in(&self.get(place));
        match &self.form {
            Form::Shaped(shape) => part.in_rows(shape, &self.lists, within, prefetch),
            Form::Whole => part.in_lists(&self.lists, 0, within, prefetch, holds),
            Form::Parted(shared) => {
                let by_shared = by_shared(shared, &self.lists, part.folded(), within);
                by_shared | part.in_lists(&self.lists, 1, within.without(&by_shared), prefetch, holds)
            }
        }
    }
}

/// Of the places `within` those whose texts hold a part in what they share, or across where that meets their own.
fn by_shared(shared: &Shared, lists: &Lists<u8>, part: &str, within: Words) -> Words {
    // There is a sign where what is shared meets a text's own: of a part that lies across only one sign can be there.
    let across = shared.across(part);
    let whole = shared.codes(|known| has_part(known, part));
    let meeting = shared.codes(|known| across.is_some_and(|(of_it, _)| shared.meets(&fold(known), of_it)));
    if (whole | meeting) == 0 {
        return Words::NONE;
    }
    // As ASCII: texts that are not are looked at as a whole besides.
    let in_own = |own: &[u8]| {
        across.is_some_and(|(_, wanted)| {
            if shared.is_of_starts() { starts_with(own, wanted) } else { ends_with(own, wanted) }
        })
    };
    let is_of = |wanted: u32, code: u8| wanted.unbounded_shr(code.into()) & 1 != 0;
    if within.len() as usize <= FEW {
        return within.filter(|place| {
            let list = lists.get(place).split_first();
            list.is_some_and(|(code, own)| is_of(whole, *code) || is_of(meeting, *code) && in_own(own))
        });
    }
    let codes = codes_of(lists);
    let of = |wanted: u32| match wanted {
        0 => Words::NONE,
        _ => Words::of(&codes, |code| is_of(wanted, code)) & within,
    };
    let own = |place| lists.get(place).get(1..).unwrap_or_default();
    of(whole) | of(meeting).filter(|place| in_own(own(place)))
}

/// The code that each list begins with; of an empty one none that any part has.
fn codes_of(lists: &Lists<u8>) -> [u8; BLOCK] {
    let mut codes = [u8::MAX; BLOCK];
    let values = lists.values();
    lists.each_range(|place, list| {
        let code = values.get(list.start).copied().unwrap_or(u8::MAX);
        codes[place] = if list.is_empty() { u8::MAX } else { code };
    });
    codes
}

/// Whether a text starts with a part that is in small letters, in any case of ASCII.
fn starts_with(text: &[u8], part: &str) -> bool {
    text.get(..part.len()).is_some_and(|first| first.eq_ignore_ascii_case(part.as_bytes()))
}

/// Whether it ends so.
fn ends_with(text: &[u8], part: &str) -> bool {
    let last = text.len().checked_sub(part.len()).map(|from| &text[from..]);
    last.is_some_and(|last| last.eq_ignore_ascii_case(part.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => "[a-cA-Ck\u{212a}éÉΣς]{0,4}@([aB]|k@|É)?",
            8 => "[0-1A-F]{8}-[0-1A-F]{4}",
            4 => "[aBkÉ-]{0,3}-[a-cK\u{212a}Σς]{0,4}",
            2 => "[aAbBkK\u{212a}éÉΣς19]{0,9}",
            2 => "pc-[0-1]{1,6}",
            1 => Just(String::new()),
        ]
    }

    fn part() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-cA-CkΣéÉ]{0,2}@[aBkÉ]{0,2}",
            "[0-1A-F]{1,3}(-[0-1]{0,2})?",
            "[aAbBkKéΣ1]{1,3}",
            "(PC)?-[0-1]{1,2}",
            "[aBk-]{0,2}-[a-ckΣé]{0,2}",
            "[\u{1}\u{2}][a-c]?",
        ]
    }

    fn of_one(strategy: impl Strategy<Value = String> + 'static) -> BoxedStrategy<Vec<(usize, String)>> {
        vec((0..BLOCK, strategy), 1..200).boxed()
    }

    proptest! {
        #[test]
        fn the_same_texts_are_found_in_every_form(
            writes in prop_oneof![
                of_one(text()), of_one("[0-1A-F]{8}-[0-1A-F]{4}"), of_one("[a-c]{0,3}@[aB]"), of_one("[a-bÉ\u{212a}]{0,3}@[aB]"),
                of_one("pc-[0-1]{1,6}"),
                // So many bytes that a part begins often.
                vec((0..BLOCK, "[a-cé]{0,2}[aB1]{60,90}"), 150..250).boxed(),
                vec((0..BLOCK, "[aB1-]{60,90}@[aB]|[aBé]{0,3}@b"), 150..250).boxed(),
                of_one("[aBé]{0,2}-[a-cÉ]{0,3}"), of_one("[aB]-[a-c]{0,3}-[a-cÉ]{0,2}"),
            ],
            parts in vec(part(), 1..8),
            absent in vec(0..BLOCK, 0..20),
            few in any::<bool>(),
        ) {
            let (mut texts, mut naive) = (Texts::default(), vec![String::new(); BLOCK]);
            for (place, text) in writes {
                texts.set(place, &text);
                naive[place] = text;
            }
            let mut within = Words::ALL;
            absent.into_iter().chain(if few { 60..BLOCK } else { 0..0 }).for_each(|place| within.set(place, false));
            let own = naive.iter().filter_map(|text| text.get(1..3)).take(5).map(str::to_owned);
            for part in parts.into_iter().chain(own) {
                let folded = fold(&part);
                let mut part = Part::new(&folded).unwrap();
                let found = texts.holding(&mut part, within, Prefetch::default());
                let packed = part.places(&texts.packed(), within);
                for (place, text) in naive.iter().enumerate() {
                    let holds = within.has(place) && fold(text).contains(&folded);
                    prop_assert_eq!(found.has(place), holds, "{} in {}", part.folded(), text);
                    prop_assert_eq!(packed.has(place), holds, "{} in {}", part.folded(), text);
                }
            }
        }

        #[test]
        fn one_of_several_texts_is_enough(
            writes in vec((0..9_usize, vec("[0-1a-b]{2}:[0-1a-b]{10}", 0..4)), 1..20), others in vec("[xy]", 0..2),
            parts in vec("[0-1a-b]{1,3}:?[0-1]?", 1..9),
        ) {
            let (mut texts, mut naive) = (Texts::default(), vec![Vec::new(); 10]);
            for (place, list) in writes.into_iter().chain([(9, others)]) {
                texts.set_all(place, &list.join("\n"));
                naive[place] = list;
            }
            for part in parts {
                // Of many places and of few.
                for within in [Words::ALL, Words::first(naive.len())] {
                    let found = texts.holding(&mut Part::new(&part).unwrap(), within, Prefetch::default());
                    for (place, list) in naive.iter().enumerate() {
                        prop_assert_eq!(found.has(place), list.iter().any(|text| text.contains(&part)));
                    }
                }
            }
        }
    }
}
