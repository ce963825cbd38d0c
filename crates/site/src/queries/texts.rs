//! Searching the texts of a whole block at once for given ones, without case.

use rules::block::Words;

use crate::fleet::PackedTexts;

/// Words of a set of beginnings, of 64 bits each.
const WORDS: usize = 256;

/// How texts begin and how long they are: what most others differ in.
#[derive(Debug)]
pub(super) struct Beginnings(Box<[u64; WORDS]>);

impl Beginnings {
    /// Of texts without case.
    pub(super) fn of<'t>(folded: impl Iterator<Item = &'t str>) -> Self {
        let mut set = Box::new([0; WORDS]);
        for text in folded {
            let (word, bit) = beginning(text.as_bytes());
            set[word] |= bit;
        }
        Self(set)
    }

    /// The places `within` whose texts may be one of those, whatever their case: all of those that are, few others.
    pub(super) fn places(&self, texts: &PackedTexts<'_>, within: Words) -> Words {
        let all_ascii = texts.bytes.is_ascii();
        filter(texts, within, |text| {
            let (word, bit) = beginning(text);
            // There is more to case than in ASCII.
            self.0[word] & bit != 0 || (!all_ascii && !text.is_ascii())
        })
    }
}

/// The word and the bit that stand for a text's length and first bytes, whatever the case of ASCII letters.
fn beginning(text: &[u8]) -> (usize, u64) {
    const CASE: u64 = 0x2020_2020_2020_2020;
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let start = match text.first_chunk() {
        Some(start) => u64::from_le_bytes(*start),
        None => text.iter().fold(0, |start, byte| start << 8 | u64::from(*byte)),
    };
    let mixed = ((start | CASE) ^ (text.len() as u64)).wrapping_mul(SPREAD);
    let bit = usize::from((mixed >> 48) as u16) % (WORDS * 64);
    (bit / 64, 1 << (bit % 64))
}

fn filter(texts: &PackedTexts<'_>, within: Words, holds: impl Fn(&[u8]) -> bool) -> Words {
    let (ends, bytes) = (&*texts.ends, &*texts.bytes);
    within.filter(|place| {
        let end = ends.get(place).map_or(bytes.len(), |end| *end as usize);
        let start =
            place.checked_sub(1).map_or(0, |before| ends.get(before).map_or(end, |end| *end as usize));
        holds(&bytes[start..end])
    })
}

#[cfg(test)]
mod tests {
    use domain::fold;
    use proptest::prelude::*;

    use super::*;
    use crate::fleet::{BLOCK, Part};

    proptest! {
        #[test]
        fn a_search_agrees_with_looking_at_each_text(
            texts in proptest::collection::vec("[aAbBkK\u{212a}éÉΣς19]{0,9}", 0..200),
            wanted in "[aAbBkKéΣ1]{1,3}",
            absent in proptest::collection::vec(0..BLOCK, 0..20),
            few in any::<bool>(),
        ) {
            let (mut ends, mut bytes) = (Vec::new(), Vec::new());
            for text in &texts {
                bytes.extend(text.as_bytes());
                ends.push(u32::try_from(bytes.len()).unwrap());
            }
            let packed = PackedTexts { ends: ends.into(), bytes: bytes.into() };
            let mut within = Words::ALL;
            absent.into_iter().chain(if few { 60..BLOCK } else { 0..0 }).for_each(|place| within.set(place, false));
            let folded = fold(&wanted);
            let parts = Part::new(&folded).unwrap().places(&packed, within);
            let maybe = Beginnings::of([&*folded].into_iter()).places(&packed, within);
            for place in 0..BLOCK {
                let text = fold(texts.get(place).map_or("", String::as_str));
                prop_assert_eq!(parts.has(place), within.has(place) && text.contains(&folded));
                prop_assert!(maybe.has(place) || !within.has(place) || text != folded);
            }
        }
    }

    #[test]
    fn few_texts_begin_alike() {
        let texts: Vec<_> = (0..1000).map(|number| format!("host-{number}")).collect();
        let mut bytes = Vec::new();
        let ends = texts.iter().map(|text| {
            bytes.extend(text.as_bytes());
            u32::try_from(bytes.len()).unwrap()
        });
        let ends = ends.collect::<Vec<_>>().into();
        let packed = PackedTexts { ends, bytes: bytes.into() };
        let places = Beginnings::of(["host-7", "host-77"].into_iter()).places(&packed, Words::ALL);
        assert!(places.has(7) && places.has(77) && places.len() < 10, "{}", places.len());
    }
}
