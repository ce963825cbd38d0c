//! Segments: the parts of a site's network, by addresses or by domains (alloyscan, Segments).

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::error::FormError;
use crate::ids::TagId;
use crate::text::{fold, length, printable, text};

/// Longest name of a segment, in characters.
pub const SEGMENT_NAME_MAX_CHARS: usize = 80;
/// Most ranges of one segment.
pub const RANGES_MAX: usize = 1000;
/// Longest name of a domain, in characters (RFC 1035).
const DOMAIN_MAX_CHARS: usize = 253;

text! {
    /// Name of a segment: 1–80 characters, no control characters.
    SegmentName, |text| { length(text, 1, SEGMENT_NAME_MAX_CHARS)?; printable(text) }
}
text! {
    /// Name of a domain that devices are joined to, as `corp.example`. It stands for those below it too.
    DomainName, |text| { length(text, 1, DOMAIN_MAX_CHARS)?; printable(text)?; labels(text) }
}

/// What a segment's ranges are; fixed at its creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SegmentType {
    /// Networks.
    AddressList = 0,
    /// Domains.
    Domain = 1,
}

impl SegmentType {
    /// All of them, by number.
    pub const ALL: [Self; 2] = [Self::AddressList, Self::Domain];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AddressList => "address-list",
            Self::Domain => "domain",
        }
    }

    /// Reads the name on the wire.
    ///
    /// # Errors
    /// For another name.
    pub fn new(name: &str) -> Result<Self, FormError> {
        let known = Self::ALL.into_iter().find(|kind| kind.name() == name);
        known.ok_or_else(|| FormError::new("unknown_type", "must be address-list or domain"))
    }
}

/// A network: `10.1.0.0/16`, `2001:db8::/32`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range(IpNet);

impl Range {
    /// Reads a network in CIDR notation, or a single address.
    ///
    /// # Errors
    /// When it is none, or has bits set beyond its prefix: which network would be meant?
    pub fn new(text: &str) -> Result<Self, FormError> {
        let text = text.trim();
        let net = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_) => text.parse::<IpNet>().map_err(|_| {
                FormError::new(
                    "range",
                    "must be a network such as 10.1.0.0/16 or 2001:db8::/32, or an address",
                )
            })?,
        };
        if net.trunc() != net {
            let message = format!("has bits set beyond its prefix; the network is {}", net.trunc());
            return Err(FormError::new("range", message));
        }
        Ok(Self(net))
    }

    /// Its first address and its last, as numbers in which every address of version 4 has a place of its own.
    #[must_use]
    pub fn bounds(self) -> (u128, u128) {
        (address_number(self.0.network()), address_number(self.0.broadcast()))
    }

    /// Whether an address is in it.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

/// An address as a number: version 4 where version 6 maps it, and nothing else there.
#[must_use]
pub fn address_number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_ipv6_mapped()),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// A single address stands alone, a network with its prefix.
impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() {
            return self.0.addr().fmt(f);
        }
        self.0.fmt(f)
    }
}

/// What devices a segment has: those in one of its ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ranges {
    /// Networks, each once, ascending.
    Addresses(Vec<Range>),
    /// Domains, each once whatever its case, ascending.
    Domains(Vec<DomainName>),
}

impl Ranges {
    /// Reads ranges of a type; one that is said twice counts once.
    ///
    /// # Errors
    /// Says which are none, by their places.
    pub fn new(kind: SegmentType, texts: &[impl AsRef<str>]) -> Result<Self, Vec<(usize, FormError)>> {
        match kind {
            SegmentType::AddressList => {
                let mut ranges = all(texts, Range::new)?;
                ranges.sort_unstable();
                ranges.dedup();
                Ok(Self::Addresses(ranges))
            }
            SegmentType::Domain => {
                let mut domains: Vec<DomainName> = all(texts, DomainName::new)?;
                domains.sort_by_cached_key(|domain| fold(domain.as_str()));
                domains.dedup_by_key(|domain| fold(domain.as_str()));
                Ok(Self::Domains(domains))
            }
        }
    }

