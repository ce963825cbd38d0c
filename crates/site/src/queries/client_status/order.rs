//! The order of status rows.

use std::cmp::Reverse;

use smallvec::SmallVec;

use super::{ClientStatus, Field, Value};
use crate::DeviceRef;

/// One criterion of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// What is compared.
    pub field: Field,
    /// The largest first.
    pub descending: bool,
}

/// A value that ranks up or down. Within one order, a place has always the same of the two.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank<'a> {
    Up(Value<'a>),
    Down(Reverse<Value<'a>>),
}

/// What places a device's row in an order.
pub(super) fn ranks<'a>(
    rows: &ClientStatus<'a>,
    orders: &[Order],
    device: &DeviceRef<'a>,
) -> SmallVec<[Rank<'a>; 2]> {
    let rank = |order: &Order| {
        // All device ids begin alike, and the uid need not be put together.
        let field = if order.field == Field::DeviceId { Field::Nsdeviceuid } else { order.field };
        let value = rows.value(field, device);
        if order.descending { Rank::Down(Reverse(value)) } else { Rank::Up(value) }
    };
    orders.iter().map(rank).collect()
}
