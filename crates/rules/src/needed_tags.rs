//! Which rules a device's tags let it pass.

use std::collections::{BTreeMap, BTreeSet};

use domain::TagId;

use crate::leaf::Leaf;
use crate::plan::Plan;

/// Rules by the tags without which they fail: most ask for one, and most devices do not carry it. Rules are numbered
/// from the first on and lie in words of 64.
#[derive(Clone, Debug, Default)]
pub(crate) struct NeededTags {
    words: usize,
    /// Rows of words, a bit for each rule: first those that need no tag, then for each tag those that need it.
    rows: Vec<u64>,
    /// A hash table of where rows begin by tag, at most a quarter full. Where there is no tag, the first row stands.
    slots: Vec<(TagId, usize)>,
}

/// The tags of which a device must carry one, or else the tree fails; `None` where it need not carry any.
pub(crate) fn needed(plan: &Plan) -> Option<BTreeSet<TagId>> {
    match plan {
        Plan::Leaf(Leaf::DeviceTag(tag)) => Some([*tag].into()),
        Plan::Leaf(Leaf::Fact(_)) | Plan::Undecidable => None,
        Plan::All(children) => children.iter().filter_map(needed).min_by_key(BTreeSet::len),
        Plan::Any(children) => {
            let each: Option<Vec<_>> = children.iter().map(needed).collect();
            Some(each?.into_iter().flatten().collect())
        }
    }
}

impl NeededTags {
    /// Takes what each rule needs, as [`needed`] says it.
    pub(crate) fn new(rules: &[Option<BTreeSet<TagId>>]) -> Self {
        let words = rules.len().div_ceil(64);
        let mut rows = vec![0; words];
        let mut by_tag = BTreeMap::new();
        for (rule, tags) in rules.iter().enumerate() {
            let (word, bit) = (rule / 64, 1 << (rule % 64));
            let Some(tags) = tags else {
                rows[word] |= bit;
                continue;
            };
            for tag in tags {
                let row = *by_tag.entry(*tag).or_insert_with(|| {
                    rows.resize(rows.len() + words, 0);
                    rows.len() / words - 1
                });
                rows[row * words + word] |= bit;
            }
        }
        let last = (by_tag.len() * 4).next_power_of_two() - 1;
        let mut slots = vec![(TagId(0), 0); last + 1];
        for (tag, row) in by_tag {
            let mut slot = hash(tag) & last;
            while slots[slot].1 != 0 {
                slot = (slot + 1) & last;
            }
            slots[slot] = (tag, row * words);
        }
        Self { words, rows, slots }
    }

    /// How many words there are.
    pub(crate) fn words(&self) -> usize {
        self.words
    }

    /// The rules of a word that need none but these tags, a bit each.
    #[inline]
    pub(crate) fn open(&self, word: usize, tags: impl Iterator<Item = TagId>) -> u64 {
        let mut open = self.rows[word];
        for tag in tags {
            open |= self.rows[self.row(tag) + word];
        }
        open
    }

    /// Where the words begin of those that need a tag; the first row's if there are none.
    #[inline]
    fn row(&self, tag: TagId) -> usize {
        let last = self.slots.len() - 1;
        let mut slot = hash(tag) & last;
        loop {
            let (known, row) = self.slots[slot];
            if known == tag || row == 0 {
                return row;
            }
            slot = (slot + 1) & last;
        }
    }
}

/// The upper half of the product depends on all of the tag.
fn hash(tag: TagId) -> usize {
    (u64::from(tag.0).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use domain::Os;
    use proptest::collection::{btree_set, vec};
    use proptest::option;
    use proptest::prelude::*;

    use super::*;
    use crate::check::Check;
    use crate::tree::Node;

    /// Some that rules share, and some that fall into one slot.
    fn tag() -> impl Strategy<Value = TagId> {
        prop_oneof![0..40_u32, any::<u32>(), (0..4_u32).prop_map(|high| high << 30)].prop_map(TagId)
    }

    proptest! {
        #[test]
        fn those_rules_are_open_that_need_no_tag_or_one_that_is_there(
            rules in vec(option::of(btree_set(tag(), 0..5)), 0..200),
            tags in btree_set(tag(), 0..10),
        ) {
            let needed = NeededTags::new(&rules);
            let open = |rule: usize| needed.open(rule / 64, tags.iter().copied()) >> (rule % 64) & 1 == 1;
            for (number, rule) in rules.iter().enumerate() {
                prop_assert_eq!(open(number), rule.as_ref().is_none_or(|rule| !rule.is_disjoint(&tags)));
            }
            prop_assert_eq!(needed.words(), rules.len().div_ceil(64));
        }
    }

    #[test]
    fn a_tree_needs_what_each_way_through_it_asks_for() {
        let tag = |id| Node::Check(Check::DeviceTag(TagId(id)));
        let fact = || Node::Check(Check::Mdm);
        let and = |nodes: Vec<Node>| Node::And(nodes.into());
        let or = |nodes: Vec<Node>| Node::Or(nodes.into());
        let needed = |node: Node| needed(&Plan::new(&node, Os::Android));
        let ids = |ids: &[u32]| Some(ids.iter().copied().map(TagId).collect::<BTreeSet<_>>());
        assert_eq!(needed(fact()), None);
        assert_eq!(needed(tag(1)), ids(&[1]));
        assert_eq!(needed(and(vec![fact(), or(vec![tag(1), tag(2)])])), ids(&[1, 2]));
        assert_eq!(needed(and(vec![tag(3), or(vec![tag(1), tag(2)])])), ids(&[3]));
        assert_eq!(needed(or(vec![tag(1), and(vec![tag(2), fact()])])), ids(&[1, 2]));
        assert_eq!(needed(or(vec![tag(1), fact()])), None);
    }
}
