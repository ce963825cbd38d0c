//! Macs and iPhones.

use wire::check_in::{Antivirus, Facts};

use super::{common, machine::Kind, people::Person, rng::Rng};

const MAC_VERSIONS: [(u64, &str); 7] = [
    (30, "15.5"),
    (20, "15.3.2"),
    (20, "14.7.6"),
    (12, "14.5"),
    (10, "13.7.6"),
    (5, "12.7.6"),
    (3, "11.7.10"),
];

const MACS: [(u64, &str); 5] =
    [(35, "MacBookPro18,3"), (30, "Mac14,2"), (20, "Mac15,6"), (10, "MacBookAir10,1"), (5, "Macmini9,1")];

const PHONE_VERSIONS: [(u64, &str); 6] =
    [(35, "18.5"), (25, "18.3.2"), (15, "17.7.2"), (12, "17.5.1"), (8, "16.7.11"), (5, "15.8.4")];

const PHONES: [(u64, &str); 5] =
    [(30, "iPhone15,2"), (25, "iPhone16,1"), (20, "iPhone14,5"), (15, "iPhone17,3"), (10, "iPad13,18")];

const PROCESSES: [(u64, &str); 4] =
    [(85, "Netskope Client"), (45, "falcond"), (70, "jamf"), (3, "TeamViewer_Service")];

const FILES: [(u64, &str); 2] =
    [(75, "/Library/Application Support/Corp/baseline.plist"), (70, "/usr/local/bin/jamf")];

const PREFIXES: [&str; 4] = ["3c:22:fb", "a4:83:e7", "f0:18:98", "14:7d:da"];

const SERIAL: &str = "0123456789CDFGHJKLMNPQRTVWXY";

pub(super) fn mac(rng: &mut Rng, person: &Person) -> Kind {
    let number = rng.below(10);
    let hostname = format!("{}-mac-{}-{number}", person.company.sign, person.first_name());
    let facts = Facts {
        domain: common::domain(rng, &person.company, 25),
        antivirus: common::reported(rng, |rng| {
            let antivirus = |rng: &mut Rng| Antivirus {
                product: (*rng.weighted(&[(70, "CrowdStrike Falcon"), (30, "SentinelOne")])).to_owned(),
                up_to_date: rng.maybe(90, |rng| rng.chance(93)),
            };
            rng.maybe(60, antivirus).into_iter().collect()
        }),
        processes: common::processes(rng, &PROCESSES),
        files: common::files(rng, &FILES),
        disk_encryption: common::reported(rng, |rng| {
            rng.maybe(90, |_| "filevault".to_owned()).into_iter().collect()
        }),
        certificates: common::certificates(rng, &person.company, &hostname),
        ..Facts::default()
    };
    let (os_version, model) = (*rng.weighted(&MAC_VERSIONS), *rng.weighted(&MACS));
    Kind { os: "mac", hostname, facts, ..apple(rng, os_version, model) }
}

pub(super) fn iphone(rng: &mut Rng, person: &Person) -> Kind {
    let facts = Facts {
        passcode: common::reported(rng, |rng| rng.chance(95)),
        compromised: common::reported(rng, |rng| rng.chance(1)),
        ..Facts::default()
    };
    let (os_version, model) = (*rng.weighted(&PHONE_VERSIONS), *rng.weighted(&PHONES));
    let hostname =
        format!("{}s-{}", person.first_name(), if model.starts_with("iPad") { "ipad" } else { "iphone" });
    Kind { os: "ios", hostname, facts, ..apple(rng, os_version, model) }
}

fn apple(rng: &mut Rng, os_version: &str, model: &'static str) -> Kind {
    let (os_version, serial) = (os_version.to_owned(), rng.text(SERIAL, 10));
    Kind { os_version, make: "Apple", model, serial, mac_prefixes: &PREFIXES, ..Kind::default() }
}
