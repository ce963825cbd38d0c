//! On what terms tags are put on devices.

use std::collections::BTreeMap;

use domain::{Change, DeviceNumber, Error, Source, TagId, Timestamp};

use crate::fleet::DeviceRef;
use crate::state::Context;

/// By what way tags are put on devices, and for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// By what way.
    pub source: Source,
    /// When they come off again by themselves; `Some(None)`: never. `None` says nothing: a tag that a device carries
    /// already stays as long as it would have, any other for ever.
    pub expiry: Option<Option<Timestamp>>,
}

/// Assignments whose end changes: the devices by tag and by the end before.
#[derive(Debug, Default)]
pub(super) struct Extended(BTreeMap<(TagId, Option<Timestamp>), Vec<DeviceNumber>>);

impl Terms {
    /// Refuses an end that has passed.
    pub(super) fn check(&self, context: &Context) -> Result<(), Error> {
        if self.expires_at().is_some_and(|expiry| expiry <= context.now) {
            let message = "expiresAt must be later than now";
            return Err(Error::invalid("expiresAt", "past", message));
        }
        Ok(())
    }

    /// When a tag that is put on now comes off again.
    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        self.expiry.flatten()
    }

    /// Whether a tag that a device carries comes off it at another moment by these terms.
    pub(super) fn extend(&self, device: &DeviceRef<'_>, tag: TagId) -> bool {
        self.expiry.is_some_and(|after| device.expiry_of(tag) != after)
    }
}

impl Extended {
    /// Notes that of a device which carries a tag.
    pub(super) fn add(&mut self, device: &DeviceRef<'_>, tag: TagId) {
        self.0.entry((tag, device.expiry_of(tag))).or_default().push(device.number());
    }

    /// The changes that give them all one end.
    pub(super) fn changes(self, after: Option<Timestamp>) -> impl Iterator<Item = Change> {
        self.0.into_iter().map(move |((tag, before), mut devices)| {
            devices.sort_unstable();
            devices.dedup();
            Change::ExpiryChanged { tag, devices, before, after }
        })
    }
}
