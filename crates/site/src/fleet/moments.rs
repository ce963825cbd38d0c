//! The column of the last check-ins: a moment a device.

use std::ops::RangeInclusive;
use std::sync::Arc;

use rules::block::Words;

use super::column::BLOCK;

/// Moments in Unix milliseconds; 0 where none was set. Those of a block are mostly close together: as long as they lie
/// within seven weeks each takes 32 bits, else 64.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    /// The latest, at least 0: a search for the newest devices passes over the blocks whose are too old.
    newest: i64,
    form: Form,
}

#[derive(Clone, Debug, Default)]
enum Form {
    #[default]
    Unset,
    Near(Arc<Near>),
    Far(Arc<[i64; BLOCK]>),
}

#[derive(Clone, Debug)]
struct Near {
    /// Not after any of the moments.
    base: i64,
    /// One more than the milliseconds since then; 0 where none was set.
    offsets: [u32; BLOCK],
}

/// Moments are equal or not whatever their form.
impl PartialEq for Moments {
    fn eq(&self, other: &Self) -> bool {
        self.is_shared_with(other) || self.all() == other.all()
    }
}

impl Moments {
    /// Those of all places.
    pub(super) fn of(moments: [i64; BLOCK]) -> Self {
        let newest = moments.iter().copied().max().unwrap_or_default().max(0);
        let form = match Near::of(&moments) {
            _ if moments.iter().all(|moment| *moment == 0) => Form::Unset,
            Some(near) => Form::Near(Arc::new(near)),
            None => Form::Far(Arc::new(moments)),
        };
        Self { newest, form }
    }

    /// Those of all places.
    pub(super) fn all(&self) -> [i64; BLOCK] {
        match &self.form {
            Form::Unset => [0; BLOCK],
            Form::Near(near) => near.offsets.map(|offset| near.moment(offset)),
            Form::Far(moments) => **moments,
        }
    }

    pub(super) fn get(&self, place: usize) -> i64 {
        match &self.form {
            Form::Unset => 0,
            Form::Near(near) => near.moment(near.offsets[place]),
            Form::Far(moments) => moments[place],
        }
    }

    /// Sets a moment and gives the one before.
    pub(super) fn set(&mut self, place: usize, moment: i64) -> i64 {
        let before = self.get(place);
        if before == moment {
            return before;
        }
        match &mut self.form {
            Form::Near(near) if near.offset(moment).is_some() => {
                let near = Arc::make_mut(near);
                near.offsets[place] = near.offset(moment).unwrap_or_default();
            }
            // Unless it was perhaps the last that was far from the others.
            Form::Far(moments) if self.newest.saturating_sub(before) < i64::from(u32::MAX) => {
                Arc::make_mut(moments)[place] = moment;
            }
            _ => {
                let mut moments = self.all();
                moments[place] = moment;
                *self = Self::of(moments);
                return before;
            }
        }
        if moment > self.newest {
            self.newest = moment;
        } else if before == self.newest {
            self.newest = self.latest();
        }
        before
    }

    /// No moment is later than this one, which is at least 0.
    pub(super) fn newest(&self) -> i64 {
        self.newest
    }

    /// The places whose moments lie between two, both included; none on which none was set.
    pub(super) fn between(&self, moments: &RangeInclusive<i64>) -> Words {
        match &self.form {
            Form::Near(near) => near.between(moments).unwrap_or_default(),
            Form::Far(all) if *moments.start() <= self.newest => {
                Words::of(all, |moment| moment != 0 && moments.contains(&moment))
            }
            _ => Words::NONE,
        }
    }

    /// The places on which a moment was set.
    pub(super) fn set_places(&self) -> Words {
        self.between(&(i64::MIN..=i64::MAX))
    }

    /// Whether both are the same column, not just equal ones.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        match (&self.form, &other.form) {
            (Form::Unset, Form::Unset) => true,
            (Form::Near(near), Form::Near(other)) => Arc::ptr_eq(near, other),
            (Form::Far(moments), Form::Far(others)) => Arc::ptr_eq(moments, others),
            _ => false,
        }
    }

    /// Bytes that they take besides themselves.
    pub(super) fn heap_bytes(&self) -> usize {
        match &self.form {
            Form::Unset => 0,
            Form::Near(_) => 16 + size_of::<Near>(),
            Form::Far(_) => 16 + size_of::<[i64; BLOCK]>(),
        }
    }

    fn latest(&self) -> i64 {
        let latest = match &self.form {
            Form::Unset => 0,
            Form::Near(near) => near.moment(near.offsets.iter().copied().max().unwrap_or_default()),
            Form::Far(moments) => moments.iter().copied().max().unwrap_or_default(),
        };
        latest.max(0)
    }
}

