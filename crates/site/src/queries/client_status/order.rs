//! The order of status rows.

use std::cmp::{Ordering, Reverse};

use super::{ClientStatus, Field, Value};
use crate::DeviceRef;
use crate::queries::language::{Field as _, Kind, compare_versions};

/// One criterion of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// What is compared.
    pub field: Field,
    /// The largest first.
    pub descending: bool,
}

/// A device's row as an order places it; rows that it holds equal come newest first, those of one moment by device
/// number. What is compared is read from the device each time.
#[derive(Clone, Copy)]
pub(super) struct Placed<'q, 'a> {
    pub(super) rows: &'q ClientStatus<'a>,
    pub(super) orders: &'q [Order],
    pub(super) device: DeviceRef<'a>,
}

impl Placed<'_, '_> {
    fn compare(&self, field: Field, other: &Self) -> Ordering {
        let (a, b) = (&self.device, &other.device);
        match field {
            // All device ids begin alike, and the uid need not be put together.
            Field::DeviceId => a.uid().cmp(&b.uid()),
            Field::MacAddresses => a.mac_addresses().cmp(b.mac_addresses()),
            _ => match (self.rows.value(field, a), self.rows.value(field, b)) {
                (Value::Text(a), Value::Text(b)) if field.kind() == Kind::Version => {
                    compare_versions(&a, &b).then_with(|| a.cmp(&b))
                }
                (a, b) => a.cmp(&b),
            },
        }
    }
}

impl Ord for Placed<'_, '_> {
    fn cmp(&self, other: &Self) -> Ordering {
        for Order { field, descending } in self.orders {
            match self.compare(*field, other) {
                Ordering::Equal => {}
                unequal if *descending => return unequal.reverse(),
                unequal => return unequal,
            }
        }
        let rest = |placed: &Self| (Reverse(placed.device.seen_at()), placed.device.number());
        rest(self).cmp(&rest(other))
    }
}

impl PartialOrd for Placed<'_, '_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Placed<'_, '_> {}

impl PartialEq for Placed<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
