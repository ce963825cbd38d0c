//! The reasons of a block's assignments.

use std::ops::Range;
use std::sync::Arc;

/// As many reasons as a byte tells apart.
const LISTED_MAX: usize = 256;

/// Of each assignment of a block, in the order of its tags, the id of its reason.
#[derive(Clone, Debug)]
pub(in crate::fleet) struct ReasonIds(Form);

#[derive(Clone, Debug)]
enum Form {
    /// So many have the same, as when a fleet is tagged within a second.
    Same {
        id: u32,
        count: u32,
    },
    /// Few reasons, with a byte of each assignment.
    Few(Arc<Few>),
    Many(Arc<Vec<u32>>),
}

#[derive(Clone, Debug)]
struct Few {
    /// By code. Some may not be in use any more.
    listed: Vec<u32>,
    codes: Vec<u8>,
}

impl Default for ReasonIds {
    fn default() -> Self {
        Self(Form::Same { id: 0, count: 0 })
    }
}

/// By what they hold, in whatever form.
impl PartialEq for ReasonIds {
    fn eq(&self, other: &Self) -> bool {
        self.is_shared_with(other)
            || self.len() == other.len() && (0..self.len()).all(|index| self.get(index) == other.get(index))
    }
}

impl ReasonIds {
    /// These ids in the shortest form that takes them.
    pub(in crate::fleet) fn of(ids: Vec<u32>) -> Self {
        let first = ids.first().copied().unwrap_or_default();
        if ids.iter().all(|id| *id == first) {
            let count = u32::try_from(ids.len()).expect("limits keep a block's assignments far below 2^32");
            return Self(Form::Same { id: first, count });
        }
        let (mut listed, mut codes) = (Vec::new(), Vec::with_capacity(ids.len()));
        for id in &ids {
            let Some(code) = code_of(&mut listed, *id) else { return Self(Form::Many(Arc::new(ids))) };
            codes.push(code);
        }
        Self(Form::Few(Arc::new(Few { listed, codes })))
    }

    /// How many assignments there are.
    pub(in crate::fleet) fn len(&self) -> usize {
        match &self.0 {
            Form::Same { count, .. } => *count as usize,
            Form::Few(few) => few.codes.len(),
            Form::Many(ids) => ids.len(),
        }
    }

    /// The id of an assignment, 0 where none is known.
    #[inline]
    pub(in crate::fleet) fn get(&self, index: usize) -> u32 {
        match &self.0 {
            Form::Same { id, .. } => *id,
            Form::Few(few) => few.codes.get(index).map_or(0, |code| few.listed[usize::from(*code)]),
            Form::Many(ids) => ids.get(index).copied().unwrap_or_default(),
        }
    }

    /// The ids of all assignments.
    pub(in crate::fleet) fn iter(&self) -> impl ExactSizeIterator<Item = u32> + '_ {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Whether an assignment may have one of these, which are in order. It is quick to tell.
    pub(in crate::fleet) fn may_have(&self, wanted: &[u32]) -> bool {
        let wanted = |id: &u32| wanted.binary_search(id).is_ok();
        match &self.0 {
            Form::Same { id, count } => *count > 0 && wanted(id),
            Form::Few(few) => few.listed.iter().any(wanted),
            Form::Many(ids) => ids.iter().any(wanted),
        }
    }

    /// Puts these in the place of those in a range.
    pub(in crate::fleet) fn splice(&mut self, range: Range<usize>, ids: &[u32]) {
        match &mut self.0 {
            Form::Same { id, count } => {
                let left = *count as usize - range.len();
                if left == 0 || ids.iter().all(|new| new == id) {
                    let first = ids.first().copied();
                    if first.is_none_or(|first| ids.iter().all(|new| *new == first)) {
                        *id = first.unwrap_or(if left == 0 { 0 } else { *id });
                        *count = u32::try_from(left + ids.len()).unwrap_or(*count);
                        return;
                    }
                }
            }
            Form::Few(few) if ids.len() <= 64 => {
                let few = Arc::make_mut(few);
                let mut codes = [0; 64];
                let fits = ids.iter().zip(&mut codes).all(|(id, code)| {
                    let known = code_of(&mut few.listed, *id);
                    *code = known.unwrap_or_default();
                    known.is_some()
                });
                if fits {
                    few.codes.splice(range, codes.into_iter().take(ids.len()));
                    return;
                }
            }
            Form::Few(_) => {}
            Form::Many(all) => {
                Arc::make_mut(all).splice(range, ids.iter().copied());
                return;
            }
        }
        let mut all: Vec<_> = self.iter().collect();
        all.splice(range, ids.iter().copied());
        *self = Self::of(all);
    }

