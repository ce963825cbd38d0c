//! Who the devices of a block are: what hardly ever changes.

use domain::{DeviceUid, Label, UserKey};

use super::super::block::Lasting;
use super::super::column::{BLOCK, Column, Texts};
use super::super::cow::slot_hash;
use super::super::folded;
use super::super::hash::hash_of;
use super::columns::{TextListsMessage, read_mac_addresses, write_all, write_mac_addresses};
use crate::DecodeError;
use crate::encoding::packed::{TextsMessage, read_numbers, read_texts, write_numbers};

/// Columns that say who a device is.
#[derive(prost::Message)]
pub(super) struct IdentityMessage {
    #[prost(bytes = "vec", optional, tag = "1")]
    number: Option<Vec<u8>>,
    #[prost(message, optional, tag = "2")]
    uid: Option<TextsMessage>,
    #[prost(message, optional, tag = "3")]
    userkey: Option<TextsMessage>,
    /// Of users who are named as their keys are: 1 for each such device, as numbers.
    #[prost(bytes = "vec", tag = "4")]
    username_is_userkey: Vec<u8>,
    /// Of the others.
    #[prost(message, optional, tag = "5")]
    username: Option<TextsMessage>,
    #[prost(message, optional, tag = "6")]
    hostname: Option<TextsMessage>,
    #[prost(message, optional, tag = "7")]
    serial_number: Option<TextsMessage>,
    #[prost(message, optional, tag = "8")]
    mac_addresses: Option<TextListsMessage>,
}

/// Those columns as a message.
pub(super) fn write(block: &Lasting) -> IdentityMessage {
    let named = (0..BLOCK).rev().find(|place| !block.username(*place).is_empty());
    let count = named.map_or(0, |last| last + 1);
    let same: Vec<_> = (0..count).map(|place| block.is_userkey.get(place).into()).collect();
    let others: Vec<_> = (0..count).map(|place| block.username.get(place)).collect();
    IdentityMessage {
        number: block.number.write(),
        uid: block.uid.write(),
        userkey: block.userkey.write(),
        username_is_userkey: write_numbers(&same),
        username: (count > 0).then(|| write_all(&others)),
        hostname: block.hostname.write(),
        serial_number: block.serial_number.write(),
        mac_addresses: write_mac_addresses(&block.mac_addresses),
    }
}

/// Sets those columns from their message. Gives of each uid's hash what
/// stands in a slot.
pub(super) fn read(message: &IdentityMessage, block: &mut Lasting) -> Result<Vec<u32>, DecodeError> {
    block.uid = Texts::decode::<DeviceUid>("uid", message.uid.as_ref())?;
    block.userkey = Texts::decode::<UserKey>("userkey", message.userkey.as_ref())?;
    let username = read_texts::<Label>("username", message.username.as_ref(), BLOCK)?;
    block.number = Column::decode("number", message.number.as_deref(), |_| true)?;
    block.hostname = Texts::decode::<Label>("hostname", message.hostname.as_ref())?;
    block.serial_number = Texts::decode::<Label>("serial_number", message.serial_number.as_ref())?;
    block.mac_addresses = read_mac_addresses(message.mac_addresses.as_ref())?;
    let mut found = vec![0; BLOCK];
    for (place, hash) in found.iter_mut().enumerate() {
        if (block.number.get(place) == 0) != block.uid.is_empty(place) {
            return Err(DecodeError::damaged(format_args!("uid[{place}]"), "does not go with the number"));
        }
        // No device is found where none stands.
        block.uid.any(place, |uid| {
            *hash = slot_hash(hash_of(&*folded(uid)));
            true
        });
    }
    let same: Vec<u8> = read_numbers(SAME, &message.username_is_userkey, BLOCK)?.collect(SAME)?;
    if same.len() != username.lengths().len() {
        return Err(DecodeError::damaged(SAME, "is not of the devices that have a user's name"));
    }
    block.username = Texts::from(username);
    let mut is_userkey = [0; BLOCK];
    for (place, same) in same.iter().enumerate().filter(|(_, same)| **same > 0) {
        let of_key = block.username.is_empty(place) && !block.userkey.is_empty(place);
        if *same > 1 || !of_key {
            return Err(DecodeError::damaged(format_args!("{SAME}[{place}]"), "cannot be"));
        }
        is_userkey[place] = 1;
    }
    block.is_userkey = Column::of(&is_userkey);
    Ok(found)
}

/// The member that tells whose names are their keys.
const SAME: &str = "username_is_userkey";

/// Takes those columns over from another block.
pub(super) fn take(from: Lasting, to: &mut Lasting) {
    to.number = from.number;
    to.uid = from.uid;
    to.userkey = from.userkey;
    to.username = from.username;
    to.is_userkey = from.is_userkey;
    to.hostname = from.hostname;
    to.serial_number = from.serial_number;
    to.mac_addresses = from.mac_addresses;
}

/// Whether both blocks share those columns.
pub(super) fn is_shared(a: &Lasting, b: &Lasting) -> bool {
    a.number.is_shared_with(&b.number)
        && a.uid.is_shared_with(&b.uid)
        && a.userkey.is_shared_with(&b.userkey)
        && a.username.is_shared_with(&b.username)
        && a.is_userkey.is_shared_with(&b.is_userkey)
        && a.hostname.is_shared_with(&b.hostname)
        && a.serial_number.is_shared_with(&b.serial_number)
        && a.mac_addresses.is_shared_with(&b.mac_addresses)
}
