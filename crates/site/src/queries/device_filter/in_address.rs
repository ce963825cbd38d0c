//! Whether a part stands in the text of an IP address, without making the texts of those of version 4.

use std::array;
use std::net::Ipv6Addr;

/// A set of the numbers that a byte can be.
type Bytes = [bool; 256];

/// A part of texts, made ready to be looked for in many addresses.
pub(super) struct InAddress {
    folded: String,
    /// Where it has no points: the bytes whose digits hold it. Where it has some: the bytes that end as it begins, those
    /// that stand between two of its points, and the bytes that begin as it ends.
    v4: Option<Vec<Bytes>>,
    may_be_v6: bool,
}

impl InAddress {
    /// Of a text without case.
    pub(super) fn new(folded: &str) -> Self {
        let may_be_v6 =
            folded.bytes().all(|letter| letter.is_ascii_hexdigit() || matches!(letter, b'.' | b':'));
        let may_be_v4 = folded.bytes().all(|letter| letter.is_ascii_digit() || letter == b'.');
        Self { folded: folded.to_owned(), v4: may_be_v4.then(|| bytes(folded)), may_be_v6 }
    }

    /// Whether it stands in the text of the address of these bytes; in none where there are none.
    pub(super) fn is_in(&self, address: &[u8]) -> bool {
        if let Ok(bytes) = <&[u8; 4]>::try_from(address) {
            return self.v4.as_ref().is_some_and(|parts| {
                bytes
                    .windows(parts.len())
                    .any(|bytes| bytes.iter().zip(parts).all(|(byte, part)| part[usize::from(*byte)]))
            });
        }
        let v6 = <[u8; 16]>::try_from(address).ok().filter(|_| self.may_be_v6);
        v6.is_some_and(|bytes| Ipv6Addr::from(bytes).to_string().contains(&self.folded))
    }
}

fn bytes(folded: &str) -> Vec<Bytes> {
    let parts: Vec<_> = folded.split('.').collect();
    let last = parts.len() - 1;
    let of = |(place, part): (usize, &&str)| {
        array::from_fn(|byte| {
            let digits = byte.to_string();
            match place {
                _ if last == 0 => digits.contains(part),
                0 => digits.ends_with(part),
                _ if place == last => digits.starts_with(part),
                _ => digits == *part,
            }
        })
    };
    parts.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_part_is_in_an_address_when_its_text_holds_it(
            address: IpAddr,
            part in "[0-2]{1,2}|[0-9]{0,3}[.][0-9]{0,2}|[.0-9]{1,6}|[0-9a-f:]{1,3}|[a-z]",
            from in 0..12_usize,
            length in 1..8_usize,
        ) {
            let text = address.to_string();
            let own = text.get(from..(from + length).min(text.len())).filter(|own| !own.is_empty());
            let bytes = match address {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            };
            for part in [Some(&*part), own].into_iter().flatten() {
                prop_assert_eq!(InAddress::new(part).is_in(&bytes), text.contains(part), "{} in {}", part, text);
            }
        }
    }
}