    /// Takes out those of some assignments, which are in order.
    pub(in crate::fleet) fn remove(&mut self, gone: &[usize]) {
        let mut rest = gone;
        let mut stays = |index: usize| {
            let goes = rest.first() == Some(&index);
            if goes {
                rest = &rest[1..];
            }
            !goes
        };
        match &mut self.0 {
            Form::Same { count, .. } => *count -= u32::try_from(gone.len()).unwrap_or(*count),
            Form::Few(few) => {
                let few = Arc::make_mut(few);
                let mut index = 0..;
                few.codes.retain(|_| index.next().is_none_or(&mut stays));
            }
            Form::Many(ids) => {
                let mut index = 0..;
                Arc::make_mut(ids).retain(|_| index.next().is_none_or(&mut stays));
            }
        }
    }

    /// Whether both are the same column, not just equal ones. Those that take no memory are if they are equal.
    pub(in crate::fleet) fn is_shared_with(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Form::Same { id, count }, Form::Same { id: other, count: others }) => {
                (id, count) == (other, others)
            }
            (Form::Few(few), Form::Few(other)) => Arc::ptr_eq(few, other),
            (Form::Many(ids), Form::Many(others)) => Arc::ptr_eq(ids, others),
            _ => false,
        }
    }

    /// Bytes that it takes besides itself.
    pub(in crate::fleet) fn heap_bytes(&self) -> usize {
        match &self.0 {
            Form::Same { .. } => 0,
            Form::Few(few) => 16 + size_of::<Few>() + few.codes.capacity() + 4 * few.listed.capacity(),
            Form::Many(ids) => 16 + size_of::<Vec<u32>>() + 4 * ids.capacity(),
        }
    }
}

/// The code of an id, which gets one if it has none and one is left. The newest are looked at first.
fn code_of(listed: &mut Vec<u32>, id: u32) -> Option<u8> {
    let known = listed.iter().rposition(|known| *known == id);
    if known.is_none() && listed.len() >= LISTED_MAX {
        return None;
    }
    let code = known.unwrap_or_else(|| {
        listed.push(id);
        listed.len() - 1
    });
    u8::try_from(code).ok()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// What is put where: a place and how many go, in parts of all; ids of a small or a large pool, few or very many.
    fn splices() -> impl Strategy<Value = Vec<(f64, f64, Vec<u32>)>> {
        let ids = prop_oneof![
            6 => vec(1..4_u32, 0..6),
            2 => vec(any::<u32>(), 0..6),
            1 => vec(1..300_u32, 300..400),
            1 => vec(1..300_u32, 65..80),
            2 => (1..4_u32, 0..90_usize).prop_map(|(id, count)| vec![id; count]),
        ];
        vec((0.0..=1.0, 0.0..=1.0, ids), 0..20)
    }

    proptest! {
        #[test]
        fn reasons_behave_like_a_vector(splices in splices()) {
            let (mut column, mut naive) = (ReasonIds::default(), Vec::new());
            for (start, length, ids) in splices {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
                let part = |of: f64, all: usize| (of * all as f64) as usize;
                let start = part(start, naive.len());
                let range = start..start + part(length, naive.len() - start);
                let before = column.clone();
                let kept = naive.clone();
                column.splice(range.clone(), &ids);
                naive.splice(range, ids);
                prop_assert!(before.iter().eq(kept.iter().copied()), "a clone stays as it was");
                prop_assert!(column.iter().eq(naive.iter().copied()));
                prop_assert!(column == ReasonIds::of(naive.clone()));
                let gone: Vec<_> = (0..naive.len()).filter(|index| index % 3 == 1).collect();
                let mut fewer = column.clone();
                fewer.remove(&gone);
                let left = naive.iter().enumerate().filter(|(index, _)| index % 3 != 1).map(|(_, id)| *id);
                prop_assert!(fewer.iter().eq(left));
                for id in [1, 2, 299] {
                    prop_assert!(column.may_have(&[id]) || !naive.contains(&id));
                }
            }
        }
    }

    #[test]
    fn reasons_take_no_more_room_than_they_differ() {
        let heap = |count: u32, of: u32| {
            ReasonIds::of((0..count).map(|index| index % of + 1).collect()).heap_bytes()
        };
        assert_eq!(heap(3072, 1), 0);
        assert!(heap(3072, 10) < 3072 + 200);
        assert!(heap(3072, 256) < 3072 + 1200);
        assert!(heap(3072, 1000) < 4 * 3072 + 100);
    }
}
