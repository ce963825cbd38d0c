use domain::{DeviceUid, Os, OsVersion, Owner, Report, Timestamp, UserKey};

use super::*;
use crate::commands::{CheckIn, CheckIns, Found};
use crate::{Command, Context, State};

const ALL: Page = Page { offset: 0, limit: STATUS_ROWS_MAX };

/// Runs a command at a second.
fn run<C: Command<Site>>(site: &mut Site, second: i64, mut command: C) {
    let now = Timestamp::from_seconds(second);
    let context = Context { actor: Owner::new("test").unwrap(), now, request_id: "test".into() };
    let changes = command.decide(site, &context).unwrap();
    site.apply(&context, changes);
}

fn report(site: &mut Site, second: i64, uid: &str, os: Os, version: &str) {
    let report =
        Report { os: Some(os), os_version: Some(OsVersion::new(version).unwrap()), ..Report::default() };
    let (uid, userkey) = (DeviceUid::new(uid).unwrap(), UserKey::new("joe").unwrap());
    run(site, second, CheckIns::new(vec![CheckIn { uid, userkey, report }]));
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
    devices.iter().map(DeviceRef::uid).collect()
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
    assert_eq!(uids(&status.ordered(&[by(Field::OsVersion, false)], ALL)), "cbad");
    assert_eq!(uids(&status.ordered(&[by(Field::Os, true), by(Field::Nsdeviceuid, true)], ALL)), "adcb");
    assert_eq!(uids(&status.ordered(&[by(Field::Os, false)], Page { offset: 0, limit: 2 })), "db");
}

#[test]
fn groups_count_their_devices_the_largest_first() {
    let site = four();
    let groups = ClientStatus::new(&site, Window::default()).grouped(&[Field::Os], ALL);
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
    assert_eq!(Field::named("shoe_size"), None);
}
