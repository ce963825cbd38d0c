//! What lists of devices are ordered by.

/// An order of devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceOrder {
    /// By what.
    pub by: DeviceKey,
    /// Whether the highest comes first.
    pub descending: bool,
}

/// What devices are compared by. What a device lacks comes before what others have, but for a classification, where
/// having none is weaker than any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceKey {
    /// Its name, whatever its case.
    #[default]
    Name,
    /// When it last checked in.
    LastSeen,
    /// The name of its operating system.
    Type,
    /// Its address as a number: those of version 4 come before nearly all of version 6.
    IpAddress,
    /// Its serial number, whatever its case.
    SerialNumber,
    /// Its classification, the strongest first.
    Classification,
}
