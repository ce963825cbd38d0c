//! One column as bytes.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use domain::Label;

use super::super::column::{BLOCK, Column, Lists, Packed, Places, Texts, Truths};
use super::super::moments::Moments;
use crate::DecodeError;
use crate::catalogue::CHECKS_MAX;
use crate::encoding::packed::{
    PlainForm, ReadTexts, TextsMessage, read_numbers, read_texts, write_numbers, write_texts,
};

/// Most entries of all lists of a column: no device answers more than a site asks.
const LISTED_MAX: usize = BLOCK * CHECKS_MAX;

impl<T: Copy + Default + TryFrom<u64> + TryInto<u64>> Column<T> {
    /// Its values as numbers; `None` where none ever differed from the default.
    pub(super) fn write(&self) -> Option<Vec<u8>> {
        let numbers = self.0.as_deref()?.map(|value| value.try_into().unwrap_or_default());
        Some(write_numbers(&numbers))
    }

    /// The column of these bytes, if they are for a whole block and `is_valid` holds of each value.
    pub(super) fn read(
        member: &str,
        bytes: Option<&[u8]>,
        is_valid: impl Fn(T) -> bool,
    ) -> Result<Self, DecodeError> {
        let Some(bytes) = bytes else { return Ok(Self(None)) };
        let numbers = read_numbers(member, bytes, BLOCK)?;
        if numbers.len() != BLOCK {
            return Err(DecodeError::damaged(member, "is not of a whole block"));
        }
        let mut values = [T::default(); BLOCK];
        numbers.fill(member, &mut values)?;
        match values.iter().all(|value| is_valid(*value)) {
            true => Ok(Self(Some(Arc::new(values)))),
            false => Err(DecodeError::damaged(member, "holds a number beyond its bounds")),
        }
    }
}

impl Moments {
    /// Its moments as numbers; `None` where none is set.
    pub(super) fn write(&self) -> Option<Vec<u8>> {
        let moments = self.all();
        let numbers = moments.map(|moment| u64::try_from(moment).unwrap_or_default());
        (moments != [0; BLOCK]).then(|| write_numbers(&numbers))
    }

    /// As [`Column::read`].
    pub(super) fn read(
        member: &str,
        bytes: Option<&[u8]>,
        is_valid: impl Fn(i64) -> bool,
    ) -> Result<Self, DecodeError> {
        let column = Column::read(member, bytes, is_valid)?;
        Ok(column.values().map_or_else(Self::default, |moments| Self::of(*moments)))
    }
}

impl<T> Column<T> {
    /// Whether both are the same column, not just equal ones.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(values), Some(others)) => Arc::ptr_eq(values, others),
            (values, others) => values.is_none() && others.is_none(),
        }
    }
}

impl<T> Lists<T> {
    /// Lists behind one another, as far as each of the `ends`.
    pub(super) fn of(ends: Vec<u32>, values: Vec<T>) -> Self {
        Self(Arc::new(Packed { ends, values }))
    }

    /// The values of all lists.
    pub(super) fn values(&self) -> &[T] {
        &self.0.values
    }

    /// How many places have a list, perhaps an empty one.
    pub(super) fn count(&self) -> usize {
        self.0.ends.len()
    }

    /// Whether both are the same lists, not just equal ones.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// How long each is, as numbers.
    pub(super) fn write_lengths(&self) -> Vec<u8> {
        let mut start = 0;
        let lengths: Vec<_> =
            self.0.ends.iter().map(|end| u64::from(*end - std::mem::replace(&mut start, *end))).collect();
        write_numbers(&lengths)
    }
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
        self.write_those(|_, _| true)
    }

    /// As [`Texts::write`]; those of which `is_wanted` does not hold are written as if they were empty.
    pub(super) fn write_those(
        &self,
        is_wanted: impl Fn(usize, &str) -> bool + Clone,
    ) -> Option<TextsMessage> {
        let count = self.count();
        let texts = (0..count).map(move |place| {
            Some(self.get(place)).filter(|text| is_wanted(place, text)).unwrap_or_default()
        });
        (count > 0).then(|| write_texts(texts))
    }

    /// The texts of a message, each empty or of the form of `T`.
    pub(super) fn read<T: PlainForm>(
        member: &str,
        message: Option<&TextsMessage>,
    ) -> Result<Self, DecodeError> {
        read_checked::<T>(member, message).map(Self::from)
    }

    /// How many places have a text, perhaps an empty one.
    pub(super) fn count(&self) -> usize {
        self.0.count()
    }

    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        self.0.is_shared_with(&other.0)
    }
}

