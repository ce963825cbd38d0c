//! The newest status of each device (netskope-v2 §9): selected, ordered, paged, grouped.

mod field;
mod value;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::{DeviceNumber, Timestamp};

pub use self::field::Field;
pub use self::value::Value;
use super::smallest::Smallest;
use crate::{DeviceRef, Site};

/// Most rows of one page.
pub const STATUS_ROWS_MAX: usize = 10_000;

/// A span of time in Unix seconds, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its first second.
    pub start_seconds: i64,
    /// Its last second.
    pub end_seconds: i64,
}

impl Window {
    /// Its last moment; none when it has no end.
    #[must_use]
    pub fn end(self) -> Option<Timestamp> {
        let last_of = |seconds| Timestamp::from_seconds(seconds).plus_millis(999);
        (self.end_seconds < i64::MAX).then(|| last_of(self.end_seconds))
    }
}

/// Everything kept.
impl Default for Window {
    fn default() -> Self {
        Self { start_seconds: i64::MIN, end_seconds: i64::MAX }
    }
}

/// A part of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows left out before it.
    pub offset: usize,
    /// Its most rows.
    pub limit: usize,
}

/// One criterion of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// What is compared.
    pub field: Field,
    /// The largest first.
    pub descending: bool,
}

/// Devices that agree in the fields that a result is grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they agree in, a value for each field.
    pub values: Vec<Value<'static>>,
    /// How many they are.
    pub count: usize,
}

/// The status rows of a site, one a device: what each last reported, if that was inside the window.
#[derive(Debug)]
pub struct ClientStatus<'a> {
    site: &'a Site,
    window: Window,
    device_id_prefix: String,
}

impl<'a> ClientStatus<'a> {
    /// The rows of `site` inside `window`.
    #[must_use]
    pub fn new(site: &'a Site, window: Window) -> Self {
        let device_id_prefix = device_id_prefix(site);
        Self { site, window, device_id_prefix }
    }

    /// What a device's row has in a field.
    #[must_use]
    pub fn value<'d>(&'d self, field: Field, device: &'d DeviceRef<'_>) -> Value<'d> {
        value::of(self.site, &self.device_id_prefix, field, device)
    }

    /// A page of the rows, newest first; those of one moment by device number.
    #[must_use]
    pub fn newest(&self, page: Page) -> Vec<DeviceRef<'a>> {
        let mut smallest = Smallest::new(page.offset.saturating_add(page.limit));
        for device in self.devices() {
            smallest.offer((Reverse(device.seen_at()), device.number()));
        }
        let keys = smallest.into_sorted_after(page.offset).into_iter();
        keys.filter_map(|(_, number)| self.site.fleet.get(number)).collect()
    }

    /// A page of the rows in an order; rows that it holds equal come newest first.
    #[must_use]
    pub fn ordered(&self, orders: &[Order], page: Page) -> Vec<DeviceRef<'a>> {
        let mut smallest = Smallest::new(page.offset.saturating_add(page.limit));
        for device in self.devices() {
            let ranks: Vec<_> = orders
                .iter()
                .map(|order| {
                    let value = self.value(order.field, &device).into_owned();
                    if order.descending { Rank::Down(Reverse(value)) } else { Rank::Up(value) }
                })
                .collect();
            smallest.offer((ranks, Reverse(device.seen_at()), device.number()));
        }
        let keys = smallest.into_sorted_after(page.offset).into_iter();
        keys.filter_map(|(.., number)| self.site.fleet.get(number)).collect()
    }

    /// A page of the groups of rows that agree in `fields`, the largest first, equal ones by their values.
    #[must_use]
    pub fn grouped(&self, fields: &[Field], page: Page) -> Vec<Group> {
        let mut counts: BTreeMap<Vec<Value<'static>>, usize> = BTreeMap::new();
        for device in self.devices() {
            let values = fields.iter().map(|field| self.value(*field, &device).into_owned());
            *counts.entry(values.collect()).or_default() += 1;
        }
        let mut groups: Vec<_> = counts.into_iter().map(|(values, count)| Group { values, count }).collect();
        groups.sort_by_key(|group| Reverse(group.count));
        groups.into_iter().skip(page.offset).take(page.limit).collect()
    }

    fn devices(&self) -> impl Iterator<Item = DeviceRef<'a>> {
        let Window { start_seconds, end_seconds } = self.window;
        self.site
            .fleet
            .iter()
            .filter(move |device| (start_seconds..=end_seconds).contains(&device.seen_at().seconds()))
    }
}

/// A value that ranks up or down. Within one order, a place has always the same of the two.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Up(Value<'static>),
    Down(Reverse<Value<'static>>),
}

/// What a site's `device_id`s begin with before the underscore: 20 letters and digits that no other site has.
#[must_use]
pub fn device_id_prefix(site: &Site) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    // An odd factor spreads the site's bits over all digits and maps no two sites to one.
    const SPREAD: u128 = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;
    let site = site.device_id(DeviceNumber(0)).as_u128() >> 36;
    // Twenty digits hold 119 bits; the upper ones are the well mixed ones.
    let mut rest = site.wrapping_mul(SPREAD) >> 9;
    let digit = |_| {
        let digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
        char::from(digit)
    };
    (0..20).map(digit).collect()
}

#[cfg(test)]
mod tests;
