//! Whether a part stands in the text of an IP address, without making the texts of those of version 4.

use std::array;
use std::net::Ipv6Addr;

use rules::block::Words;

use crate::fleet::{BLOCK, BlockRef};

/// So few bytes are compared sooner than looked up.
const FEW: usize = 3;

/// A set of the numbers that a byte can be.
type Bytes = [bool; 256];

/// A part of texts, made ready to be looked for in many addresses.
pub(super) struct InAddress {
    folded: String,
    /// Where it has no points: the bytes whose digits hold it. Where it has some: the bytes that end as it begins, those
    /// that stand between two of its points, and the bytes that begin as it ends.
    v4: Option<Vec<Bytes>>,
    /// The bytes whose digits hold it, where they are few.
    few: Option<[u8; FEW]>,
    may_be_v6: bool,
}

impl InAddress {
    /// Of a text without case.
    pub(super) fn new(folded: &str) -> Self {
        let may_be_v6 =
            folded.bytes().all(|letter| letter.is_ascii_hexdigit() || matches!(letter, b'.' | b':'));
        let may_be_v4 = folded.bytes().all(|letter| letter.is_ascii_digit() || letter == b'.');
        // A part may be longer than the digits of any byte, or have more points than there are.
        let can_stand =
            |parts: &Vec<Bytes>| parts.len() <= 4 && parts.iter().all(|part| part.contains(&true));
        let v4 = may_be_v4.then(|| bytes(folded)).filter(can_stand);
        let few = if let Some([byte]) = v4.as_deref() { few(byte) } else { None };
        Self { folded: folded.to_owned(), v4, few, may_be_v6 }
    }

    /// Of the places `within` of a block those in the text of whose address it stands.
    pub(super) fn places(&self, block: BlockRef<'_>, within: Words) -> Words {
        if within.is_empty() || self.v4.is_none() && !self.may_be_v6 {
            return Words::NONE;
        }
        let numbers = &mut [0; BLOCK];
        let short = block.v4_addresses(numbers) & within;
        let found = match self.v4.as_deref() {
            // Without branches: many addresses have one or two digits, and it is asked of all.
            Some([byte]) => match self.few {
                Some(few) => short & Words::of(numbers, |number| has_one_of(few, number)),
                None => short & Words::of(numbers, |number| has_any(byte, number)),
            },
            Some(_) => short.filter(|place| self.is_in_v4(numbers[place].to_be_bytes())),
            None => Words::NONE,
        };
        if !self.may_be_v6 {
            return found;
        }
        let long = within.without(&short);
        found | long.filter(|place| block.address(place).is_some_and(|address| self.is_in_v6(address)))
    }

    fn is_in_v4(&self, address: [u8; 4]) -> bool {
        let stands = |bytes: &[u8], parts: &[Bytes]| {
            bytes.iter().zip(parts).all(|(byte, part)| part[usize::from(*byte)])
        };
        self.v4.as_ref().is_some_and(|parts| address.windows(parts.len()).any(|bytes| stands(bytes, parts)))
    }

    fn is_in_v6(&self, address: u128) -> bool {
        self.may_be_v6 && Ipv6Addr::from(address).to_string().contains(&self.folded)
    }
}

/// Whether one of the bytes of a number is in a set.
fn has_any(bytes: &Bytes, number: u32) -> bool {
    number.to_be_bytes().iter().fold(false, |any, byte| any | bytes[usize::from(*byte)])
}

/// The bytes in a set, some of them told again, where there are so few: two digits stand in no more.
fn few(bytes: &Bytes) -> Option<[u8; FEW]> {
    let mut all = (0..=u8::MAX).filter(|byte| bytes[usize::from(*byte)]);
    let first = all.next()?;
    let few = array::from_fn(|place| if place == 0 { first } else { all.next().unwrap_or(first) });
    all.next().is_none().then_some(few)
}

/// As [`has_any`], of few bytes and many numbers side by side.
#[inline]
fn has_one_of(few: [u8; FEW], number: u32) -> bool {
    const ONES: u32 = 0x0101_0101;
    const HIGHEST: u32 = ONES << 7;
    let has = |byte| {
        let other = number ^ (ONES * u32::from(byte));
        // Taking one from each byte sets the highest bit of the first that is none.
        other.wrapping_sub(ONES) & !other & HIGHEST
    };
    few.into_iter().fold(0, |found, byte| found | has(byte)) != 0
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
            let is_in = |part: &InAddress| match address {
                IpAddr::V4(address) => {
                    if let Some([byte]) = part.v4.as_deref() {
                        let is_in = part.is_in_v4(address.octets());
                        assert_eq!(has_any(byte, address.into()), is_in);
                        assert!(part.few.is_none_or(|few| has_one_of(few, address.into()) == is_in));
                        let count = byte.iter().filter(|is_in| **is_in).count();
                        assert_eq!(part.few.is_some(), (1..=FEW).contains(&count));
                    }
                    part.is_in_v4(address.octets())
                }
                IpAddr::V6(address) => part.is_in_v6(address.into()),
            };
            for part in [Some(&*part), own].into_iter().flatten() {
                prop_assert_eq!(is_in(&InAddress::new(part)), text.contains(part), "{} in {}", part, text);
            }
        }
    }
}
