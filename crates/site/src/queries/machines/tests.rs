use domain::{DeviceUid, Label, Os, Owner, Report, Timestamp, UserKey};

use super::*;
use crate::commands::{CheckIn, CheckIns, Found, RemoveDevice};
use crate::{Command, Context, State};

fn run<C: Command<Site>>(site: &mut Site, second: i64, mut command: C) {
    let now = Timestamp::from_seconds(second);
    let context = Context { actor: Owner::new("test").unwrap(), now, request_id: "test".into() };
    let changes = command.decide(site, &context).unwrap();
    site.apply(&context, changes, None);
}

fn check_in(site: &mut Site, second: i64, uid: &str, userkey: &str, os: Os) {
    let report =
        Report { os: Some(os), hostname: Label::new(&format!("pc-{uid}")).ok(), ..Report::default() };
    let (uid, userkey) = (DeviceUid::new(uid).unwrap(), UserKey::new(userkey).unwrap());
    run(site, second, CheckIns::new(vec![CheckIn { uid, userkey, report: Box::new(report) }]));
}

/// Machine b of two users, and machines a and c of one.
fn three() -> Site {
    let mut site = Site::default();
    run(&mut site, 1, Found { salt: 7 });
    check_in(&mut site, 10, "B", "ann", Os::Windows);
    check_in(&mut site, 20, "a", "joe", Os::Mac);
    check_in(&mut site, 30, "c", "eve", Os::Linux);
    check_in(&mut site, 40, "b", "joe", Os::Windows);
    site
}

fn found(site: &Site, query: &str) -> String {
    let query = (!query.is_empty()).then(|| Asked::from(&Query::<Field>::parse(query).unwrap()));
    let numbers = numbers(site, query.as_ref(), &AtomicBool::new(false));
    let machines = numbers.into_iter().map(|number| Machine::of(site, number).unwrap());
    let shown = machines.map(|machine| {
        let users: Vec<_> = machine.users().iter().map(|user| String::from(user.userkey())).collect();
        format!("{}:{}", String::from(machine.users()[0].uid()).to_lowercase(), users.join("+"))
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_machine_comes_once_with_all_its_users_in_the_order_of_its_first() {
    let mut site = three();
    assert_eq!(found(&site, ""), "b:ann+joe a:joe c:eve");
    // A check-in moves none.
    check_in(&mut site, 50, "c", "eve", Os::Linux);
    check_in(&mut site, 60, "d", "eve", Os::Linux);
    assert_eq!(found(&site, ""), "b:ann+joe a:joe c:eve d:eve");
}

#[test]
fn a_machine_is_found_by_any_of_its_users_and_shown_with_all() {
    let site = three();
    assert_eq!(found(&site, "users.userkey eq joe"), "b:ann+joe a:joe");
    assert_eq!(found(&site, "userkey eq ann"), "b:ann+joe");
    assert_eq!(found(&site, "host_info.nsdeviceuid eq 'b'"), "b:ann+joe");
    assert_eq!(found(&site, "host_info.nsdeviceuid in ['c', 'B'] and userkey neq nobody"), "b:ann+joe c:eve");
    assert_eq!(found(&site, "hostname like PC-A or last_event.timestamp from 25 to 35"), "a:joe c:eve");
    assert_eq!(found(&site, "hostname eq nothing"), "");
}

#[test]
fn machines_are_found_by_when_they_and_their_users_came() {
    let mut site = three();
    check_in(&mut site, 50, "a", "joe", Os::Mac);
    assert_eq!(found(&site, "client_install_time eq 10"), "b:ann+joe");
    assert_eq!(found(&site, "client_install_time from 15 to 30"), "a:joe c:eve");
    assert_eq!(found(&site, "users.user_added_time eq 40"), "b:ann+joe");
    assert_eq!(found(&site, "user_added_time gt 20 and userkey neq eve"), "b:ann+joe");
    assert_eq!(found(&site, "user_added_time in [10, 20]"), "b:ann+joe a:joe");
    assert_eq!(found(&site, "user_added_time gt 40"), "");
    let ann = site.device_id(site.fleet.find("b", "ann").unwrap().number());
    run(&mut site, 60, RemoveDevice { id: ann });
    check_in(&mut site, 70, "b", "ann", Os::Windows);
    let at = |uid: &str, userkey: &str| {
        let device = site.fleet.find(uid, userkey).unwrap();
        let machine = Machine::of(&site, device.number()).unwrap();
        [machine.first_seen_at(), device.first_seen_at()].map(|at| at.map(Timestamp::seconds))
    };
    assert_eq!(at("b", "ann"), [Some(40), Some(70)]);
    assert_eq!(at("b", "joe"), [Some(40), Some(40)]);
    assert_eq!(at("a", "joe"), [Some(20), Some(20)]);
}

#[test]
fn numbers_stand_for_words() {
    let site = three();
    assert_eq!(found(&site, "host_info.os eq 0"), "b:ann+joe");
    assert_eq!(found(&site, "host_info.os in [1, 'linux']"), "a:joe c:eve");
    assert_eq!(found(&site, "host_info.os neq 0"), "a:joe c:eve");
    assert_eq!(found(&site, "users.device_classification_status neq 2"), found(&site, ""));
    assert_eq!(found(&site, "users.device_classification_status eq 'not configured'"), found(&site, ""));
}

#[test]
fn the_newest_of_its_users_speaks_for_a_machine() {
    let mut site = three();
    let user = |site: &Site| {
        String::from(
            Machine::of(site, site.fleet.find("b", "ann").unwrap().number()).unwrap().newest().userkey(),
        )
    };
    assert_eq!(user(&site), "joe");
    check_in(&mut site, 50, "B", "ann", Os::Windows);
    assert_eq!(user(&site), "ann");
    let id = site.device_id(site.fleet.find("b", "ann").unwrap().number());
    run(&mut site, 60, RemoveDevice { id });
    assert_eq!(found(&site, ""), "a:joe c:eve b:joe");
}
