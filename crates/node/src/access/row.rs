//! The rows of side state that access tokens and last uses are kept in.
//!
//! `access/SLOT` holds a format, the registration, the token's hash and its expiry; `used/REGISTRATION` a format and a
//! moment. Numbers are big-endian, moments Unix milliseconds.

use bytes::Bytes;
use domain::{AppRegistrationId, SiteId, Timestamp, TokenHash};
use store::SideRow;

use super::AccessToken;

const ACCESS: &str = "access/";
const USED: &str = "used/";
/// The only format so far.
const FORMAT: u8 = 1;

/// A row, read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// An access token.
    Access {
        /// Where it is kept.
        slot: u32,
        /// Of its text.
        hash: TokenHash,
        /// What it is.
        token: AccessToken,
    },
    /// When an app registration was last used.
    Used {
        /// Which.
        registration: AppRegistrationId,
        /// When.
        at: Timestamp,
    },
    /// Not one of these.
    Other,
    /// One of these, and not of a form that this program knows.
    Unreadable,
}

impl Row {
    pub(super) fn read(key: &str, value: &[u8]) -> Self {
        let row = if let Some(slot) = key.strip_prefix(ACCESS) {
            read_access(slot, value)
        } else if let Some(registration) = key.strip_prefix(USED) {
            read_used(registration, value)
        } else {
            return Self::Other;
        };
        row.unwrap_or(Self::Unreadable)
    }
}

/// The row of an access token.
pub(super) fn access(slot: u32, hash: &TokenHash, token: AccessToken) -> SideRow {
    let parts: [&[u8]; 4] = [
        &[FORMAT],
        &token.registration.0.to_be_bytes(),
        hash.bytes(),
        &token.expires_at.millis().to_be_bytes(),
    ];
    row(format!("{ACCESS}{slot}"), parts.concat())
}

/// The row of a last use.
pub(super) fn used(registration: AppRegistrationId, at: Timestamp) -> SideRow {
    let parts: [&[u8]; 2] = [&[FORMAT], &at.millis().to_be_bytes()];
    row(format!("{USED}{registration}"), parts.concat())
}

fn row(key: String, value: Vec<u8>) -> SideRow {
    SideRow { site: SiteId::INSTANCE, key, value: Bytes::from(value) }
}

fn read_access(slot: &str, value: &[u8]) -> Option<Row> {
    let ([FORMAT], rest) = value.split_first_chunk()? else { return None };
    let (registration, rest) = rest.split_first_chunk()?;
    let (hash, rest) = rest.split_first_chunk()?;
    let registration = AppRegistrationId(u32::from_be_bytes(*registration));
    let token = AccessToken { registration, expires_at: read_moment(rest)? };
    Some(Row::Access { slot: slot.parse().ok()?, hash: TokenHash::from_bytes(*hash), token })
}

fn read_used(registration: &str, value: &[u8]) -> Option<Row> {
    let ([FORMAT], rest) = value.split_first_chunk()? else { return None };
    let registration = AppRegistrationId(registration.parse().ok()?);
    Some(Row::Used { registration, at: read_moment(rest)? })
}

fn read_moment(bytes: &[u8]) -> Option<Timestamp> {
    Some(Timestamp::from_millis(i64::from_be_bytes(bytes.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_they_were_written_and_others_are_told_apart() {
        let (registration, at) = (AppRegistrationId(70_000), Timestamp::from_millis(1_753_692_494_123));
        let (hash, token) = (TokenHash::of("text"), AccessToken { registration, expires_at: at });
        let written = access(7, &hash, token);
        assert_eq!(Row::read(&written.key, &written.value), Row::Access { slot: 7, hash, token });
        assert_eq!((written.key.as_str(), written.value.len()), ("access/7", 45));
        let written = used(registration, at);
        assert_eq!(Row::read(&written.key, &written.value), Row::Used { registration, at });
        assert_eq!(written.key, "used/70000");
        assert_eq!(Row::read("probe", b""), Row::Other);
        for (key, value) in [
            ("access/7", &b""[..]),
            ("access/7", &[1; 44]),
            ("access/7", &[1; 46]),
            ("access/7", &[2; 45]),
            ("access/x", &[1; 45]),
            ("used/7", &[1; 8]),
            ("used/7", &[2; 9]),
            ("used/", &[1; 9]),
        ] {
            assert_eq!(Row::read(key, value), Row::Unreadable, "{key} {value:?}");
        }
    }
}
