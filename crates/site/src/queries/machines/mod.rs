//! Machines with their users (netskope-v1, clients): selected and paged.

mod field;
#[cfg(test)]
mod tests;

use std::sync::atomic::AtomicBool;

use domain::{DeviceNumber, Timestamp};

pub use self::field::Field;
use super::client_status::{ClientStatus, Field as StatusField, Window};
use super::language::Query;
use crate::{DeviceRef, Site};

/// One machine: its devices, one a user, in the order of their numbers; at least one.
#[derive(Debug)]
pub struct Machine<'a>(Vec<DeviceRef<'a>>);

/// A query of machines in the form in which devices are asked.
#[derive(Clone, Debug)]
pub struct Asked(Query<StatusField>);

impl From<&Query<Field>> for Asked {
    fn from(query: &Query<Field>) -> Self {
        Self(query.of_fields(|field| field.of_row))
    }
}

/// The machines of which at least one user's device is as a query asks (all without one), each by the lowest number of
/// its devices, in that order: it is the same whatever check-ins come, and new machines come last. Once `stop` is true,
/// what is answered is worth nothing.
#[must_use]
pub fn numbers(site: &Site, asked: Option<&Asked>, stop: &AtomicBool) -> Vec<DeviceNumber> {
    let rows = ClientStatus::new(site, Window::default()).matching(asked.map(|asked| &asked.0)).until(stop);
    let mut numbers = rows.machines();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

impl<'a> Machine<'a> {
    /// The machine of which a device is one.
    #[must_use]
    pub fn of(site: &'a Site, device: DeviceNumber) -> Option<Self> {
        let uid = site.fleet.get(device)?.uid();
        let mut devices: Vec<_> = site.fleet.of_machine(&uid).collect();
        devices.sort_unstable_by_key(DeviceRef::number);
        (!devices.is_empty()).then_some(Self(devices))
    }

    /// One a user, in the order of their numbers.
    #[must_use]
    pub fn users(&self) -> &[DeviceRef<'a>] {
        &self.0
    }

    /// When the first of its devices was first seen, if that is known.
    #[must_use]
    pub fn first_seen_at(&self) -> Option<Timestamp> {
        self.0.first()?.first_seen_at()
    }

    /// The device that checked in last: what it said of the machine is the newest that is known.
    #[must_use]
    pub fn newest(&self) -> &DeviceRef<'a> {
        self.0.iter().max_by_key(|device| device.seen_at()).expect("a machine has a device")
    }
}
