//! The rows of side state that access tokens and last uses are kept in.
//!
//! `access/SLOT` holds a format, the registration, the token's hash and its expiry. `used/REGISTRATION` and
//! `used/token/TOKEN` hold a format, a moment, how many bytes the address has, the address and the user agent; before
//! that was kept, a format and a moment; nothing once the credential is gone. Numbers are big-endian, moments Unix
//! milliseconds.

use std::net::IpAddr;

use bytes::Bytes;
use domain::{AppRegistrationId, SiteId, Timestamp, TokenHash, TokenId};
use store::SideRow;

use super::AccessToken;
use super::used_by::{Credential, LastUse, UsedBy, UserAgent};

const ACCESS: &str = "access/";
const USED: &str = "used/";
/// Behind [`USED`].
const TOKEN: &str = "token/";
/// Of access tokens, and of uses that were a moment alone.
const FORMAT: u8 = 1;
/// Of uses with user agent and address.
const USED_FORMAT: u8 = 2;

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
    /// A last use.
    Used {
        /// Of what.
        credential: Credential,
        /// When, and by whom.
        last: LastUse,
    },
    /// Not one of these, or cleared.
    Other,
    /// One of these, and not of a form that this program knows.
    Unreadable,
}

impl Row {
    pub(super) fn read(key: &str, value: &[u8]) -> Self {
        let row = if let Some(slot) = key.strip_prefix(ACCESS) {
            read_access(slot, value)
        } else if let Some(credential) = key.strip_prefix(USED).filter(|_| !value.is_empty()) {
            read_used(credential, value)
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

/// The row of a last use; without one it is cleared.
pub(super) fn used(credential: Credential, last: Option<&LastUse>) -> SideRow {
    let key = match credential {
        Credential::Token(id) => format!("{USED}{TOKEN}{id}"),
        Credential::AppRegistration(id) => format!("{USED}{id}"),
    };
    row(key, last.map(written).unwrap_or_default())
}

fn written(last: &LastUse) -> Vec<u8> {
    let mut value = vec![USED_FORMAT];
    value.extend(last.at.millis().to_be_bytes());
    match last.by.address {
        None => value.push(0),
        Some(IpAddr::V4(address)) => {
            value.push(4);
            value.extend(address.octets());
        }
        Some(IpAddr::V6(address)) => {
            value.push(16);
            value.extend(address.octets());
        }
    }
    value.extend(last.by.agent.iter().flat_map(|agent| agent.as_str().bytes()));
    value
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

fn read_used(credential: &str, value: &[u8]) -> Option<Row> {
    let credential = match credential.strip_prefix(TOKEN) {
        Some(id) => Credential::Token(TokenId(id.parse().ok()?)),
        None => Credential::AppRegistration(AppRegistrationId(credential.parse().ok()?)),
    };
    let (format, rest) = value.split_first()?;
    let last = match *format {
        FORMAT => LastUse { at: read_moment(rest)?, by: UsedBy::default() },
        USED_FORMAT => {
            let (at, rest) = rest.split_at_checked(size_of::<i64>())?;
            LastUse { at: read_moment(at)?, by: read_used_by(rest)? }
        }
        _ => return None,
    };
    Some(Row::Used { credential, last })
}

fn read_used_by(bytes: &[u8]) -> Option<UsedBy> {
    let (length, rest) = bytes.split_first()?;
    let (address, agent) = rest.split_at_checked((*length).into())?;
    let address = match *length {
        0 => None,
        4 => Some(IpAddr::from(<[u8; 4]>::try_from(address).ok()?)),
        16 => Some(IpAddr::from(<[u8; 16]>::try_from(address).ok()?)),
        _ => return None,
    };
    Some(UsedBy { agent: UserAgent::of(agent), address })
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
        let credential = Credential::AppRegistration(registration);
        for (agent, address) in
            [("", None), ("Acme-sync-1.0", Some("192.0.2.7")), ("curl/8.5.0", Some("2001:db8::7"))]
        {
            let address = address.map(|address| address.parse().unwrap());
            let last = LastUse { at, by: UsedBy { agent: UserAgent::of(agent.as_bytes()), address } };
            for (credential, key) in
                [(credential, "used/70000"), (Credential::Token(TokenId(9)), "used/token/9")]
            {
                let written = used(credential, Some(&last));
                assert_eq!(written.key, key);
                assert_eq!(Row::read(key, &written.value), Row::Used { credential, last: last.clone() });
                assert_eq!(Row::read(key, &used(credential, None).value), Row::Other, "it was cleared");
            }
        }
        let older = [&[FORMAT][..], &at.millis().to_be_bytes()].concat();
        let last = LastUse { at, by: UsedBy::default() };
        assert_eq!(Row::read("used/70000", &older), Row::Used { credential, last });
        assert_eq!(Row::read("probe", b""), Row::Other);
        for (key, value) in [
            ("access/7", &b""[..]),
            ("access/7", &[1; 44]),
            ("access/7", &[1; 46]),
            ("access/7", &[2; 45]),
            ("access/x", &[1; 45]),
            ("used/7", &[1; 8]),
            ("used/7", &[2; 9]),
            ("used/7", &[2; 10]),
            ("used/7", &[3; 10]),
            ("used/", &[1; 9]),
            ("used/token/", &[1; 9]),
            ("used/token/x", &[1; 9]),
            ("used/token/7", &[2, 0, 0, 0, 0, 0, 0, 0, 0, 4, 127, 0, 0]),
        ] {
            assert_eq!(Row::read(key, value), Row::Unreadable, "{key} {value:?}");
        }
    }
}
