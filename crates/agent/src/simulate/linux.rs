//! Linux, on developers' desks and in racks.

use wire::check_in::{Antivirus, Facts};

use super::{common, machine::Kind, people::Person, rng::Rng};

/// Weight, distribution, version.
const DISTRIBUTIONS: [(u64, (&str, &str)); 8] = [
    (30, ("ubuntu", "24.04")),
    (25, ("ubuntu", "22.04")),
    (10, ("debian", "12")),
    (4, ("debian", "11")),
    (10, ("rhel", "9.4")),
    (6, ("rhel", "8.10")),
    (10, ("fedora", "42")),
    (5, ("ubuntu", "20.04")),
];

const MACHINES: [(u64, (&str, &str)); 5] = [
    (35, ("LENOVO", "ThinkPad P14s Gen 4")),
    (30, ("Dell Inc.", "Precision 5680")),
    (15, ("Framework", "Laptop 13")),
    (12, ("QEMU", "Standard PC (Q35 + ICH9, 2009)")),
    (8, ("Supermicro", "SYS-5019D-4C")),
];

const PROCESSES: [(u64, &str); 4] = [(80, "stagentd"), (35, "falcon-sensor"), (70, "sshd"), (25, "dockerd")];

const FILES: [(u64, &str); 3] =
    [(70, "/etc/corp/baseline.conf"), (60, "/etc/ssh/sshd_config"), (20, "/usr/bin/dockerd")];

const MAC_PREFIXES: [&str; 4] = ["8c:16:45", "54:bf:64", "52:54:00", "0c:c4:7a"];

pub(super) fn machine(rng: &mut Rng, person: &Person) -> Kind {
    let (distribution, os_version) = *rng.weighted(&DISTRIBUTIONS);
    let (make, model) = *rng.weighted(&MACHINES);
    let number = rng.below(10);
    let hostname = format!("{}-lnx-{}-{number}", person.company.sign, person.first_name());
    let facts = Facts {
        domain: common::domain(rng, &person.company, 40),
        // No list of products would be complete on Linux; those that have one product say so.
        antivirus: rng.maybe(30, |rng| {
            vec![Antivirus { product: "CrowdStrike Falcon".to_owned(), up_to_date: rng.maybe(70, |_| true) }]
        }),
        processes: common::processes(rng, &PROCESSES),
        files: common::files(rng, &FILES),
        disk_encryption: common::reported(rng, |rng| {
            rng.maybe(65, |_| "luks".to_owned()).into_iter().collect()
        }),
        certificates: common::certificates(rng, &person.company, &hostname),
        ..Facts::default()
    };
    Kind {
        os: "linux",
        os_version: os_version.to_owned(),
        distribution: Some(distribution.to_owned()),
        make,
        model,
        serial: rng.text("0123456789ABCDEF", 8),
        hostname,
        mac_prefixes: &MAC_PREFIXES,
        facts,
        ..Kind::default()
    }
}
