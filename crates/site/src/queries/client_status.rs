//! The newest status of each device (netskope-v2 §9): selected, ordered, paged, grouped.

mod field;
mod filter;
mod groups;
mod leaf;
#[cfg(test)]
mod naive;
mod named;
mod newest;
mod order;
mod row;
mod seen;
mod shared;
mod text;
mod value;

use std::ops::{ControlFlow, RangeInclusive};
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{DeviceNumber, Timestamp};

pub use self::field::Field;
use self::filter::Filter;
pub use self::groups::{Group, TooManyGroups};
use self::named::named_machines;
pub use self::order::Order;
use self::order::Placed;
use self::row::StatusRow;
pub use self::value::Value;
use rules::block::Words;

use super::language::Query;
use super::smallest::Smallest;
use crate::fleet::BlockRef;
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

    /// What every `device_id` begins with, before an underscore and the machine's uid.
    #[must_use]
    pub fn device_id_prefix(&self) -> &str {
        &self.device_id_prefix
    }

    /// What a device's row has in a field.
    #[must_use]
    pub fn value(&self, field: Field, device: &DeviceRef<'a>) -> Value<'a> {
        value::of(self.site, &self.device_id_prefix, field, device)
    }

    /// A page of the rows, newest first; those of one moment by device number.
    #[must_use]
    pub fn newest(&self, page: Page) -> Vec<DeviceRef<'a>> {
        let fleet = &self.site.fleet;
        newest::locations(self, page).into_iter().filter_map(|location| fleet.at(location)).collect()
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

    /// All rows, newest first: their devices.
    #[must_use]
    pub fn all_newest(&self) -> Vec<DeviceNumber> {
        newest::numbers(self)
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

    /// The machines of the rows, each by the lowest number of its devices; one may come more than once.
    pub(super) fn machines(&self) -> Vec<DeviceNumber> {
        let mut lowest = Vec::new();
        let of_shared = self.site.fleet.lowest_of_shared_machines();
        self.each(|device| {
            lowest.push(of_shared.get(&device.location()).copied().unwrap_or(device.number()));
            ControlFlow::Continue(())
        });
        lowest
    }

    /// A page of the groups of rows that agree in `fields`, the largest first, equal ones by their values.
    ///
    /// # Errors
    /// When there are more than [`STATUS_GROUPS_MAX`].
    pub fn grouped(&self, fields: &[Field], page: Page) -> Result<Vec<Group<'a>>, TooManyGroups> {
        let groups = groups::of(self, fields, STATUS_GROUPS_MAX)?;
        Ok(groups.into_iter().skip(page.offset).take(page.limit).collect())
    }

    /// Every row, until `visit` breaks or it is told to stop.
    fn each(&self, mut visit: impl FnMut(DeviceRef<'a>) -> ControlFlow<()>) {
        if let Some(mut named) = self.named() {
            _ = named
                .try_for_each(|device| if self.stops() { ControlFlow::Break(()) } else { visit(device) });
            return;
        }
        self.each_block(|block, places| places.iter().try_for_each(|place| visit(block.device(place))));
    }

    /// The places of the rows of every block, until `visit` breaks or it is told to stop.
    fn each_block(&self, mut visit: impl FnMut(BlockRef<'a>, Words) -> ControlFlow<()>) {
        let (moments, mut filter) = (self.moments(), self.filter());
        let mut blocks = self.site.fleet.blocks().take_while(|_| !self.stops());
        _ = blocks.try_for_each(|block| visit(block, self.places(block, &moments, filter.as_mut())));
    }

    /// The rows of the machines that the query names, if it names any.
    fn named(&self) -> Option<impl Iterator<Item = DeviceRef<'a>>> {
        let (query, moments) = (self.query?, self.moments());
        let named = named_machines(query, &self.device_id_prefix, &self.site.fleet)?;
        let inside = move |device: &DeviceRef<'a>| moments.contains(&device.seen_at().millis());
        let named = named.filter(inside);
        Some(named.filter(|device| query.matches(&StatusRow { rows: self, device })))
    }

    /// Of the devices of a block those that last checked in between two moments and are as the filter asks.
    fn places(
        &self,
        block: BlockRef<'a>,
        moments: &RangeInclusive<i64>,
        filter: Option<&mut Filter<'_>>,
    ) -> Words {
        match filter {
            None => block.seen_between(moments),
            Some(filter) if filter.is_never() => Words::NONE,
            Some(filter) => filter.places(self, block, block.seen_between(moments)),
        }
    }

    fn filter(&self) -> Option<Filter<'a>> {
        self.query.map(|query| Filter::new(self, query))
    }

    /// In Unix milliseconds, when the devices of its rows last checked in: inside the window and as the query asks.
    fn moments(&self) -> RangeInclusive<i64> {
        let window = self.window.moments();
        let asked = self.query.map(seen::asked);
        asked.map_or(window.clone(), |asked| {
            *window.start().max(asked.start())..=*window.end().min(asked.end())
        })
    }

    fn stops(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
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
