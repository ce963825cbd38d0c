//! All texts of a block at once.

use std::borrow::Cow;

use rules::block::Words;

/// The texts of a block behind one another.
#[derive(Clone, Debug, Default)]
pub(crate) struct PackedTexts<'a> {
    /// Where the text of each place ends; places beyond have an empty one.
    pub(crate) ends: Cow<'a, [u32]>,
    pub(crate) bytes: Cow<'a, [u8]>,
}

impl PackedTexts<'_> {
    /// Those of the first places, each as `put` puts it behind those before.
    pub(in crate::fleet) fn made(count: usize, mut put: impl FnMut(usize, &mut Vec<u8>)) -> Self {
        let mut bytes = Vec::with_capacity(count * 16);
        let ends = (0..count).map(|place| {
            put(place, &mut bytes);
            u32::try_from(bytes.len()).expect("limits keep a block's texts far below 4 GiB")
        });
        Self { ends: ends.collect(), bytes: Cow::Owned(bytes) }
    }

    /// The text of a place as bytes of UTF-8.
    pub(crate) fn get(&self, place: usize) -> &[u8] {
        let Some(end) = self.ends.get(place) else { return &[] };
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.bytes[start as usize..*end as usize]
    }

    /// Of the places `within` those whose texts are empty.
    pub(crate) fn empty(&self, within: Words) -> Words {
        within.filter(|place| self.get(place).is_empty())
    }
}
