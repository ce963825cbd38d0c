//! Which row an access token is kept in.

use std::collections::{BTreeSet, HashMap};

use domain::{AppRegistrationId, Timestamp, TokenHash};

use super::AccessToken;

/// The rows that there are. One is used again once its token has expired, so there are never more than were good at
/// the same time, whatever registrations come and go, and none need be deleted.
#[derive(Debug)]
pub(super) struct Slots {
    /// Most good tokens of one registration.
    max: usize,
    held: HashMap<u32, (TokenHash, AccessToken)>,
    by_expiry: BTreeSet<(Timestamp, u32)>,
    of: HashMap<AppRegistrationId, BTreeSet<(Timestamp, u32)>>,
    /// Above all that are held.
    next: u32,
}

impl Slots {
    pub(super) fn new(max: usize) -> Self {
        Self { max, held: HashMap::new(), by_expiry: BTreeSet::new(), of: HashMap::new(), next: 0 }
    }

    /// The row for a token of that registration: of its own oldest one when it has as many as it may, else any whose
    /// token has expired, else a new one.
    pub(super) fn choose(&self, registration: AppRegistrationId, now: Timestamp) -> u32 {
        let own = self.of.get(&registration).filter(|own| own.len() >= self.max);
        let oldest = own.and_then(BTreeSet::first);
        let expired = self.by_expiry.first().filter(|(expires_at, _)| *expires_at <= now);
        oldest.or(expired).map_or(self.next, |(_, slot)| *slot)
    }

    /// Notes what a row holds now. Gives the hash that it held before.
    pub(super) fn put(&mut self, slot: u32, hash: TokenHash, token: AccessToken) -> Option<TokenHash> {
        let replaced = self.held.insert(slot, (hash, token));
        if let Some((_, before)) = replaced {
            let place = (before.expires_at, slot);
            self.by_expiry.remove(&place);
            if let Some(own) = self.of.get_mut(&before.registration) {
                own.remove(&place);
                if own.is_empty() {
                    self.of.remove(&before.registration);
                }
            }
        }
        self.by_expiry.insert((token.expires_at, slot));
        self.of.entry(token.registration).or_default().insert((token.expires_at, slot));
        self.next = self.next.max(slot.saturating_add(1));
        replaced.map(|(hash, _)| hash)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const MAX: usize = 3;
    const LIFE_SECONDS: i64 = 10;

    proptest! {
        /// Against a list of all that were ever issued.
        #[test]
        fn the_newest_of_each_registration_are_kept_until_they_expire(
            issues in vec((0..4_u32, 1..5_i64), 1..100),
        ) {
            let (mut slots, mut all, mut seconds, mut most) = (Slots::new(MAX), Vec::new(), 0, 0);
            for (number, (registration, passed)) in issues.into_iter().enumerate() {
                seconds += passed;
                let (now, registration) = (Timestamp::from_seconds(seconds), AppRegistrationId(registration));
                let hash = TokenHash::of(&number.to_string());
                let expires_at = Timestamp::from_seconds(seconds + LIFE_SECONDS);
                let slot = slots.choose(registration, now);
                slots.put(slot, hash, AccessToken { registration, expires_at });
                all.push((registration, hash, expires_at));

                let good = |expires_at: Timestamp| expires_at > now;
                let mut expected: Vec<_> = (0..4).flat_map(|registration| {
                    let own = all.iter().rev().filter(move |(of, ..)| of.0 == registration);
                    own.take(MAX).filter(|(.., expires_at)| good(*expires_at)).map(|(_, hash, _)| *hash)
                }).collect();
                let held = slots.held.values().filter(|(_, token)| good(token.expires_at));
                let mut held: Vec<_> = held.map(|(hash, _)| *hash).collect();
                held.sort_by_key(|hash| *hash.bytes());
                expected.sort_by_key(|hash| *hash.bytes());
                most = most.max(expected.len());
                prop_assert!(held == expected, "after {} were issued", number + 1);
                prop_assert!(slots.held.len() <= most, "{} rows for {most} good tokens", slots.held.len());
                prop_assert_eq!(slots.by_expiry.len(), slots.held.len());
            }
        }
    }
}
