//! The devices of a site as a list (alloyscan, Devices): searched, ordered by name, paged.

use std::cmp::Ordering;

use domain::{DeviceNumber, fold};

use super::client_status::Page;
use super::smallest::Smallest;
use crate::{DeviceRef, Site, Text};

/// A page of a site's devices, and how many there are on all pages.
#[derive(Debug)]
pub struct Listed<'a> {
    /// Those of the page.
    pub devices: Vec<DeviceRef<'a>>,
    /// How many match.
    pub total: usize,
}

/// The devices that hold `search` in a name, an id or an address, whatever its case; without one, all. They come by
/// name, whatever its case, those of one name in the order of their ids.
#[must_use]
pub fn list<'a>(site: &'a Site, search: Option<&str>, page: Page) -> Listed<'a> {
    let search = search.map(fold);
    let mut total = 0;
    let mut smallest = Smallest::new(page.offset.saturating_add(page.limit));
    for device in site.fleet.iter() {
        if search.as_deref().is_none_or(|search| matches(&device, search)) {
            total += 1;
            smallest.offer(ByName { name: name(&device), number: device.number() });
        }
    }
    let keys = smallest.into_sorted_after(page.offset).into_iter();
    let devices = keys.filter_map(|key| site.fleet.get(key.number)).collect();
    Listed { devices, total }
}

/// What a list calls a device: the machine's name, or its uid until it has said one.
#[must_use]
pub fn name<'a>(device: &DeviceRef<'a>) -> Text<'a> {
    device.hostname().unwrap_or(device.uid())
}

fn matches(device: &DeviceRef<'_>, search: &str) -> bool {
    let texts = [Some(device.uid()), Some(device.userkey()), device.hostname(), device.username()];
    let machine = [device.serial_number(), device.ip_address_text()];
    let all = texts.into_iter().chain(machine).flatten().chain(device.mac_addresses());
    all.into_iter().any(|text| holds(&text, search))
}

/// Whether `text` holds the folded `search`, whatever its case. Nearly every text is ASCII and costs no copy.
fn holds(text: &str, search: &str) -> bool {
    if !text.is_ascii() {
        return fold(text).contains(search);
    }
    let (text, search) = (text.as_bytes(), search.as_bytes());
    let Some(first) = search.first() else { return true };
    let Some(last) = text.len().checked_sub(search.len()) else { return false };
    (0..=last).any(|at| {
        text[at].to_ascii_lowercase() == *first && text[at..at + search.len()].eq_ignore_ascii_case(search)
    })
}

/// Ids of one site are in the order of their devices' numbers.
#[derive(Clone)]
struct ByName<'a> {
    name: Text<'a>,
    number: DeviceNumber,
}

impl Ord for ByName<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
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
        let Listed { devices, total } = list(site, search, Page { offset, limit });
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
        fn holding_is_containing_in_folded_texts(text in "[aAbBéÉK]{0,6}", search in "[aAbBéÉk]{0,3}") {
            prop_assert_eq!(holds(&text, &fold(&search)), fold(&text).contains(&fold(&search)));
        }

        #[test]
        fn names_are_ordered_as_their_folded_forms(a in "[aAbBzZé]{0,3}", b in "[aAbBzZé]{0,3}") {
            let key = |name| ByName { name: Text::from(name), number: DeviceNumber(1) };
            let naive = |name: &str| name.chars().flat_map(char::to_lowercase).collect::<String>();
            prop_assert_eq!(key(&*a).cmp(&key(&*b)), naive(&a).cmp(&naive(&b)));
        }
    }
}
