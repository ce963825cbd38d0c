//! Columns that hold few different values: what is worked out for one of them need not be for the next device.

use super::DeviceRef;

/// A column in which many devices have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shared {
    Os,
    OsVersion,
    ClientVersion,
    DeviceMake,
    DeviceModel,
    Event,
    Outcome,
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
            Shared::Outcome => block.outcome.get(place),
        }
    }
}
