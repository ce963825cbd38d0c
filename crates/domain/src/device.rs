//! How devices are known: a machine's uid and a user's key.

use smallvec::SmallVec;

use crate::error::FormError;
use crate::text::{fold, length, printable, text};

/// Longest uid or user key, in characters.
pub const DEVICE_KEY_MAX_CHARS: usize = 255;

text! {
    /// A machine's `nsdeviceuid`: 1–255 characters, no comma. Compared without case; the case given is kept.
    DeviceUid, |text| { length(text, 1, DEVICE_KEY_MAX_CHARS)?; printable(text)?; no_comma(text) }
}
text! {
    /// A user's key on a machine: at most 255 characters, no comma, compared exactly. Empty on a machine that
    /// reports no user.
    UserKey, |text| { length(text, 0, DEVICE_KEY_MAX_CHARS)?; printable(text)?; no_comma(text) }
}

fn no_comma(text: &str) -> Result<(), FormError> {
    if text.contains(',') {
        return Err(FormError::new("comma", "must not contain a comma"));
    }
    Ok(())
}

impl DeviceUid {
    /// Whether both name one machine.
    #[must_use]
    pub fn same(&self, other: &str) -> bool {
        same_uid(self.as_str(), other)
    }
}

/// Whether two uids name one machine: they compare without case.
#[must_use]
pub fn same_uid(a: &str, b: &str) -> bool {
    let ascii = a.is_ascii() && b.is_ascii();
    a.eq_ignore_ascii_case(b) || (!ascii && fold(a) == fold(b))
}

/// The devices that a request names (netskope-v2 §8): those of a machine, all or of some users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceName {
    /// The machine.
    pub uid: DeviceUid,
    /// Its users; empty means every device of that machine.
    pub users: SmallVec<[UserKey; 1]>,
}

impl DeviceName {
    /// Reads a uid and a user key as requests give them: the key absent, empty or equal to the uid names every
    /// device of the machine, one with commas several users.
    ///
    /// # Errors
    /// Says which member (`nsdeviceuid` or `userkey`) is at fault and why.
    pub fn new(nsdeviceuid: &str, userkey: Option<&str>) -> Result<Self, (&'static str, FormError)> {
        let uid = DeviceUid::new(nsdeviceuid).map_err(|error| ("nsdeviceuid", error))?;
        let key = userkey.unwrap_or_default().trim();
        if key.is_empty() || uid.same(key) {
            return Ok(Self { uid, users: SmallVec::new() });
        }
        let mut users = SmallVec::new();
        for part in key.split(',') {
            if part.trim().is_empty() {
                let error = FormError::new("empty_value", "must not have an empty value between its commas");
                return Err(("userkey", error));
            }
            users.push(UserKey::new(part).map_err(|error| ("userkey", error))?);
        }
        Ok(Self { uid, users })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_key_that_is_the_uid_names_the_whole_machine() {
        for key in [None, Some(""), Some("ab-1"), Some("AB-1")] {
            assert!(DeviceName::new("AB-1", key).unwrap().users.is_empty());
        }
        let two = DeviceName::new("AB-1", Some("joe, ann")).unwrap();
        assert_eq!(two.users[..], [UserKey::new("joe").unwrap(), UserKey::new("ann").unwrap()]);
    }

    #[test]
    fn commas_are_refused_where_they_cannot_be_meant() {
        let (member, error) = DeviceName::new("A,B", None).unwrap_err();
        assert_eq!((member, error.code), ("nsdeviceuid", "comma"));
        let (member, error) = DeviceName::new("A", Some("joe,,ann")).unwrap_err();
        assert_eq!((member, error.code), ("userkey", "empty_value"));
    }
}