/// The texts of a message, each empty or of the form of `T`; none where there is no message.
pub(super) fn read_checked<T: PlainForm>(
    member: &str,
    message: Option<&TextsMessage>,
) -> Result<ReadTexts, DecodeError> {
    let Some(message) = message else { return Ok(ReadTexts::default()) };
    let texts = read_texts(member, message, BLOCK)?;
    texts.check::<T>(member)?;
    Ok(texts)
}

impl From<ReadTexts> for Texts {
    fn from(texts: ReadTexts) -> Self {
        Self(Lists::of(texts.ends, texts.text.into_bytes()))
    }
}

/// Makes texts one by one.
#[derive(Default)]
pub(super) struct TextsMaker {
    ends: Vec<u32>,
    text: String,
}

impl TextsMaker {
    /// Room for so many texts and so many bytes of them.
    pub(super) fn with_capacity(count: usize, bytes: usize) -> Self {
        Self { ends: Vec::with_capacity(count), text: String::with_capacity(bytes) }
    }

    /// Adds what `write` appends as the next text.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.text);
        self.ends.push(u32::try_from(self.text.len()).expect("limits keep a block's texts far below 4 GiB"));
    }

    /// The texts.
    pub(super) fn finish(self) -> Texts {
        Texts::from(ReadTexts { ends: self.ends, text: self.text })
    }
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

/// Hardware addresses, which the column keeps separated by line feeds.
pub(super) fn write_mac_addresses(column: &Texts) -> Option<TextListsMessage> {
    let lines = |place: &usize| column.get(*place).split('\n').filter(|address| !address.is_empty());
    let places = 0..column.count();
    let lengths: Vec<_> = places.clone().map(|place| lines(&place).count() as u64).collect();
    let addresses = places.flat_map(|place| lines(&place).collect::<Vec<_>>());
    let texts = Some(write_texts(addresses.collect::<Vec<_>>().into_iter()));
    (column.count() > 0).then(|| TextListsMessage { lengths: write_numbers(&lengths), texts })
}

/// As [`write_mac_addresses`] wrote them.
pub(super) fn read_mac_addresses(message: Option<&TextListsMessage>) -> Result<Texts, DecodeError> {
    let member = "mac_addresses";
    let Some(message) = message else { return Ok(Texts::default()) };
    let (ends, total) = read_lengths(member, &message.lengths)?;
    let addresses = message.texts.as_ref().map(|texts| read_texts(member, texts, total)).transpose()?;
    let addresses = addresses.unwrap_or_default();
    addresses.check::<Label>(member)?;
    if addresses.ends.len() != total || addresses.iter().any(str::is_empty) {
        return Err(DecodeError::damaged(member, "are not as many as the devices have"));
    }
    let mut texts = TextsMaker::with_capacity(ends.len(), addresses.text.len() + total);
    let (mut rest, mut start) = (addresses.iter(), 0);
    for end in ends {
        texts.add(|text| {
            for (place, address) in rest.by_ref().take((end - start) as usize).enumerate() {
                if place > 0 {
                    text.push('\n');
                }
                text.push_str(address);
            }
        });
        start = end;
    }
    Ok(texts.finish())
}

