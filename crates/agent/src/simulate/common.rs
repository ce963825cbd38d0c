//! What machines of every operating system have.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use wire::check_in::{Certificate, CertificateStore, File, Process};

use super::{people::Company, rng::Rng};

/// Versions of the client that reports: weight, version.
pub(super) const CLIENT_VERSIONS: [(u64, &str); 5] = [
    (40, "135.1.10.2611"),
    (25, "134.0.2.2598"),
    (18, "132.0.9.2530"),
    (12, "129.1.0.2441"),
    (5, "117.0.1.2102"),
];

/// Share, in percent, of devices that do not report a given group: unknown is not no.
pub(super) const NOT_REPORTED_PERCENT: u64 = 8;

/// A UUID of version 4 in upper case.
pub(super) fn uid(rng: &mut Rng) -> String {
    let bytes = (u128::from(rng.next()) << 64 | u128::from(rng.next())).to_be_bytes();
    uuid::Builder::from_random_bytes(bytes).into_uuid().hyphenated().to_string().to_uppercase()
}

/// A hardware address with a vendor's prefix.
pub(super) fn mac_address(rng: &mut Rng, prefixes: &[&str]) -> String {
    let tail = rng.next().to_be_bytes();
    format!("{}:{:02x}:{:02x}:{:02x}", rng.pick(prefixes), tail[0], tail[1], tail[2])
}

/// A private address: most in the company's 10/8, some behind a home router.
pub(super) fn ip_address(rng: &mut Rng) -> String {
    if rng.chance(70) {
        format!("10.{}.{}.{}", rng.below(64), rng.below(256), 1 + rng.below(254))
    } else if rng.chance(80) {
        format!("192.168.{}.{}", rng.below(3), 2 + rng.below(250))
    } else {
        format!("172.{}.{}.{}", 16 + rng.below(16), rng.below(256), 1 + rng.below(254))
    }
}

/// The domain of a machine that belongs to the company, or none; `None` when not reported.
pub(super) fn domain(rng: &mut Rng, company: &Company, joined_percent: u64) -> Option<String> {
    let joined = rng.chance(joined_percent);
    let domain = if joined { company.domain.to_owned() } else { String::new() };
    reported(rng, |_| domain)
}

/// A group that most devices report.
pub(super) fn reported<T>(rng: &mut Rng, make: impl FnOnce(&mut Rng) -> T) -> Option<T> {
    rng.maybe(100 - NOT_REPORTED_PERCENT, make)
}

/// Processes, each running in so many of a hundred cases.
pub(super) fn processes(rng: &mut Rng, known: &[(u64, &str)]) -> Option<BTreeMap<String, Process>> {
    reported(rng, |rng| {
        known
            .iter()
            .map(|(percent, name)| ((*name).to_owned(), Process::from(rng.chance(*percent))))
            .collect()
    })
}

/// Files, each present in so many of a hundred cases.
pub(super) fn files(rng: &mut Rng, known: &[(u64, &str)]) -> Option<BTreeMap<String, File>> {
    reported(rng, |rng| {
        known.iter().map(|(percent, path)| ((*path).to_owned(), file(rng, path, *percent))).collect()
    })
}

/// A file that is present in so many of a hundred cases: most copies are the same everywhere, some differ, and some
/// were not hashed.
pub(super) fn file(rng: &mut Rng, path: &str, present_percent: u64) -> File {
    if !rng.chance(present_percent) {
        return File { present: false, sha256: None };
    }
    let release = *rng.weighted(&[(80, "1"), (12, "0")]);
    let sha256 = rng.maybe(92, |_| format!("{:x}", Sha256::digest(format!("{path} {release}"))));
    File { present: true, sha256 }
}

/// The machine's certificate and, on some, the user's.
pub(super) fn certificates(rng: &mut Rng, company: &Company, subject: &str) -> Option<Vec<Certificate>> {
    reported(rng, |rng| {
        let mut certificates = Vec::new();
        for (store, percent) in [(CertificateStore::Machine, 75), (CertificateStore::User, 30)] {
            certificates.extend(rng.maybe(percent, |rng| Certificate {
                store,
                issuer: Some(format!("CN=Corp Issuing CA 2, O={}", company.mail)),
                subject: Some(format!("CN={subject}")),
                thumbprint: Some(rng.text("0123456789abcdef", 40)),
            }));
        }
        certificates
    })
}
