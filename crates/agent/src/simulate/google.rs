//! Google's systems: Android and ChromeOS.

use wire::check_in::Facts;

use super::{common, machine::Kind, people::Person, rng::Rng};

const ANDROID_VERSIONS: [(u64, &str); 6] =
    [(25, "15"), (30, "14"), (20, "13"), (12, "12"), (8, "11"), (5, "10")];

const PHONES: [(u64, (&str, &str)); 5] = [
    (35, ("samsung", "SM-S921B")),
    (25, ("samsung", "SM-A546B")),
    (20, ("Google", "Pixel 8")),
    (12, ("Xiaomi", "23078RKD5C")),
    (8, ("motorola", "edge 40")),
];

const CHROMEOS_VERSIONS: [(u64, &str); 4] =
    [(45, "16238.61.0"), (30, "16181.61.0"), (15, "16093.103.0"), (10, "15917.71.0")];

const CHROMEBOOKS: [(u64, (&str, &str)); 3] = [
    (45, ("HP", "Elite Dragonfly Chromebook")),
    (35, ("Acer", "Chromebook Spin 714")),
    (20, ("LENOVO", "IP 5 Chrome 14")),
];

const PREFIXES: [&str; 4] = ["f4:f5:e8", "3c:5a:b4", "8c:79:f5", "d8:0b:9a"];

pub(super) fn android(rng: &mut Rng, person: &Person) -> Kind {
    let (make, model) = *rng.weighted(&PHONES);
    let facts = Facts {
        passcode: common::reported(rng, |rng| rng.chance(92)),
        compromised: common::reported(rng, |rng| rng.chance(2)),
        storage_encrypted: common::reported(rng, |rng| rng.chance(97)),
        mdm: common::reported(rng, |rng| rng.chance(75)),
        ..Facts::default()
    };
    let os_version = *rng.weighted(&ANDROID_VERSIONS);
    let hostname = format!("android-{}", rng.text("0123456789abcdef", 12));
    Kind { os: "android", hostname, make, model, facts, ..google(rng, os_version, person) }
}

pub(super) fn chromebook(rng: &mut Rng, person: &Person) -> Kind {
    let (make, model) = *rng.weighted(&CHROMEBOOKS);
    let facts = Facts {
        compromised: common::reported(rng, |rng| rng.chance(1)),
        storage_encrypted: common::reported(rng, |rng| rng.chance(99)),
        ..Facts::default()
    };
    let os_version = *rng.weighted(&CHROMEOS_VERSIONS);
    Kind { os: "chromeos", make, model, facts, ..google(rng, os_version, person) }
}

fn google(rng: &mut Rng, os_version: &str, person: &Person) -> Kind {
    let hostname = format!("{}-chr-{}-{}", person.company.sign, person.first_name(), rng.below(10));
    let (os_version, serial) = (os_version.to_owned(), rng.text("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", 11));
    Kind { os_version, hostname, serial, mac_prefixes: &PREFIXES, ..Kind::default() }
}
