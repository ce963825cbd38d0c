//! Searches over several blocks agree with looking at every row by itself.

use std::cmp::Reverse;
use std::sync::LazyLock;

use domain::{DeviceUid, Label, Os, OsVersion, Owner, Report, Timestamp, UserKey};
use proptest::prelude::*;

use super::row::StatusRow;
use super::*;
use crate::commands::{CheckIn, CheckIns, Found, RemoveDevice};
use crate::queries::language;
use crate::{Command, Context, State};

const DEVICES: u32 = 2600;
const DAY: i64 = 24 * 3600;

fn run<C: Command<Site>>(site: &mut Site, second: i64, mut command: C) {
    let now = Timestamp::from_seconds(second);
    let context = Context { actor: Owner::new("test").unwrap(), now, request_id: "test".into() };
    let changes = command.decide(site, &context).unwrap();
    site.apply(&context, changes, None);
}

/// One of so many, the same for the same device and salt.
fn pick(device: u32, salt: u32, of: u32) -> u32 {
    (device.wrapping_mul(0x9E37_79B9) ^ salt.wrapping_mul(0x85EB_CA6B))
        .rotate_left(13)
        .wrapping_mul(0xC2B2_AE35)
        % of
}

fn check_in(device: u32) -> CheckIn {
    let label = |text: String| Label::new(&text).ok();
    let said = |salt| pick(device, salt, 4) > 0;
    let report = Report {
        hostname: label(format!(
            "{}-{}",
            ["pc", "PC", "bÜro", "kasse"][pick(device, 1, 4) as usize],
            device % 97
        ))
        .filter(|_| said(2)),
        username: label(format!("Joe{}@corp", device % 89)).filter(|_| said(3)),
        serial_number: label(format!("SN{:04}", device % 700)).filter(|_| said(4)),
        mac_addresses: said(5).then(|| {
            (0..pick(device, 6, 3))
                .filter_map(|card| label(format!("00:1A:{:02x}:{card:02x}", device % 50)))
                .collect()
        }),
        ip_address: said(7).then(|| [10, 0, (device % 7) as u8, (device % 200) as u8].into()),
        os: Some([Os::Windows, Os::Mac, Os::Linux][pick(device, 8, 3) as usize]).filter(|_| said(9)),
        os_version: OsVersion::new(&format!("{}.{}", pick(device, 10, 3) + 9, pick(device, 11, 12))).ok(),
        client_version: label(format!("135.{}", pick(device, 12, 9))).filter(|_| said(13)),
        device_make: label(["Dell", "HP", "hp"][pick(device, 14, 3) as usize].to_owned())
            .filter(|_| said(15)),
        ..Report::default()
    };
    let uid = DeviceUid::new(&format!("U{:03}-{}", device % 900, ["x", "Y"][device as usize % 2])).unwrap();
    CheckIn { uid, userkey: UserKey::new(&format!("Key{device}")).unwrap(), report: Box::new(report) }
}

/// A block and more whose devices came within days, and a block of which some were seen last half a year before.
static SITE: LazyLock<Site> = LazyLock::new(|| {
    let mut site = Site::default();
    run(&mut site, 1, Found { salt: 7 });
    for (hundred, first) in (0..).zip((0..DEVICES).step_by(100)) {
        run(&mut site, hundred * DAY, CheckIns::new((first..first + 100).map(check_in).collect()));
    }
    for again in 0..8 {
        let devices = (0..DEVICES - 400).filter(|device| pick(*device, 100 + again, 30) == 0);
        run(&mut site, (200 + i64::from(again)) * DAY, CheckIns::new(devices.map(check_in).collect()));
    }
    let numbers: Vec<_> =
        site.fleet.iter().map(|device| device.number()).filter(|number| number.0 % 13 == 5).collect();
    for number in numbers {
        let id = site.device_id(number);
        run(&mut site, 300 * DAY, RemoveDevice { id });
    }
    site
});

