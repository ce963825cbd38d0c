use domain::{DeviceUid, Label, Os, OsVersion, Owner, Report, Timestamp, UserKey};

use super::super::language;
use super::*;
use crate::commands::{CheckIn, CheckIns, Found};
use crate::{Command, Context, State};

const ALL: Page = Page { offset: 0, limit: STATUS_ROWS_MAX };

/// Runs a command at a second.
fn run<C: Command<Site>>(site: &mut Site, second: i64, mut command: C) {
    let now = Timestamp::from_seconds(second);
    let context = Context { actor: Owner::new("test").unwrap(), now, request_id: "test".into() };
    let changes = command.decide(site, &context).unwrap();
    site.apply(&context, changes, None);
}

fn report(site: &mut Site, second: i64, uid: &str, os: Os, version: &str) {
    let report = Report {
        os: Some(os),
        os_version: Some(OsVersion::new(version).unwrap()),
        client_version: Some(Label::new(version).unwrap()),
        ..Report::default()
    };
    let (uid, userkey) = (DeviceUid::new(uid).unwrap(), UserKey::new("joe").unwrap());
    run(site, second, CheckIns::new(vec![CheckIn { uid, userkey, report: Box::new(report) }]));
}

/// Four machines: b and c in one second, a the oldest, d the newest.
fn four() -> Site {
    let mut site = Site::default();
    run(&mut site, 1, Found { salt: 7 });
    report(&mut site, 100, "a", Os::Windows, "10.0.22631");
    report(&mut site, 200, "b", Os::Linux, "9.10");
    report(&mut site, 200, "c", Os::Linux, "9.9");
    report(&mut site, 300, "d", Os::Linux, "12.5");
    site
}

