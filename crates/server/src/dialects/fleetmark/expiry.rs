//! When a token, an app registration or a tag on a device ends: `expiresAt`, or `expiresIn` from now (decided, Management).

use domain::{Lifetime, Timestamp, Violation};

/// From when on it is no more; `None`: never. Neither member given means never.
///
/// # Errors
/// Names the member that cannot be understood.
pub(in crate::dialects) fn read(
    at: Option<&str>,
    within: Option<&str>,
    now: Timestamp,
) -> Result<Option<Timestamp>, Violation> {
    match (at, within) {
        (None, None) => Ok(None),
        (Some(at), None) => Timestamp::parse(at).map(Some).ok_or_else(|| {
            let message = "expiresAt must be a moment such as 2027-01-31T00:00:00Z, at the latest in \
                           December 9999; null is for what never ends";
            Violation::new("expiresAt", "moment", message)
        }),
        (None, Some(within)) => Ok(Lifetime::new(within).map_err(|error| error.at("expiresIn"))?.ends(now)),
        (Some(_), Some(_)) => Err(ambiguous()),
    }
}

/// Both members are given.
pub(super) fn ambiguous() -> Violation {
    Violation::new("expiresIn", "ambiguous", "give expiresAt or expiresIn, not both")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_taken_as_it_is_and_only_alone() {
        let now = Timestamp::EPOCH;
        let moment = read(Some("2099-01-01T00:00:00Z"), None, now).unwrap().unwrap();
        assert_eq!(moment.to_string(), "2099-01-01T00:00:00.000Z");
        assert!(read(Some("tomorrow"), None, now).is_err());
        assert!(read(Some("2099-01-01T00:00:00Z"), Some("30d"), now).is_err());
        assert_eq!(read(None, None, now).unwrap(), None);
        assert_eq!(read(None, Some("2h"), now).unwrap(), Some(Timestamp::from_seconds(7200)));
        assert!(read(None, Some("soon"), now).is_err());
    }
}
