//! The devices of a site as a list (alloyscan, Devices): searched, ordered by name, paged.

use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use domain::DeviceNumber;

use super::client_status::Page;
use super::device_filter::{BLOCKS_ALONE, DeviceFilter, Sieve};
use super::smallest::Smallest;
use super::sweep::sweep;
use crate::fleet::{BlockRef, TextColumn};
use crate::{DeviceRef, Site, Text};

/// A page of a site's devices, and how many there are on all pages.
#[derive(Debug)]
pub struct Listed<'a> {
    /// Those of the page.
    pub devices: Vec<DeviceRef<'a>>,
    /// How many match.
    pub total: usize,
}

/// The devices for which `filter` holds. They come by name, whatever its case, those of one name in the order of their
/// ids. Once `stop` is true no more are looked at: what is answered then is worth nothing.
#[must_use]
pub fn list<'a>(site: &'a Site, filter: &DeviceFilter, page: Page, stop: &AtomicBool) -> Listed<'a> {
    let keep = page.offset.saturating_add(page.limit);
    let new = || Found { smallest: Smallest::new(keep), total: 0, sieve: Sieve::new(filter) };
    let visit = |found: &mut Found<'a>, block| {
        found.look_at(block);
        ControlFlow::Continue(())
    };
    let blocks: Vec<_> = site.fleet.blocks().collect();
    let (mut found, more) = sweep(&blocks, BLOCKS_ALONE, Some(stop), new, visit);
    if let Some(more) = more {
        found.total += more.total;
        more.smallest.into_kept().into_iter().for_each(|key| found.smallest.offer(key));
    }
    let keys = found.smallest.into_sorted_after(page.offset).into_iter();
    let devices = keys.filter_map(|key| site.fleet.get(key.number)).collect();
    Listed { devices, total: found.total }
}

/// What was found so far.
struct Found<'a> {
    smallest: Smallest<ByName<'a>>,
    total: usize,
    /// What is asked for.
    sieve: Sieve,
}

impl<'a> Found<'a> {
    fn look_at(&mut self, block: BlockRef<'a>) {
        let places = self.sieve.places(block);
        self.total += places.len() as usize;
        let (hostnames, uids) = (block.texts(TextColumn::Hostname), block.texts(TextColumn::Uid));
        for place in places.iter() {
            let hostname = Some(hostnames.get(place)).filter(|name| !name.is_empty());
            let start = start_of(hostname.unwrap_or(uids.get(place)));
            // Most names come after those that were found before.
            if self.smallest.bound().is_none_or(|bound| start <= bound.start) {
                let device = block.device(place);
                self.smallest.offer(ByName { start, name: name(&device), number: device.number() });
            }
        }
    }
}

/// What a list calls a device: the machine's name, or its uid until it has said one.
#[must_use]
pub fn name<'a>(device: &DeviceRef<'a>) -> Text<'a> {
    device.hostname().unwrap_or_else(|| device.uid())
}

/// The first bytes of a name without case, highest first: names are in the order of these as far as these differ.
fn start_of(name: &[u8]) -> u128 {
    let number = |name: &[u8]| {
        let start = name.first_chunk().copied().unwrap_or_else(|| {
            let mut start = [0; 16];
            start[..name.len()].copy_from_slice(name);
            start
        });
        u128::from_be_bytes(start.map(|byte| byte.to_ascii_lowercase()))
    };
    if name.is_ascii() {
        return number(name);
    }
    let letters = std::str::from_utf8(name).unwrap_or_default().chars();
    number(letters.flat_map(char::to_lowercase).take(16).collect::<String>().as_bytes())
}

/// Ids of one site are in the order of their devices' numbers.
#[derive(Clone)]
struct ByName<'a> {
    start: u128,
    name: Text<'a>,
    number: DeviceNumber,
}

