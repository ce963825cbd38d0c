//! Columns that hold few different values: what is worked out for one of them need not be for the next device.

use domain::{FactText, Label, Os, OsVersion, Outcome};

use super::{DeviceRef, Fleet};

/// A column in which many devices have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shared {
    Os,
    OsVersion,
    ClientVersion,
    DeviceMake,
    DeviceModel,
    Event,
    Domain,
    Outcome,
}

impl Fleet {
    /// All numbers that stand for something in a column are below this one.
    pub(crate) fn shared_end(&self, column: Shared) -> u32 {
        let ids = &self.dictionaries;
        match column {
            Shared::Os => Os::ALL.into_iter().map(|os| u32::from(os.number()) + 1).max().unwrap_or(1),
            Shared::OsVersion => ids.os_version.next,
            Shared::ClientVersion => ids.client_version.next,
            Shared::DeviceMake => ids.device_make.next,
            Shared::DeviceModel => ids.device_model.next,
            Shared::Event => ids.event.next,
            Shared::Domain => ids.domain.next,
            Shared::Outcome => ids.outcome.next,
        }
    }

    /// The text that a number stands for; none where nothing was reported, or where it is none.
    pub(crate) fn shared_text(&self, column: Shared, id: u32) -> Option<&str> {
        let ids = &self.dictionaries;
        match column {
            Shared::Os => u8::try_from(id).ok().and_then(Os::from_number).map(Os::display_name),
            Shared::OsVersion => ids.os_version.get(id).map(OsVersion::as_str),
            Shared::ClientVersion => ids.client_version.get(id).map(Label::as_str),
            Shared::DeviceMake => ids.device_make.get(id).map(Label::as_str),
            Shared::DeviceModel => ids.device_model.get(id).map(Label::as_str),
            Shared::Event => ids.event.get(id).map(Label::as_str),
            Shared::Domain => ids.domain.get(id).map(FactText::as_str),
            Shared::Outcome => None,
        }
    }

    /// The outcome that a number of that column stands for.
    pub(crate) fn shared_outcome(&self, id: u32) -> Option<&Outcome> {
        self.dictionaries.outcome.get(id)
    }
}

impl DeviceRef<'_> {
    /// The number that stands for what the device has in a column: small, and the same for devices of one snapshot
    /// that have the same there.
    pub(crate) fn shared(&self, column: Shared) -> u32 {
        let (block, place) = (self.block(), self.place());
        match column {
            Shared::Os => block.os.get(place).into(),
            Shared::OsVersion => block.os_version.get(place),
            Shared::ClientVersion => block.client_version.get(place),
            Shared::DeviceMake => block.device_make.get(place),
            Shared::DeviceModel => block.device_model.get(place),
            Shared::Event => block.event.get(place),
            Shared::Domain => block.domain.get(place),
            Shared::Outcome => block.outcome.get(place),
        }
    }
}
