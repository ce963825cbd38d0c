//! Addresses of devices in their own networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::address_number;
use rules::block::Words;
use smallvec::SmallVec;

use super::column::{BLOCK, Lists};
use super::text::{TEXT_BYTES, Text};

/// The bytes of an address, 4 or 16, highest first.
pub(super) fn bytes(address: IpAddr) -> SmallVec<[u8; 16]> {
    match address {
        IpAddr::V4(address) => SmallVec::from_slice(&address.octets()),
        IpAddr::V6(address) => SmallVec::from(address.octets()),
    }
}

/// The address of such bytes; `None` of any others.
pub(super) fn read(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(octets).into());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|octets| Ipv6Addr::from(octets).into())
}

/// The number of the address of such bytes, as [`address_number`] gives it; `None` of any others. It is asked of all
/// devices at once.
pub(super) fn number(bytes: &[u8]) -> Option<u128> {
    match *bytes {
        [a, b, c, d] => Some(u128::from(Ipv4Addr::new(a, b, c, d).to_ipv6_mapped())),
        _ => read(bytes).map(address_number),
    }
}

/// The places whose bytes are of an address of version 4, and its number as such into `numbers`; into others 0.
pub(super) fn fill_v4(bytes: &Lists<u8>, numbers: &mut [u32; BLOCK]) -> Words {
    numbers.fill(0);
    let mut places = Words::NONE;
    // Mostly all devices have one.
    if let Some(length @ 4) = bytes.length() {
        let (rows, _) = bytes.values().as_chunks::<4>();
        numbers.iter_mut().zip(rows).for_each(|(number, row)| *number = u32::from_be_bytes(*row));
        return Words::first(bytes.values().len() / length);
    }
    for (place, number) in (0..bytes.count()).zip(numbers) {
        if let Ok(row) = <[u8; 4]>::try_from(bytes.get(place)) {
            *number = u32::from_be_bytes(row);
            places.insert(place);
        }
    }
    places
}

/// As the standard library displays it. One of version 4 without the machinery of formatting: lists show many.
pub(super) fn text<'a>(address: IpAddr) -> Text<'a> {
    let mut text = SmallVec::<[u8; TEXT_BYTES]>::new();
    match address {
        IpAddr::V6(address) => text.extend_from_slice(address.to_string().as_bytes()),
        IpAddr::V4(address) => {
            for (place, octet) in address.octets().into_iter().enumerate() {
                if place > 0 {
                    text.push(b'.');
                }
                for (least, unit) in [(100, 100), (10, 10), (0, 1)] {
                    if octet >= least {
                        text.push(b'0' + octet / unit % 10);
                    }
                }
            }
        }
    }
    Text::made(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_address_is_read_as_it_was_kept_and_shown_as_the_standard_library_does(address: IpAddr) {
            prop_assert_eq!(read(&bytes(address)), Some(address));
            prop_assert_eq!(number(&bytes(address)), Some(address_number(address)));
            prop_assert_eq!(String::from(text(address)), address.to_string());
        }

        #[test]
        fn addresses_of_version_4_are_told_from_others(
            addresses in proptest::collection::vec(proptest::option::of(any::<IpAddr>()), 0..40),
            short in proptest::collection::vec(any::<Ipv4Addr>().prop_map(|address| Some(address.into())), 0..BLOCK),
        ) {
            for addresses in [addresses, short] {
                let mut lists = Lists::default();
                for (place, address) in addresses.iter().enumerate() {
                    lists.set(place, &address.map(bytes).unwrap_or_default());
                }
                let numbers = &mut [7; BLOCK];
                let places = fill_v4(&lists, numbers);
                for (place, number) in numbers.iter().enumerate() {
                    let address = match addresses.get(place) {
                        Some(Some(IpAddr::V4(address))) => Some(u32::from(*address)),
                        _ => None,
                    };
                    prop_assert_eq!((places.has(place), *number), (address.is_some(), address.unwrap_or_default()));
                }
            }
        }
    }
}
