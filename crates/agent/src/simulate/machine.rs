//! One machine and its users.

use wire::check_in::{CheckIn, Facts};

use super::{apple, common, google, linux, people::Person, rng::Rng, windows};

/// What a kind of machine brings to its check-in.
#[derive(Debug, Default)]
pub(super) struct Kind {
    pub os: &'static str,
    pub os_version: String,
    pub edition: Option<String>,
    pub distribution: Option<String>,
    pub make: &'static str,
    pub model: &'static str,
    pub serial: String,
    pub hostname: String,
    pub mac_prefixes: &'static [&'static str],
    pub facts: Facts,
}

/// Makes one machine for a person.
type Make = fn(&mut Rng, &Person) -> Kind;

/// The shares of the operating systems in a hundred, as in an office: mostly Windows.
const KINDS: [(u64, Make); 7] = [
    (55, windows::desktop),
    (18, apple::mac),
    (8, linux::machine),
    (9, apple::iphone),
    (5, google::android),
    (3, google::chromebook),
    (2, windows::server),
];

/// Every how many machines one goes to the user of the machine before.
const SECOND_MACHINE_EVERY: u64 = 7;

/// Share, in percent, of machines with two users.
const SHARED_PERCENT: u64 = 6;

/// The devices of machine number `number`: one, or two when two people share it.
pub(super) fn devices(seed: u64, number: u64) -> Vec<CheckIn> {
    let mut rng = Rng::new(seed, "machine", number);
    let owner = owner(number);
    let person = Person::new(seed, owner);
    let make = rng.weighted(&KINDS);
    let kind = make(&mut rng, &person);
    let checkin = CheckIn {
        nsdeviceuid: common::uid(&mut rng),
        os: Some(kind.os.to_owned()),
        os_version: Some(kind.os_version),
        edition: kind.edition,
        distribution: kind.distribution,
        hostname: Some(kind.hostname),
        client_version: Some((*rng.weighted(&common::CLIENT_VERSIONS)).to_owned()),
        device_make: Some(kind.make.to_owned()),
        device_model: Some(kind.model.to_owned()),
        serial_number: Some(kind.serial),
        mac_addresses: Some(mac_addresses(&mut rng, kind.mac_prefixes)),
        ip_address: Some(common::ip_address(&mut rng)),
        event: Some(
            (*rng.weighted(&[(80, "Check-in"), (15, "Tunnel Up"), (5, "Device Posture Change")])).to_owned(),
        ),
        facts: Some(kind.facts),
        ..CheckIn::default()
    };
    let shared = matches!(kind.os, "windows" | "mac" | "winserver") && rng.chance(SHARED_PERCENT);
    let second = shared.then(|| used_by(checkin.clone(), &Person::new(seed, other_than(owner, number))));
    std::iter::once(used_by(checkin, &person)).chain(second).collect()
}

fn owner(number: u64) -> u64 {
    if number % SECOND_MACHINE_EVERY == SECOND_MACHINE_EVERY - 1 { number - 1 } else { number }
}

/// Who shares the machine: the owner of one of the next machines.
fn other_than(owner: u64, number: u64) -> u64 {
    (number + 1..)
        .map(self::owner)
        .find(|other| *other != owner)
        .expect("owners grow with the machines' numbers")
}

fn used_by(checkin: CheckIn, person: &Person) -> CheckIn {
    CheckIn { userkey: Some(person.mail()), username: Some(person.mail()), ..checkin }
}

fn mac_addresses(rng: &mut Rng, prefixes: &[&str]) -> Vec<String> {
    let count = if rng.chance(60) { 2 } else { 1 };
    (0..count).map(|_| common::mac_address(rng, prefixes)).collect()
}
