//! One column as bytes.

use std::sync::Arc;

use domain::Label;

use rules::block::Words;

use super::super::column::{BLOCK, Column, Lists, Small, Texts, Truths};
use super::super::moments::Moments;
use super::super::text::Text;
use crate::DecodeError;
use crate::catalogue::CHECKS_MAX;
use crate::encoding::packed::{
    PlainForm, TextsMessage, read_numbers, read_texts, write_numbers, write_texts,
};

/// Most entries of all lists of a column: no device answers more than a site asks.
const LISTED_MAX: usize = BLOCK * CHECKS_MAX;

impl<T: Small + TryFrom<u64>> Column<T> {
    /// Its values as numbers; `None` where none differs from the default.
    pub(super) fn write(&self) -> Option<Vec<u8>> {
        let mut scratch = [T::default(); BLOCK];
        let values = self.all(&mut scratch)?;
        values.iter().any(|value| *value != T::default()).then(|| write_numbers(&values.map(T::word)))
    }

    /// The column of these bytes, if they are for a whole block and `is_valid` holds of each value.
    pub(super) fn decode(
        member: &str,
        bytes: Option<&[u8]>,
        is_valid: impl Fn(T) -> bool,
    ) -> Result<Self, DecodeError> {
        let Some(bytes) = bytes else { return Ok(Self::default()) };
        let numbers = read_numbers(member, bytes, BLOCK)?;
        if numbers.len() != BLOCK {
            return Err(DecodeError::damaged(member, "is not of a whole block"));
        }
        let out_of_bounds = || DecodeError::damaged(member, "holds a number beyond its bounds");
        if let Some(only) = numbers.only() {
            let only = T::try_from(only).ok().filter(|only| is_valid(*only));
            return only.map(Self::of_one).ok_or_else(out_of_bounds);
        }
        let mut codes = [0; BLOCK];
        if let Some(few) = numbers.few(&mut codes) {
            // Some of them no place may have: the longer way tells what is wrong.
            let few: Option<Vec<_>> = few.into_iter().map(|one| T::try_from(one).ok()).collect();
            if let Some(few) = few.filter(|few| few.iter().all(|one| is_valid(*one))) {
                return Ok(Self::of_few(&few, &codes));
            }
        }
        let mut values = [T::default(); BLOCK];
        numbers.fill(member, &mut values)?;
        let valid = values.iter().all(|value| is_valid(*value));
        valid.then(|| Self::of(&values)).ok_or_else(out_of_bounds)
    }
}

impl Moments {
    /// Its moments as numbers; `None` where none is set.
    pub(super) fn write(&self) -> Option<Vec<u8>> {
        let moments = self.all();
        let numbers = moments.map(|moment| u64::try_from(moment).unwrap_or_default());
        (moments != [0; BLOCK]).then(|| write_numbers(&numbers))
    }

    /// As [`Column::decode`].
    pub(super) fn decode(
        member: &str,
        bytes: Option<&[u8]>,
        is_valid: impl Fn(i64) -> bool,
    ) -> Result<Self, DecodeError> {
        let column = Column::decode(member, bytes, is_valid)?;
        let mut scratch = [0; BLOCK];
        Ok(column.all(&mut scratch).map_or_else(Self::default, |moments| Self::of(*moments)))
    }
}

/// How long each of a block's lists is, as numbers.
pub(super) fn write_lengths(ends: impl Iterator<Item = u32>) -> Vec<u8> {
    let mut start = 0;
    let lengths: Vec<_> = ends.map(|end| u64::from(end - std::mem::replace(&mut start, end))).collect();
    write_numbers(&lengths)
}

/// Where each of a block's lists ends, from their lengths, and the number of all their values.
pub(super) fn read_lengths(member: &str, bytes: &[u8]) -> Result<(Vec<u32>, usize), DecodeError> {
    let mut ends: Vec<u32> = read_numbers(member, bytes, BLOCK)?.collect(member)?;
    let mut total = 0_usize;
    for end in &mut ends {
        total = total.saturating_add(*end as usize);
        if total > LISTED_MAX {
            return Err(DecodeError::damaged(member, format_args!("has more than {LISTED_MAX} entries")));
        }
        *end = u32::try_from(total).unwrap_or(u32::MAX);
    }
    Ok((ends, total))
}

impl Texts {
    /// The texts as a message; `None` where none was ever set.
    pub(super) fn write(&self) -> Option<TextsMessage> {
        let texts: Vec<_> = (0..self.count()).map(|place| self.get(place)).collect();
        (!texts.is_empty()).then(|| write_all(&texts))
    }

    /// The texts of a message, each empty or of the form of `T`.
    pub(super) fn decode<T: PlainForm>(
        member: &str,
        message: Option<&TextsMessage>,
    ) -> Result<Self, DecodeError> {
        read_texts::<T>(member, message, BLOCK).map(Self::from)
    }
}

