//! Which uses of this second are noted already, without a lock.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::Timestamp;

use super::used_by::Credential;

/// Those whose ids differ by a multiple of this share a place.
const PLACES: u32 = 8192;

/// What was noted lately, each with the second of it. A request reads one word here and writes one only when its second
/// is another: processors then hand no memory to each other. Two that share a place merely drive each other
/// out, and are looked up where all are. What stands beside it is written with every new second: hence lines of its own.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Seconds(Box<[AtomicU64]>);

impl Seconds {
    pub(super) fn new() -> Self {
        // A word of no credential: ids begin at 1.
        Self((0..PLACES).map(|_| AtomicU64::new(0)).collect())
    }

    /// Whether a use in this second is noted. No says nothing.
    pub(super) fn has(&self, credential: Credential, now: Timestamp) -> bool {
        let (place, word) = place_and_word(credential, now);
        self.0.get(place).is_some_and(|noted| noted.load(Ordering::Relaxed) == word)
    }

    /// A use in this second is noted.
    pub(super) fn note(&self, credential: Credential, now: Timestamp) {
        let (place, word) = place_and_word(credential, now);
        if let Some(noted) = self.0.get(place) {
            noted.store(word, Ordering::Relaxed);
        }
    }
}

/// The word is the id, its kind, and the second modulo 68 years.
fn place_and_word(credential: Credential, now: Timestamp) -> (usize, u64) {
    let (id, kind) = match credential {
        Credential::Token(id) => (id.0, 0),
        Credential::AppRegistration(id) => (id.0, 1),
    };
    let second = now.seconds().cast_unsigned() & 0x7fff_ffff;
    let place = id.wrapping_add(kind * (PLACES / 2)) % PLACES;
    (place as usize, u64::from(id) << 32 | u64::from(kind) << 31 | second)
}

#[cfg(test)]
mod tests {
    use domain::{AppRegistrationId, TokenId};

    use super::*;

    #[test]
    fn a_credential_is_known_in_the_second_that_it_was_noted_in_and_is_no_other() {
        let seconds = Seconds::new();
        let (one, millis) = (Credential::Token(TokenId(1)), Timestamp::from_millis);
        let same_place = Credential::Token(TokenId(1 + PLACES));
        let other_kind = [1, 1 + PLACES / 2].map(|id| Credential::AppRegistration(AppRegistrationId(id)));
        assert!(!seconds.has(one, millis(0)));
        seconds.note(one, millis(1_800_000_000_999));
        assert!(seconds.has(one, millis(1_800_000_000_000)));
        assert!(!seconds.has(one, millis(1_800_000_001_000)) && !seconds.has(one, millis(1_799_999_999_999)));
        for other in [same_place, other_kind[0], other_kind[1]] {
            assert!(!seconds.has(other, millis(1_800_000_000_000)), "{other:?}");
        }
        seconds.note(same_place, millis(1_800_000_000_000));
        assert!(!seconds.has(one, millis(1_800_000_000_000)), "it was driven out");
    }
}