impl Ord for ByName<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_start = self.start.cmp(&other.start);
        if by_start.is_ne() {
            return by_start;
        }
        let by_name = if self.name.is_ascii() && other.name.is_ascii() {
            // The same order, several times as fast.
            self.name
                .bytes()
                .map(|letter| letter.to_ascii_lowercase())
                .cmp(other.name.bytes().map(|letter| letter.to_ascii_lowercase()))
        } else {
            let letters = |name: &Text<'_>| name.chars().flat_map(char::to_lowercase).collect::<String>();
            letters(&self.name).cmp(&letters(&other.name))
        };
        by_name.then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for ByName<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ByName<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for ByName<'_> {}

#[cfg(test)]
mod tests {
    use domain::{Change, DeviceUid, Label, Owner, Report, Timestamp, UserKey};
    use proptest::prelude::*;

    use super::*;
    use crate::{Context, State};

    /// Devices 1, 2, … of these names; an empty one says none.
    fn site(names: &[&str]) -> Site {
        let mut site = Site::default();
        let now = Timestamp::from_seconds(9);
        let context = Context { actor: Owner::new("ann").unwrap(), now, request_id: "r".into() };
        for (number, name) in (1..).map(DeviceNumber).zip(names) {
            let uid = DeviceUid::new(&format!("UID-{number}")).unwrap();
            let userkey = UserKey::new("joe@corp.example").unwrap();
            let report = Report {
                hostname: Label::new(name).ok(),
                mac_addresses: Some(vec![Label::new("00:00:5E:00:53:01").unwrap()]),
                ip_address: Some(format!("10.0.0.{number}").parse().unwrap()),
                ..Report::default()
            };
            let (reported, report) = (report.groups(), Box::new(report));
            let added = Change::DeviceAdded { device: number, uid, userkey };
            site.apply(&context, vec![added, Change::CheckedIn { device: number, reported, report }], None);
        }
        site
    }

    fn found(site: &Site, search: Option<&str>, offset: usize, limit: usize) -> (Vec<u32>, usize) {
        let (filter, stop) = (DeviceFilter { search: search.map(str::to_owned) }, AtomicBool::new(false));
        let Listed { devices, total } = list(site, &filter, Page { offset, limit }, &stop);
        let numbers = filter.numbers(site, &stop).unwrap();
        assert_eq!((numbers.len(), numbers.is_sorted()), (total, true));
        (devices.iter().map(|device| device.number().0).collect(), total)
    }

    #[test]
    fn devices_come_by_name_without_case_and_then_by_id() {
        let site = site(&["pc-b", "PC-A", "", "pc-a", "Äpfel", "äpfel"]);
        assert_eq!(found(&site, None, 0, 9), (vec![2, 4, 1, 3, 5, 6], 6));
        assert_eq!(found(&site, None, 1, 2), (vec![4, 1], 6));
        assert_eq!(found(&site, None, 6, 2), (vec![], 6));
    }

    #[test]
    fn a_search_looks_at_names_ids_and_addresses() {
        let site = site(&["pc-b", "PC-A", "ÄPFEL"]);
        for (search, devices) in [
            ("PC-", vec![2, 1]),
            ("äpf", vec![3]),
            ("uid-2", vec![2]),
            ("JOE@", vec![2, 1, 3]),
            ("00:00:5e", vec![2, 1, 3]),
            ("10.0.0.3", vec![3]),
            ("nothing", vec![]),
        ] {
            assert_eq!(found(&site, Some(search), 0, 9), (devices.clone(), devices.len()), "{search}");
        }
    }

    proptest! {
        #[test]
        fn names_are_ordered_as_their_folded_forms(a in "[aAbBzZéİ]{0,3}x{0,18}[abÉ]?", b in "[aAbBzZéİ]{0,3}x{0,18}[abÉ]?") {
            fn key(name: &str) -> ByName<'_> {
                ByName { start: start_of(name.as_bytes()), name: Text::from(name), number: DeviceNumber(1) }
            }
            let naive = |name: &str| name.chars().flat_map(char::to_lowercase).collect::<String>();
            prop_assert_eq!(key(&a).cmp(&key(&b)), naive(&a).cmp(&naive(&b)));
        }
    }
}