/// These texts as a message.
pub(super) fn write_all(texts: &[Text<'_>]) -> TextsMessage {
    let texts: Vec<_> = texts.iter().map(Text::as_str).collect();
    write_texts(texts.iter().copied())
}

/// Lists of texts, a list a device.
#[derive(prost::Message)]
pub(super) struct TextListsMessage {
    /// How many each device has, as numbers.
    #[prost(bytes = "vec", tag = "1")]
    lengths: Vec<u8>,
    #[prost(message, optional, tag = "2")]
    texts: Option<TextsMessage>,
}

/// Hardware addresses.
pub(super) fn write_mac_addresses(column: &Texts) -> Option<TextListsMessage> {
    let places = 0..column.count();
    let lengths: Vec<_> = places.clone().map(|place| column.all(place).count() as u64).collect();
    let addresses: Vec<_> = places.flat_map(|place| column.all(place)).collect();
    (column.count() > 0)
        .then(|| TextListsMessage { lengths: write_numbers(&lengths), texts: Some(write_all(&addresses)) })
}

/// As [`write_mac_addresses`] wrote them.
pub(super) fn read_mac_addresses(message: Option<&TextListsMessage>) -> Result<Texts, DecodeError> {
    let member = "mac_addresses";
    let Some(message) = message else { return Ok(Texts::default()) };
    let (ends, total) = read_lengths(member, &message.lengths)?;
    let addresses = read_texts::<Label>(member, message.texts.as_ref(), total)?;
    if addresses.lengths().len() != total || addresses.lengths().any(|length| length == 0) {
        return Err(DecodeError::damaged(member, "are not as many as the devices have"));
    }
    Ok(Texts::of_lists(addresses, &ends))
}

/// Addresses.
#[derive(prost::Message)]
pub(super) struct AddressesMessage {
    /// How many bytes each device's address has, as numbers: 4, 16, or 0 for none.
    #[prost(bytes = "vec", tag = "1")]
    lengths: Vec<u8>,
    /// The addresses behind one another, highest byte first.
    #[prost(bytes = "vec", tag = "2")]
    addresses: Vec<u8>,
}

/// Addresses as a message.
pub(super) fn write_ip_addresses(column: &Lists<u8>) -> Option<AddressesMessage> {
    (column.count() > 0).then(|| AddressesMessage {
        lengths: write_lengths(column.ends()),
        addresses: column.values().to_vec(),
    })
}

/// As [`write_ip_addresses`] wrote them.
pub(super) fn read_ip_addresses(message: Option<&AddressesMessage>) -> Result<Lists<u8>, DecodeError> {
    let member = "ip_address";
    let Some(message) = message else { return Ok(Lists::default()) };
    let (ends, total) = read_lengths(member, &message.lengths)?;
    let mut start = 0;
    let known = ends.iter().all(|end| matches!(end - std::mem::replace(&mut start, *end), 0 | 4 | 16));
    if !known || total != message.addresses.len() {
        return Err(DecodeError::damaged(member, "has neither 4 nor 16 bytes"));
    }
    Ok(Lists::of(&ends, message.addresses.clone()))
}

impl Truths {
    /// For each device whether it is known, and twice whether it is true.
    pub(super) fn write(&self) -> Option<Vec<u8>> {
        let (known, truth) = self.0.as_deref()?;
        let bit = |places: &Words, place: usize| places.0[place / 64] >> (place % 64) & 1;
        let numbers: Vec<_> = (0..BLOCK).map(|place| bit(known, place) | bit(truth, place) << 1).collect();
        Some(write_numbers(&numbers))
    }

    /// As [`Truths::write`] wrote them.
    pub(super) fn read(member: &str, bytes: Option<&[u8]>) -> Result<Self, DecodeError> {
        let Some(bytes) = bytes else { return Ok(Self(None)) };
        let column = Column::<u8>::decode(member, Some(bytes), |number| number < 4)?;
        let mut scratch = [0; BLOCK];
        let sets = column.all(&mut scratch).map_or((Words::NONE, Words::NONE), |numbers| {
            (Words::of(numbers, |number| number & 1 != 0), Words::of(numbers, |number| number & 2 != 0))
        });
        Ok(Self(Some(Arc::new(sets))))
    }

    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(sets), Some(others)) => Arc::ptr_eq(sets, others),
            (sets, others) => sets.is_none() && others.is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use proptest::prelude::*;

    use super::super::super::address;
    use super::*;

    proptest! {
        #[test]
        fn addresses_are_read_as_they_were_written(
            addresses in proptest::collection::vec(proptest::option::of(any::<IpAddr>()), 0..20)
        ) {
            let mut column = Lists::default();
            for (place, address) in addresses.iter().enumerate() {
                column.set(place, &address.map(address::bytes).unwrap_or_default());
            }
            prop_assert_eq!(read_ip_addresses(write_ip_addresses(&column).as_ref()).unwrap(), column);
        }
    }

    #[test]
    fn an_address_of_any_other_length_is_refused() {
        let message = |lengths: &[u64]| {
            Some(AddressesMessage { lengths: write_numbers(lengths), addresses: vec![7; 20] })
        };
        assert!(read_ip_addresses(message(&[4, 0, 16]).as_ref()).is_ok());
        for lengths in [&[4][..], &[5, 15], &[20], &[4, 16, 4]] {
            assert!(read_ip_addresses(message(lengths).as_ref()).is_err(), "{lengths:?}");
        }
    }
}