fn uids(devices: &[DeviceRef<'_>]) -> String {
    devices.iter().map(|device| String::from(device.uid())).collect()
}

#[test]
fn the_newest_come_first_and_ties_by_number() {
    let site = four();
    let status = ClientStatus::new(&site, Window::default());
    assert_eq!(uids(&status.newest(ALL)), "dbca");
    assert_eq!(uids(&status.newest(Page { offset: 1, limit: 2 })), "bc");
    assert_eq!(uids(&status.newest(Page { offset: 9, limit: 2 })), "");
}

#[test]
fn a_window_includes_both_its_ends() {
    let site = four();
    let inside = |start_seconds, end_seconds| {
        uids(&ClientStatus::new(&site, Window { start_seconds, end_seconds }).newest(ALL))
    };
    assert_eq!(inside(100, 200), "bca");
    assert_eq!(inside(201, 299), "");
    assert_eq!(inside(-5, i64::MAX), "dbca");
    assert_eq!(inside(300, 100), "");
}

#[test]
fn any_field_orders_and_versions_do_so_number_by_number() {
    let site = four();
    let status = ClientStatus::new(&site, Window::default());
    let by = |field, descending| Order { field, descending };
    for field in [Field::OsVersion, Field::ClientVersion] {
        assert_eq!(uids(&status.ordered(&[by(field, false)], ALL)), "cbad");
        assert_eq!(uids(&status.ordered(&[by(field, true)], ALL)), "dabc");
    }
    assert_eq!(uids(&status.ordered(&[by(Field::Os, true), by(Field::Nsdeviceuid, true)], ALL)), "adcb");
    assert_eq!(uids(&status.ordered(&[by(Field::Os, false)], Page { offset: 0, limit: 2 })), "db");
    for field in Field::ALL {
        for descending in [false, true] {
            let orders = [by(*field, descending)];
            let page: Vec<_> = status.ordered(&orders, ALL).iter().map(DeviceRef::number).collect();
            assert_eq!(status.all_ordered(&orders), page, "{field:?}");
        }
    }
}

#[test]
fn once_it_is_told_to_stop_it_looks_at_no_more_rows() {
    let (site, stop) = (four(), AtomicBool::new(false));
    let query = Query::parse("nsdeviceuid in [a, b]").unwrap();
    for query in [None, Some(&query)] {
        let all =
            |stop| ClientStatus::new(&site, Window::default()).matching(query).until(stop).newest(ALL).len();
        stop.store(false, Ordering::Relaxed);
        assert!(all(&stop) > 0);
        stop.store(true, Ordering::Relaxed);
        assert_eq!(all(&stop), 0);
    }
}

#[test]
fn there_are_no_more_groups_than_may_be() {
    let site = four();
    let status = ClientStatus::new(&site, Window::default());
    let grouped = |most| groups::of(&status, &[Field::Nsdeviceuid], most).map(|groups| groups.len());
    assert_eq!(grouped(4), Ok(4));
    assert_eq!(grouped(3), Err(TooManyGroups { most: 3 }));
}

#[test]
fn groups_count_their_devices_the_largest_first() {
    let site = four();
    let groups = ClientStatus::new(&site, Window::default()).grouped(&[Field::Os], ALL).unwrap();
    let group = |os: &'static str, count| Group { values: vec![Value::Text(os.into())], count };
    assert_eq!(groups, [group("Linux", 3), group("Windows", 1)]);
}

#[test]
fn a_device_id_is_the_sites_prefix_and_the_uid() {
    let site = four();
    let mut other = Site::default();
    run(&mut other, 1, Found { salt: 1 << 100 });
    let prefix = device_id_prefix(&site);
    assert!(prefix.len() == 20 && prefix.chars().all(|c| c.is_ascii_alphanumeric()), "{prefix}");
    assert_ne!(prefix, device_id_prefix(&other));
    let status = ClientStatus::new(&site, Window::default());
    let newest = status.newest(ALL);
    let wanted = Value::Text(format!("{prefix}_d").into());
    assert_eq!(status.value(Field::DeviceId, &newest[0]), wanted);
}

#[test]
fn fields_are_named_flat_or_with_their_group() {
    assert_eq!(Field::named("hostname"), Some(Field::Hostname));
    assert_eq!(Field::named("host_info.hostname"), Some(Field::Hostname));
    assert_eq!(Field::named("user_info.hostname"), None);
    assert_eq!(Field::named("timestamp"), Some(Field::Timestamp));
    assert_eq!(Field::named("last_seen_device_event.timestamp"), Some(Field::EventTimestamp));
    // Those that only who asks for machines asks for, as well.
    let unknown = ["user_added_time", "client_install_time", ".user_added_time"];
    for name in unknown.into_iter().chain(["shoe_size", ".timestamp", "timestamp.", "host_info.", ".", ""]) {
        assert_eq!(Field::named(name), None, "{name}");
    }
}

/// The uids of the rows that a query selects.
fn selected(site: &Site, query: &str) -> String {
    let query = Query::parse(query).unwrap();
    uids(&ClientStatus::new(site, Window::default()).matching(Some(&query)).newest(ALL))
}

#[test]
fn a_query_selects_rows_before_they_are_paged_ordered_and_grouped() {
    let site = four();
    let query = Query::parse("os eq linux and os_version lt 12").unwrap();
    let status = ClientStatus::new(&site, Window::default()).matching(Some(&query));
    assert_eq!(uids(&status.newest(ALL)), "bc");
    assert_eq!(uids(&status.newest(Page { offset: 1, limit: 1 })), "c");
    let order = Order { field: Field::OsVersion, descending: false };
    assert_eq!(uids(&status.ordered(&[order], ALL)), "cb");
    let groups = status.grouped(&[Field::Os], ALL).unwrap();
    assert_eq!(groups, [Group { values: vec![Value::Text("Linux".into())], count: 2 }]);
}

#[test]
fn every_field_can_be_asked_for_what_its_rows_show() {
    let site = four();
    let status = ClientStatus::new(&site, Window::default());
    let newest = status.newest(ALL)[0];
    for field in Field::ALL {
        let name = language::Field::full_name(*field);
        assert_eq!(Field::named(&name), Some(*field));
        let shown = match status.value(*field, &newest) {
            Value::Null | Value::List(_) => continue,
            Value::Number(number) => number.to_string(),
            Value::Text(text) => text.into_owned(),
            Value::Version(version) => version.as_str().to_owned(),
            Value::Uuid(id) => id.to_string(),
        };
        let found = selected(&site, &format!("{name} eq '{}'", shown.to_uppercase()));
        assert!(found.starts_with('d'), "{name}: {found}");
        assert!(!selected(&site, &format!("{name} neq '{shown}'")).contains('d'), "{name}");
    }
    assert_eq!(selected(&site, "device_classification_custom_status_id neq 7"), "dbca");
    assert_eq!(selected(&site, "mac_addresses like ''"), "");
}

#[test]
fn machines_that_a_query_names_are_found_without_looking_at_all() {
    let site = four();
    for (query, wanted) in [
        ("nsdeviceuid eq C", "c"),
        ("nsdeviceuid in [a, B, x]", "ba"),
        ("os eq linux and nsdeviceuid in [a, b]", "b"),
        ("nsdeviceuid eq a and nsdeviceuid eq b", ""),
        ("nsdeviceuid eq a or os eq linux", "dbca"),
        ("not nsdeviceuid eq a", "dbc"),
        ("nsdeviceuid not in [a, b]", "dc"),
        ("nsdeviceuid neq a and nsdeviceuid like ''", "dbc"),
    ] {
        assert_eq!(selected(&site, query), wanted, "{query}");
    }
    let query = Query::parse("nsdeviceuid in [a, b]").unwrap();
    let window = Window { start_seconds: 150, end_seconds: 250 };
    assert_eq!(uids(&ClientStatus::new(&site, window).matching(Some(&query)).newest(ALL)), "b");
}