/// Addresses, which the column keeps as their common texts.
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
pub(super) fn write_ip_addresses(column: &Texts) -> Option<AddressesMessage> {
    let (mut lengths, mut addresses) = (Vec::with_capacity(column.count()), Vec::new());
    for place in 0..column.count() {
        let before = addresses.len();
        match column.get(place).parse() {
            Ok(IpAddr::V4(address)) => addresses.extend(address.octets()),
            Ok(IpAddr::V6(address)) => addresses.extend(address.octets()),
            // Only addresses are set, so that the rest is empty.
            Err(_) => {}
        }
        lengths.push((addresses.len() - before) as u64);
    }
    (column.count() > 0).then(|| AddressesMessage { lengths: write_numbers(&lengths), addresses })
}

/// As [`write_ip_addresses`] wrote them.
pub(super) fn read_ip_addresses(message: Option<&AddressesMessage>) -> Result<Texts, DecodeError> {
    let member = "ip_address";
    let damaged = || DecodeError::damaged(member, "has neither 4 nor 16 bytes");
    let Some(message) = message else { return Ok(Texts::default()) };
    let (ends, total) = read_lengths(member, &message.lengths)?;
    if total != message.addresses.len() {
        return Err(damaged());
    }
    let mut texts = TextsMaker::with_capacity(ends.len(), ends.len() * "192.168.100.100".len());
    let mut start = 0;
    for end in ends {
        let bytes = &message.addresses[start as usize..end as usize];
        start = end;
        if bytes.is_empty() {
            texts.add(|_| {});
        } else if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
            texts.add(|text| write_v4(text, octets));
        } else {
            let octets = <[u8; 16]>::try_from(bytes).map_err(|_| damaged())?;
            texts.add(|text| text.push_str(&Ipv6Addr::from(octets).to_string()));
        }
    }
    Ok(texts.finish())
}

/// As an `Ipv4Addr` is displayed, without the machinery of formatting.
fn write_v4(text: &mut String, octets: [u8; 4]) {
    for (place, octet) in octets.into_iter().enumerate() {
        if place > 0 {
            text.push('.');
        }
        for (least, unit) in [(100, 100), (10, 10), (0, 1)] {
            if octet >= least {
                text.push(char::from(b'0' + octet / unit % 10));
            }
        }
    }
}

impl Truths {
    /// For each device whether it is known, and twice whether it is true.
    pub(super) fn write(&self) -> Option<Vec<u8>> {
        let (known, truth) = self.0.as_deref()?;
        let bit = |places: &Places, place: usize| places.0[place / 64] >> (place % 64) & 1;
        let numbers: Vec<_> = (0..BLOCK).map(|place| bit(known, place) | bit(truth, place) << 1).collect();
        Some(write_numbers(&numbers))
    }

    /// As [`Truths::write`] wrote them.
    pub(super) fn read(member: &str, bytes: Option<&[u8]>) -> Result<Self, DecodeError> {
        let Some(bytes) = bytes else { return Ok(Self(None)) };
        let column = Column::<u8>::read(member, Some(bytes), |number| number < 4)?;
        let mut sets = (Places::default(), Places::default());
        for (place, number) in column.values().into_iter().flatten().enumerate() {
            sets.0.0[place / 64] |= u64::from(number & 1) << (place % 64);
            sets.1.0[place / 64] |= u64::from(number >> 1) << (place % 64);
        }
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
    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn addresses_are_read_as_they_were_written(
            addresses in proptest::collection::vec(proptest::option::of(any::<IpAddr>()), 0..20)
        ) {
            let mut column = Texts::default();
            for (place, address) in addresses.iter().enumerate() {
                column.set(place, &address.map(|address| address.to_string()).unwrap_or_default());
            }
            prop_assert_eq!(read_ip_addresses(write_ip_addresses(&column).as_ref()).unwrap(), column);
        }

        #[test]
        fn an_ipv4_address_is_written_as_the_standard_library_does(octets in any::<[u8; 4]>()) {
            let mut text = String::new();
            write_v4(&mut text, octets);
            prop_assert_eq!(text, Ipv4Addr::from(octets).to_string());
        }
    }
}
