//! What is asked of a device's tags.

use domain::TagId;

/// Most tags that one filter names.
pub const FILTERED_TAGS_MAX: usize = 64;

/// What must hold of the tags that a device carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagFilter {
    /// It carries all of these,
    pub all: Vec<TagId>,
    /// of each of these lists at least one,
    pub any: Vec<Vec<TagId>>,
    /// and none of these.
    pub none: Vec<TagId>,
}

/// The same, made ready: each tag that it names has a bit.
pub(super) struct TagTest {
    /// In order.
    named: Vec<TagId>,
    all: u64,
    any: Vec<u64>,
    none: u64,
}

impl TagFilter {
    /// How many tags it names, each as often as it names it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len() + self.any.iter().map(Vec::len).sum::<usize>() + self.none.len()
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl TagTest {
    /// Of a filter that names at most [`FILTERED_TAGS_MAX`] tags; nothing when it asks for nothing.
    pub(super) fn new(filter: &TagFilter) -> Option<Self> {
        let named = filter.all.iter().chain(filter.any.iter().flatten()).chain(&filter.none);
        let mut named: Vec<_> = named.copied().collect();
        named.sort_unstable();
        named.dedup();
        let mut test = Self { named, all: 0, any: Vec::new(), none: 0 };
        let bits = |tags: &[TagId]| tags.iter().fold(0, |bits, tag| bits | test.bit(*tag));
        (test.all, test.none, test.any) =
            (bits(&filter.all), bits(&filter.none), filter.any.iter().map(|tags| bits(tags)).collect());
        (!filter.is_empty()).then_some(test)
    }

    /// Whether devices that carry none of the tags that it names meet it.
    pub(super) fn takes_bare(&self) -> bool {
        self.all == 0 && self.any.is_empty()
    }

    /// Whether it names one of these tags.
    pub(super) fn names_any(&self, tags: &[TagId]) -> bool {
        match &*self.named {
            [only] => tags.contains(only),
            _ => tags.iter().any(|tag| self.bit(*tag) != 0),
        }
    }

    /// Whether a device that carries these meets it.
    pub(super) fn holds(&self, carried: &[TagId]) -> bool {
        let carried = carried.iter().fold(0, |bits, tag| bits | self.bit(*tag));
        carried & self.all == self.all
            && carried & self.none == 0
            && self.any.iter().all(|any| carried & any != 0)
    }

    fn bit(&self, tag: TagId) -> u64 {
        self.named.binary_search(&tag).map_or(0, |place| 1 << (place % FILTERED_TAGS_MAX))
    }
}
