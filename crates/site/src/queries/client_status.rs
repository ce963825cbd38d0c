//! The newest status of each device (netskope-v2 §9): selected, ordered, paged, grouped.

mod field;
mod filter;
mod groups;
mod order;
mod value;

use std::cmp::Reverse;
use std::ops::{ControlFlow, RangeInclusive};
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{DeviceNumber, Timestamp};

pub use self::field::Field;
use self::filter::Filter;
pub use self::groups::{Group, TooManyGroups};
pub use self::order::Order;
use self::order::Placed;
pub use self::value::Value;
use super::language::Query;
use super::smallest::Smallest;
use crate::{DeviceRef, Site};

/// Most rows of one page.
pub const STATUS_ROWS_MAX: usize = 10_000;
/// Most groups of a grouped result.
pub const STATUS_GROUPS_MAX: usize = 100_000;
/// Most fields that rows are ordered by, or grouped by.
pub const STATUS_KEYS_MAX: usize = 8;

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

impl Window {
    /// In Unix milliseconds.
    fn moments(self) -> RangeInclusive<i64> {
        let first = self.start_seconds.saturating_mul(1000);
        first..=self.end_seconds.saturating_mul(1000).saturating_add(999)
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

/// The status rows of a site, one a device: what each last reported, if that was inside the window.
#[derive(Debug)]
pub struct ClientStatus<'a> {
    site: &'a Site,
    window: Window,
    query: Option<&'a Query<Field>>,
    stop: Option<&'a AtomicBool>,
    device_id_prefix: String,
}

impl<'a> ClientStatus<'a> {
    /// The rows of `site` inside `window`.
    #[must_use]
    pub fn new(site: &'a Site, window: Window) -> Self {
        let device_id_prefix = device_id_prefix(site);
        Self { site, window, query: None, stop: None, device_id_prefix }
    }

    /// Of these rows those that are as a query asks; without one, all.
    #[must_use]
    pub fn matching(self, query: Option<&'a Query<Field>>) -> Self {
        Self { query, ..self }
    }

    /// The same, but once `stop` is true no more rows are looked at: what is answered then is worth nothing.
    #[must_use]
    pub fn until(self, stop: &'a AtomicBool) -> Self {
        Self { stop: Some(stop), ..self }
    }

    /// What a device's row has in a field.
    #[must_use]
    pub fn value(&self, field: Field, device: &DeviceRef<'a>) -> Value<'a> {
        value::of(self.site, &self.device_id_prefix, field, device)
    }

    /// A page of the rows, newest first; those of one moment by device number.
    #[must_use]
    pub fn newest(&self, page: Page) -> Vec<DeviceRef<'a>> {
        let mut smallest = Smallest::new(page.offset.saturating_add(page.limit));
        let mut filter = self.query.map(Filter::new);
        self.each_in_window(|device| {
            let key = (Reverse(device.seen_at()), device.number());
            // The time is at hand, and most rows are older than those found before: it comes before the query.
            if smallest.takes(&key) && filter.as_mut().is_none_or(|filter| filter.matches(self, &device)) {
                smallest.offer(key);
            }
            ControlFlow::Continue(smallest.bound().map(|(Reverse(seen), _)| *seen))
        });
        let keys = smallest.into_sorted_after(page.offset).into_iter();
        keys.filter_map(|(_, number)| self.site.fleet.get(number)).collect()
    }

    /// A page of the rows in an order; rows that it holds equal come newest first.
    #[must_use]
    pub fn ordered(&self, orders: &[Order], page: Page) -> Vec<DeviceRef<'a>> {
        let mut smallest = Smallest::new(page.offset.saturating_add(page.limit));
        self.each(|device| {
            smallest.offer(Placed { rows: self, orders, device });
            ControlFlow::Continue(())
        });
        smallest.into_sorted_after(page.offset).into_iter().map(|placed| placed.device).collect()
    }

    /// All rows in an order, as [`Self::ordered`]: their devices.
    #[must_use]
    pub fn all_ordered(&self, orders: &[Order]) -> Vec<DeviceNumber> {
        let mut devices = Vec::new();
        self.each(|device| {
            devices.push(device.number());
            ControlFlow::Continue(())
        });
        // A site may have millions: what they are compared by is read when it is needed, not kept for all of them.
        let placed = |number| self.site.fleet.get(number).map(|device| Placed { rows: self, orders, device });
        devices.sort_unstable_by(|a, b| placed(*a).cmp(&placed(*b)));
        devices
    }

    /// A page of the groups of rows that agree in `fields`, the largest first, equal ones by their values.
    ///
    /// # Errors
    /// When there are more than [`STATUS_GROUPS_MAX`].
    pub fn grouped(&self, fields: &[Field], page: Page) -> Result<Vec<Group<'a>>, TooManyGroups> {
        let groups = groups::of(self, fields, STATUS_GROUPS_MAX)?;
        Ok(groups.into_iter().skip(page.offset).take(page.limit).collect())
    }

    /// Every row, until `visit` breaks.
    fn each(&self, mut visit: impl FnMut(DeviceRef<'a>) -> ControlFlow<()>) {
        let mut filter = self.query.map(Filter::new);
        self.each_in_window(|device| {
            let matches = filter.as_mut().is_none_or(|filter| filter.matches(self, &device));
            if matches { visit(device).map_continue(|()| None) } else { ControlFlow::Continue(None) }
        });
    }

    /// Every row inside the window that the query may be true of, until `visit` breaks or it is told to stop. `visit`
    /// answers the moment before which rows do not matter any more, once there is one.
    fn each_in_window(&self, mut visit: impl FnMut(DeviceRef<'a>) -> ControlFlow<(), Option<Timestamp>>) {
        let mut visit = |device| {
            let stops = self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
            if stops { ControlFlow::Break(()) } else { visit(device) }
        };
        let fleet = &self.site.fleet;
        let moments = self.window.moments();
        match self.query.and_then(|query| filter::named_machines(query, fleet)) {
            Some(named) => {
                for device in named.filter(|device| moments.contains(&device.seen_at().millis())) {
                    if visit(device).is_break() {
                        break;
                    }
                }
            }
            None => {
                let visit = |device| match visit(device) {
                    ControlFlow::Continue(wanted) => wanted.map_or(i64::MIN, Timestamp::millis),
                    // Nothing is so late: the rest is passed over.
                    ControlFlow::Break(()) => i64::MAX,
                };
                fleet.each_seen(moments, visit);
            }
        }
    }
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