    /// What they are.
    #[must_use]
    pub const fn kind(&self) -> SegmentType {
        match self {
            Self::Addresses(_) => SegmentType::AddressList,
            Self::Domains(_) => SegmentType::Domain,
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Addresses(ranges) => ranges.len(),
            Self::Domains(domains) => domains.len(),
        }
    }

    /// Whether there is none: such a segment has no device.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each as it is written.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        match self {
            Self::Addresses(ranges) => ranges.iter().map(ToString::to_string).collect(),
            Self::Domains(domains) => domains.iter().map(ToString::to_string).collect(),
        }
    }
}

fn all<T>(
    texts: &[impl AsRef<str>],
    read: fn(&str) -> Result<T, FormError>,
) -> Result<Vec<T>, Vec<(usize, FormError)>> {
    let (mut good, mut bad) = (Vec::with_capacity(texts.len()), Vec::new());
    for (place, text) in texts.iter().enumerate() {
        match read(text.as_ref()) {
            Ok(value) => good.push(value),
            Err(error) => bad.push((place, error)),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}

/// What is set of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentFields {
    /// Unique on the site without case.
    pub name: SegmentName,
    /// Its devices are those in one of these, unless another segment has a narrower one for them.
    pub ranges: Ranges,
    /// What every device that is discovered on it gets.
    pub auto_tag: Option<TagId>,
}

fn labels(text: &str) -> Result<(), FormError> {
    if text.split('.').all(|label| !label.is_empty() && !label.contains(char::is_whitespace)) {
        return Ok(());
    }
    Err(FormError::new("domain", "must be the name of a domain, such as corp.example"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_a_network_or_one_address() {
        for (text, shown) in [
            ("10.1.0.0/16", "10.1.0.0/16"),
            (" 10.1.2.3 ", "10.1.2.3"),
            ("10.1.2.3/32", "10.1.2.3"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("::1", "::1"),
        ] {
            assert_eq!(Range::new(text).unwrap().to_string(), shown);
        }
        for text in ["", "10.1.0.0/33", "10.1.0.0/", "10.1", "corp", "10.1.0.0-10.1.0.9", "::/129"] {
            assert!(Range::new(text).is_err(), "{text}");
        }
        let error = Range::new("10.1.2.3/16").unwrap_err();
        assert_eq!(error.message, "has bits set beyond its prefix; the network is 10.1.0.0/16");
    }

    #[test]
    fn ranges_are_kept_once_and_in_order_and_all_that_are_none_are_named() {
        let texts = ["10.2.0.0/16", "10.1.0.0/16", "10.2.0.0/16"];
        let ranges = Ranges::new(SegmentType::AddressList, &texts).unwrap();
        assert_eq!(ranges.texts(), ["10.1.0.0/16", "10.2.0.0/16"]);
        let domains = Ranges::new(SegmentType::Domain, &["corp.example", "CORP.example", "a.b"]).unwrap();
        assert_eq!(
            (domains.texts().join(" "), domains.kind()),
            ("a.b corp.example".into(), SegmentType::Domain)
        );
        let bad = Ranges::new(SegmentType::AddressList, &["x", "10.1.0.0/16", "y"]).unwrap_err();
        assert_eq!(bad.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [0, 2]);
        assert!(Ranges::new(SegmentType::Domain, &["a..b"]).is_err());
    }

    #[test]
    fn addresses_of_both_versions_have_places_of_their_own() {
        let (first, last) = Range::new("10.0.0.0/8").unwrap().bounds();
        assert!(first > u128::from(u32::MAX) && last - first == (1 << 24) - 1);
        let mapped = "::ffff:10.0.0.1".parse().unwrap();
        assert_eq!(address_number(mapped), address_number("10.0.0.1".parse().unwrap()));
    }
}
