//! Who the devices of a block are: what hardly ever changes.

use std::hash::{Hash, Hasher};

use domain::{DeviceUid, Label, UserKey};

use super::super::block::Block;
use super::super::column::{BLOCK, Column, Texts};
use super::super::cow::hasher;
use super::super::folded;
use super::columns::{TextListsMessage, TextsMaker, read_checked, read_mac_addresses, write_mac_addresses};
use crate::DecodeError;
use crate::encoding::packed::{ReadTexts, TextsMessage, read_numbers, write_numbers};

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

/// The hashes under which a device is found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hashes {
    /// Of its uid.
    pub(super) machine: u64,
    /// Of its uid and its user's key.
    pub(super) device: u64,
}

/// Those columns as a message.
pub(super) fn write(block: &Block) -> IdentityMessage {
    let is_key = |place: usize, name: &str| !name.is_empty() && block.userkey.is(place, name);
    let same: Vec<_> = (0..block.username.count())
        .map(|place| u64::from(is_key(place, block.username.get(place))))
        .collect();
    IdentityMessage {
        number: block.number.write(),
        uid: block.uid.write(),
        userkey: block.userkey.write(),
        username_is_userkey: write_numbers(&same),
        username: block.username.write_those(|place, name| !is_key(place, name)),
        hostname: block.hostname.write(),
        serial_number: block.serial_number.write(),
        mac_addresses: write_mac_addresses(&block.mac_addresses),
    }
}

/// Sets those columns from their message. Gives the hashes of each place.
pub(super) fn read(message: &IdentityMessage, block: &mut Block) -> Result<Vec<Hashes>, DecodeError> {
    let uid = read_checked::<DeviceUid>("uid", message.uid.as_ref())?;
    let userkey = read_checked::<UserKey>("userkey", message.userkey.as_ref())?;
    let username = read_checked::<Label>("username", message.username.as_ref())?;
    block.number = Column::read("number", message.number.as_deref(), |_| true)?;
    block.hostname = Texts::read::<Label>("hostname", message.hostname.as_ref())?;
    block.serial_number = Texts::read::<Label>("serial_number", message.serial_number.as_ref())?;
    block.mac_addresses = read_mac_addresses(message.mac_addresses.as_ref())?;
    let mut found = Vec::with_capacity(BLOCK);
    for (place, (uid, userkey)) in (0..BLOCK).zip(padded(&uid).zip(padded(&userkey))) {
        if (block.number.get(place) == 0) != uid.is_empty() {
            return Err(DecodeError::damaged(format_args!("uid[{place}]"), "does not go with the number"));
        }
        // No device is found where none stands.
        let none = Hashes { machine: 0, device: 0 };
        found.push(if uid.is_empty() { none } else { hashes(uid, userkey) });
    }
    let same: Vec<u8> = read_numbers(SAME, &message.username_is_userkey, BLOCK)?.collect(SAME)?;
    let all_same = same.len() == userkey.ends.len() && same.iter().all(|same| *same == 1);
    // Where all are, one column is enough for both, until one of them differs.
    let username = if all_same { None } else { Some(with_user_keys(username, &same, &userkey)?) };
    block.uid = Texts::from(uid);
    block.userkey = Texts::from(userkey);
    block.username = username.unwrap_or_else(|| block.userkey.clone());
    Ok(found)
}

/// Each text, and empty ones for the places that have none.
fn padded(texts: &ReadTexts) -> impl Iterator<Item = &str> {
    texts.iter().chain(std::iter::repeat(""))
}

/// The member that tells whose names are their keys.
const SAME: &str = "username_is_userkey";

/// Puts the user's key where it is the name.
fn with_user_keys(username: ReadTexts, same: &[u8], userkey: &ReadTexts) -> Result<Texts, DecodeError> {
    if same.len() != username.ends.len() {
        return Err(DecodeError::damaged(SAME, "is not of the devices that have a user's name"));
    }
    if !same.contains(&1) {
        return Ok(Texts::from(username));
    }
    let mut texts = TextsMaker::with_capacity(same.len(), username.text.len() + userkey.text.len());
    for (same, (name, userkey)) in same.iter().zip(username.iter().zip(padded(userkey))) {
        texts.add(|text| text.push_str(if *same == 1 { userkey } else { name }));
    }
    Ok(texts.finish())
}

/// As `hash_of` makes them; the uid is hashed once for both.
fn hashes(uid: &str, userkey: &str) -> Hashes {
    let mut hasher = hasher();
    folded(uid).hash(&mut hasher);
    let machine = hasher.finish();
    userkey.hash(&mut hasher);
    Hashes { machine, device: hasher.finish() }
}

/// Takes those columns over from another block.
pub(super) fn take(from: Block, to: &mut Block) {
    to.number = from.number;
    to.uid = from.uid;
    to.userkey = from.userkey;
    to.username = from.username;
    to.hostname = from.hostname;
    to.serial_number = from.serial_number;
    to.mac_addresses = from.mac_addresses;
}

/// Whether both blocks share those columns.
pub(super) fn is_shared(a: &Block, b: &Block) -> bool {
    a.number.is_shared_with(&b.number)
        && a.uid.is_shared_with(&b.uid)
        && a.userkey.is_shared_with(&b.userkey)
        && a.username.is_shared_with(&b.username)
        && a.hostname.is_shared_with(&b.hostname)
        && a.serial_number.is_shared_with(&b.serial_number)
        && a.mac_addresses.is_shared_with(&b.mac_addresses)
}

#[cfg(test)]
mod tests {
    use super::super::super::cow::hash_of;
    use super::*;

    #[test]
    fn hashes_are_those_under_which_devices_are_looked_up() {
        for (uid, userkey) in [("PC-1", "joe"), ("BÜRO", ""), ("", "")] {
            let made = hashes(uid, userkey);
            assert_eq!(made.machine, hash_of(&folded(uid)));
            assert_eq!(made.device, hash_of(&(folded(uid), userkey)));
        }
    }
}
