//! When assignments end.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Timestamp;
use smallvec::SmallVec;

/// Reasons by the moment at which what they stand for ends. A clone shares all hours but those that differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Expiries(Arc<BTreeMap<i64, Arc<Hour>>>);

/// The ids of reasons, in order, by the moments of an hour.
type Hour = BTreeMap<Timestamp, SmallVec<[u32; 2]>>;

impl Expiries {
    pub(super) fn insert(&mut self, at: Timestamp, id: u32) {
        let hour = Arc::make_mut(Arc::make_mut(&mut self.0).entry(hour(at)).or_default());
        let ids = hour.entry(at).or_default();
        if let Err(place) = ids.binary_search(&id) {
            ids.insert(place, id);
        }
    }

    pub(super) fn remove(&mut self, at: Timestamp, id: u32) {
        let hours = Arc::make_mut(&mut self.0);
        let Some(of_hour) = hours.get_mut(&hour(at)).map(Arc::make_mut) else { return };
        if let Some(ids) = of_hour.get_mut(&at) {
            ids.retain(|known| *known != id);
            if ids.is_empty() {
                of_hour.remove(&at);
            }
        }
        if of_hour.is_empty() {
            hours.remove(&hour(at));
        }
    }

    /// The first moment.
    pub(super) fn first(&self) -> Option<Timestamp> {
        let (_, hour) = self.0.first_key_value()?;
        hour.first_key_value().map(|(at, _)| *at)
    }

    /// The ids up to a moment, in order.
    pub(super) fn until(&self, now: Timestamp) -> Vec<u32> {
        let hours = self.0.range(..=hour(now));
        let mut ids: Vec<_> =
            hours.flat_map(|(_, hour)| hour.range(..=now)).flat_map(|(_, ids)| ids.iter().copied()).collect();
        ids.sort_unstable();
        ids
    }
}

fn hour(at: Timestamp) -> i64 {
    at.seconds() / 3600
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn expiries_behave_like_a_set(
            steps in vec((any::<bool>(), 0..20_000_i64, 0..4_u32), 0..60),
            now in 0..20_000_i64,
        ) {
            let (mut expiries, mut naive) = (Expiries::default(), BTreeSet::new());
            for (inserts, second, id) in steps {
                let at = Timestamp::from_seconds(second / 500 * 500);
                if inserts {
                    expiries.insert(at, id);
                    naive.insert((at, id));
                } else {
                    expiries.remove(at, id);
                    naive.remove(&(at, id));
                }
                prop_assert_eq!(expiries.first(), naive.first().map(|(at, _)| *at));
            }
            let now = Timestamp::from_seconds(now);
            let mut until: Vec<_> = naive.iter().filter(|(at, _)| *at <= now).map(|(_, id)| *id).collect();
            until.sort_unstable();
            prop_assert_eq!(expiries.until(now), until);
            let mut anew = Expiries::default();
            naive.into_iter().rev().for_each(|(at, id)| anew.insert(at, id));
            prop_assert!(anew == expiries);
        }
    }
}