/// As `newest`, of all rows, one by one.
fn naively(window: Window, query: Option<&Query<Field>>) -> Vec<DeviceNumber> {
    let rows = ClientStatus::new(&SITE, window);
    let inside = |device: &DeviceRef<'_>| window.moments().contains(&device.seen_at().millis());
    let matches =
        |device: &DeviceRef<'_>| query.is_none_or(|query| query.matches(&StatusRow { rows: &rows, device }));
    let mut found: Vec<_> = SITE.fleet.iter().filter(inside).filter(matches).collect();
    found.sort_by_key(|device| (Reverse(device.seen_at()), device.number()));
    found.iter().map(DeviceRef::number).collect()
}

fn comparison() -> impl Strategy<Value = String> {
    let field = prop::sample::select(Field::ALL).prop_map(language::Field::full_name);
    let text = prop::sample::select(vec![
        "pc",
        "PC-7",
        "büro",
        "Ü",
        "kasse-1",
        "joe",
        "joe11@corp",
        "1",
        "7",
        "sn00",
        "00:1a",
        "00:1A:07:00",
        "10.0.3",
        "10.0.3.3",
        "Windows",
        "linux",
        "mac",
        "9.10",
        "9.9",
        "11",
        "135.4",
        "dell",
        "hp",
        "Unmanaged",
        "Not Configured",
        "",
        "key1",
        "KEY77",
        "u007-y",
        "U011-Y",
        "_u0",
        "zz",
    ]);
    let number = prop::sample::select(vec![0, 5 * DAY, 12 * DAY, 20 * DAY, 201 * DAY, 207 * DAY, 7])
        .prop_map(|number| number.to_string());
    let value = prop_oneof![3 => text.prop_map(str::to_owned), 1 => number];
    (field, 0..9u8, value.clone(), value).prop_map(|(field, operator, a, b)| {
        let operators = ["eq", "neq", "like", "notlike", "gt", "lte"];
        match operators.get(usize::from(operator)) {
            Some(operator) => format!("{field} {operator} '{a}'"),
            None if operator == 6 => format!("{field} in ['{a}', '{b}']"),
            None if operator == 7 => format!("{field} not in ['{a}', '{b}']"),
            None => format!("{field} from '{a}' to '{b}'"),
        }
    })
}

/// Of comparisons that a query may make: not every field has every kind of value.
fn query() -> impl Strategy<Value = Query<Field>> {
    let text = comparison().prop_recursive(3, 8, 3, |part| {
        let parts = prop::collection::vec(part.clone(), 2..4);
        prop_oneof![
            parts.clone().prop_map(|parts| format!("({})", parts.join(" and "))),
            parts.prop_map(|parts| format!("({})", parts.join(" or "))),
            part.prop_map(|part| format!("not ({part})")),
        ]
    });
    text.prop_filter_map("a number is asked of a text, or the other way round", |text| {
        Query::parse(&text).ok()
    })
}

proptest! {
    #[test]
    fn a_search_finds_what_looking_at_every_row_finds(
        query in prop::option::weighted(0.9, query()),
        days in prop::option::of((0..210i64, 0..100i64)),
        offset in 0usize..40,
        limit in prop_oneof![0usize..120, Just(STATUS_ROWS_MAX)],
    ) {
        let window = days.map_or(Window::default(), |(start, days)| {
            Window { start_seconds: start * DAY, end_seconds: (start + days) * DAY }
        });
        let all = naively(window, query.as_ref());
        let rows = ClientStatus::new(&SITE, window).matching(query.as_ref());
        let page: Vec<_> = rows.newest(Page { offset, limit }).iter().map(DeviceRef::number).collect();
        prop_assert_eq!(page, all.iter().copied().skip(offset).take(limit).collect::<Vec<_>>());
        prop_assert_eq!(rows.all_ordered(&[]), all);
    }
}

#[test]
fn the_fleet_has_what_searches_may_stumble_over() {
    assert!(SITE.fleet.blocks().len() > 2);
    assert!(SITE.fleet.len() < DEVICES, "places are vacant");
    let found = |text: &str| naively(Window::default(), Some(&Query::parse(text).unwrap())).len();
    for text in
        ["hostname like 'büro-7'", "hostname eq ''", "username like 'joe11'", "mac_addresses like '00:1a'"]
    {
        let found = found(text);
        assert!((1..1500).contains(&found), "{text}: {found}");
    }
}
