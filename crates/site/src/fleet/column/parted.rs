//! Parts that texts share: what they start with, as names of machines do, or what they end with, as addresses of e-mail
//! do.

use std::collections::BTreeSet;

/// So many texts say which parts are shared.
const LOOKED_AT: usize = 16;
/// Most parts that are known: a word has a bit for each of their codes. None of these is a byte that people write.
pub(super) const KNOWN_MAX: usize = 31;
/// Most starts that texts have, none being one of them.
pub(crate) const STARTS_MAX: usize = 1 + KNOWN_MAX;

/// The parts of the texts of a column that are known to be shared, of which each text has one, or is all its own. A text
/// is kept as the code of the part that it has and what it has besides; the code of none is 0.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shared {
    side: Side,
    /// The known parts behind one another: a search looks at those of each block.
    known: String,
    /// Where each of them ends.
    ends: Vec<u32>,
}

/// Which part of a text is shared. It is told from what the text has besides by a sign at the end where they meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// From its last `@` on.
    End,
    /// As far as its last `-`.
    LongStart,
    /// As far as its first `-`.
    ShortStart,
}

impl Side {
    /// In the order in which they are tried: what is longer is better shared.
    const ALL: [Self; 3] = [Self::End, Self::LongStart, Self::ShortStart];

    /// The shared part of a text, and what it has besides.
    fn part(self, text: &str) -> Option<(&str, &str)> {
        match self {
            Self::End => text.rfind('@').map(|at| text.split_at(at)).map(|(own, end)| (end, own)),
            Self::LongStart => text.rfind('-').map(|at| text.split_at(at + 1)),
            Self::ShortStart => text.find('-').map(|at| text.split_at(at + 1)),
        }
    }
}

impl Shared {
    /// For texts of which most seem to have such a part, and to share it.
    pub(super) fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Option<Self> {
        let texts: Vec<_> = texts.filter(|text| !text.is_empty()).take(LOOKED_AT).collect();
        let half = texts.len().div_ceil(2);
        Side::ALL.into_iter().find_map(|side| {
            let parts: Vec<_> =
                texts.iter().filter_map(|text| side.part(text)).map(|(part, _)| part).collect();
            let differ = parts.iter().collect::<BTreeSet<_>>().len();
            // Of one or two nothing can be said yet.
            let is_shared = !parts.is_empty() && parts.len() >= half && differ <= half.max(2);
            is_shared.then(|| Self { side, known: String::new(), ends: Vec::new() })
        })
    }

    /// Whether texts share what they start with.
    pub(super) fn is_of_starts(&self) -> bool {
        self.side != Side::End
    }

    /// The codes of the known parts of which `holds`, a bit each; that of 0, which has none, is never set.
    pub(super) fn codes(&self, holds: impl Fn(&str) -> bool) -> u32 {
        (1..)
            .zip(self.parts())
            .filter(|(_, known)| holds(known))
            .fold(0, |codes, (code, _)| codes | 1 << code)
    }

    /// The known parts, in the order of their codes.
    pub(super) fn known(&self) -> impl Iterator<Item = &[u8]> {
        self.parts().map(str::as_bytes)
    }

    fn parts(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|place| self.part(place))
    }

    fn part(&self, place: usize) -> &str {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.known[start as usize..self.ends[place] as usize]
    }

    /// Whether no further one is learned.
    pub(super) fn is_full(&self) -> bool {
        self.ends.len() >= KNOWN_MAX
    }

    /// The code of the known part that a text has, and what it has besides.
    fn coded<'t>(&self, text: &'t str) -> Option<(u8, &'t str)> {
        let (part, own) = self.side.part(text)?;
        let place = self.parts().position(|known| known == part)?;
        u8::try_from(place + 1).ok().map(|code| (code, own))
    }

    /// Whether nothing is to be learned of a text.
    pub(super) fn knows(&self, text: &str) -> bool {
        self.is_full() || self.side.part(text).is_none() || self.coded(text).is_some()
    }

    /// Puts a text behind `list`; of an empty one nothing.
    pub(super) fn put_known(&self, text: &str, list: &mut impl Extend<u8>) {
        if !text.is_empty() {
            let (code, own) = self.coded(text).unwrap_or((0, text));
            list.extend(std::iter::once(code).chain(own.bytes()));
        }
    }

    /// As [`Self::put_known`], after learning of its part.
    pub(super) fn put(&mut self, text: &str, list: &mut impl Extend<u8>) {
        if !self.knows(text)
            && let Some((part, _)) = self.side.part(text)
        {
            self.known.reserve_exact(part.len());
            self.known.push_str(part);
            self.ends.push(u32::try_from(self.known.len()).unwrap_or(u32::MAX));
        }
        self.put_known(text, list);
    }

    /// Start and end of a text that was put so, of which one may be empty.
    #[inline]
    pub(super) fn halves<'t>(&'t self, list: &'t [u8]) -> (&'t [u8], &'t [u8]) {
        let Some((code, own)) = list.split_first() else { return (&[], &[]) };
        let place = usize::from(*code).checked_sub(1).filter(|place| *place < self.ends.len());
        let part = place.map_or(&[][..], |place| self.part(place).as_bytes());
        match self.side {
            Side::End => (own, part),
            Side::LongStart | Side::ShortStart => (part, own),
        }
    }

    /// How a part of texts without case could lie across where the shared part of a text meets its own: what of it would
    /// be in the one, and what in the other.
    pub(super) fn across<'p>(&self, part: &'p str) -> Option<(&'p str, &'p str)> {
        let (shared, own) = self.side.part(part)?;
        (!shared.is_empty() && !own.is_empty()).then_some((shared, own))
    }

    /// Whether a known part, without case, could be met by what is in it of one that lies across.
    pub(super) fn meets(&self, known: &str, shared: &str) -> bool {
        match self.side {
            Side::End => known.starts_with(shared),
            Side::LongStart | Side::ShortStart => known.ends_with(shared),
        }
    }
}