impl Near {
    /// These moments, if they are close enough together.
    fn of(moments: &[i64; BLOCK]) -> Option<Self> {
        let set = || moments.iter().copied().filter(|moment| *moment != 0);
        let mut near = Self { base: set().min()?, offsets: [0; BLOCK] };
        near.offset(set().max()?)?;
        let offsets = moments.map(|moment| near.offset(moment).unwrap_or_default());
        near.offsets = offsets;
        Some(near)
    }

    fn moment(&self, offset: u32) -> i64 {
        if offset == 0 { 0 } else { self.base + i64::from(offset - 1) }
    }

    /// A moment as it is kept, if it can be.
    fn offset(&self, moment: i64) -> Option<u32> {
        match moment {
            0 => Some(0),
            _ => u32::try_from(moment.checked_sub(self.base)?).ok()?.checked_add(1),
        }
    }

    fn between(&self, moments: &RangeInclusive<i64>) -> Option<Words> {
        let since = |moment: i64| i128::from(moment) - i128::from(self.base) + 1;
        let first = u32::try_from(since(*moments.start()).max(1)).ok()?;
        let last = u32::try_from(since(*moments.end()).min(u32::MAX.into())).ok()?;
        let width = last.checked_sub(first)?;
        // One comparison: what is below wraps to the top.
        Some(Words::of(&self.offsets, |offset| offset.wrapping_sub(first) <= width))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WEEK: i64 = 7 * 24 * 3600 * 1000;

    fn is_far(moments: &Moments) -> bool {
        matches!(moments.form, Form::Far(_))
    }

    #[test]
    fn moments_far_from_each_other_take_more_room_until_they_are_near_again() {
        let mut moments = Moments::default();
        moments.set(7, WEEK);
        moments.set(8, 8 * WEEK);
        assert!(!is_far(&moments));
        moments.set(9, 9 * WEEK);
        assert!(is_far(&moments));
        assert_eq!((moments.get(6), moments.get(7), moments.get(9)), (0, WEEK, 9 * WEEK));
        assert_eq!(moments.set(7, 9 * WEEK), WEEK);
        assert!(!is_far(&moments));
        assert_eq!((moments.get(7), moments.get(8)), (9 * WEEK, 8 * WEEK));
    }

    #[test]
    fn setting_what_is_set_already_copies_nothing() {
        let mut moments = Moments::default();
        moments.set(7, WEEK);
        let before = moments.clone();
        moments.set(7, WEEK);
        assert!(moments.is_shared_with(&before));
        moments.set(7, WEEK + 1);
        assert_eq!((before.get(7), moments.get(7)), (WEEK, WEEK + 1));
    }

    fn moment() -> impl Strategy<Value = i64> {
        let weeks = (0..12i64).prop_map(|weeks| weeks * WEEK);
        prop_oneof![0..5i64, 0..12 * WEEK, weeks, Just(i64::MIN), Just(i64::MAX), -5..0i64]
    }

    proptest! {
        #[test]
        fn moments_behave_like_an_array(
            writes in proptest::collection::vec((0..BLOCK, moment()), 0..60),
            (start, end) in (moment(), moment()),
        ) {
            let (mut moments, mut naive) = (Moments::default(), [0; BLOCK]);
            for (place, moment) in writes {
                prop_assert_eq!(moments.set(place, moment), std::mem::replace(&mut naive[place], moment));
                prop_assert_eq!(moments.newest(), naive.iter().copied().max().unwrap().max(0));
            }
            prop_assert_eq!(moments.all(), naive);
            prop_assert_eq!(&moments, &Moments::of(naive));
            let between = moments.between(&(start..=end));
            for (place, moment) in naive.into_iter().enumerate() {
                prop_assert_eq!(moments.get(place), moment);
                prop_assert_eq!(between.has(place), moment != 0 && (start..=end).contains(&moment));
                prop_assert_eq!(moments.set_places().has(place), moment != 0);
            }
        }
    }
}
