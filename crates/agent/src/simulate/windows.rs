//! Windows, on desks and as a server.

use wire::check_in::{Antivirus, Facts, RegistryValue};

use super::{common, machine::Kind, people::Person, rng::Rng};

/// Weight, version, edition: builds as Microsoft lists them.
const DESKTOP_VERSIONS: [(u64, (&str, &str)); 9] = [
    (28, ("10.0.22631", "Windows 11 Enterprise")),
    (18, ("10.0.26100", "Windows 11 Enterprise")),
    (12, ("10.0.22621", "Windows 11 Enterprise")),
    (8, ("10.0.26100", "Windows 11 Pro")),
    (16, ("10.0.19045", "Windows 10 Enterprise")),
    (7, ("10.0.19045", "Windows 10 Pro")),
    (4, ("10.0.19044", "Windows 10 Enterprise")),
    (3, ("10.0.22000", "Windows 11 Pro")),
    (4, ("10.0.17763", "Windows 10 Enterprise")),
];

const SERVER_VERSIONS: [(u64, (&str, &str)); 4] = [
    (45, ("10.0.20348", "Windows Server 2022 Standard")),
    (30, ("10.0.17763", "Windows Server 2019 Standard")),
    (15, ("10.0.14393", "Windows Server 2016 Datacenter")),
    (10, ("10.0.26100", "Windows Server 2025 Datacenter")),
];

const DESKTOPS: [(u64, (&str, &str)); 7] = [
    (25, ("Dell Inc.", "Latitude 5540")),
    (12, ("Dell Inc.", "OptiPlex 7010")),
    (20, ("LENOVO", "ThinkPad T14 Gen 4")),
    (10, ("LENOVO", "ThinkPad X1 Carbon Gen 11")),
    (15, ("HP", "EliteBook 840 G10")),
    (8, ("HP", "ProDesk 400 G9")),
    (10, ("Microsoft Corporation", "Surface Laptop 5")),
];

const SERVERS: [(u64, (&str, &str)); 3] = [
    (60, ("VMware, Inc.", "VMware20,1")),
    (25, ("Dell Inc.", "PowerEdge R750")),
    (15, ("HPE", "ProLiant DL380 Gen10")),
];

const ANTIVIRUS: [(u64, &str); 5] = [
    (55, "Windows Defender"),
    (25, "CrowdStrike Falcon"),
    (10, "SentinelOne"),
    (7, "Sophos Endpoint"),
    (3, "ESET Endpoint Security"),
];

/// Share running it, process.
const PROCESSES: [(u64, &str); 5] = [
    (85, "stAgentSvc.exe"),
    (55, "MsMpEng.exe"),
    (25, "CSFalconService.exe"),
    (60, "ccmexec.exe"),
    (4, "AnyDesk.exe"),
];

/// Share having it, file.
const FILES: [(u64, &str); 2] =
    [(80, "C:\\Program Files\\Corp\\baseline.xml"), (5, "C:\\Program Files\\AnyDesk\\AnyDesk.exe")];

const MAC_PREFIXES: [&str; 5] = ["00:14:22", "54:bf:64", "8c:16:45", "3c:52:82", "98:fa:9b"];

pub(super) fn desktop(rng: &mut Rng, person: &Person) -> Kind {
    let (os_version, edition) = *rng.weighted(&DESKTOP_VERSIONS);
    let (make, model) = *rng.weighted(&DESKTOPS);
    let family = if edition.starts_with("Windows 11") { "w11" } else { "w10" };
    let number = rng.below(10);
    let hostname = format!("{}-{family}-{}-{number}", person.company.sign, person.first_name());
    machine(rng, person, Kind { os: "windows", make, model, ..named(os_version, edition, hostname) }, 88)
}

pub(super) fn server(rng: &mut Rng, person: &Person) -> Kind {
    let (os_version, edition) = *rng.weighted(&SERVER_VERSIONS);
    let (make, model) = *rng.weighted(&SERVERS);
    let role = *rng.pick(&["dc", "file", "sql", "web", "app"]);
    let hostname = format!("{}-srv-{role}{:02}", person.company.sign, 1 + rng.below(60));
    machine(rng, person, Kind { os: "winserver", make, model, ..named(os_version, edition, hostname) }, 97)
}

fn named(os_version: &str, edition: &str, hostname: String) -> Kind {
    Kind { os_version: os_version.to_owned(), edition: Some(edition.to_owned()), hostname, ..Kind::default() }
}

fn machine(rng: &mut Rng, person: &Person, kind: Kind, joined_percent: u64) -> Kind {
    let facts = Facts {
        domain: common::domain(rng, &person.company, joined_percent),
        antivirus: common::reported(rng, antivirus),
        processes: common::processes(rng, &PROCESSES),
        files: common::files(rng, &FILES),
        registry: common::reported(rng, |rng| vec![firewall(rng)]),
        disk_encryption: common::reported(rng, |rng| {
            rng.maybe(82, |_| "bitlocker".to_owned()).into_iter().collect()
        }),
        certificates: common::certificates(rng, &person.company, &kind.hostname),
        ..Facts::default()
    };
    let serial = rng.text("0123456789ABCDEFGHJKLMNPQRSTVWXYZ", 7);
    Kind { serial, mac_prefixes: &MAC_PREFIXES, facts, ..kind }
}

/// Most have one product, some none. Whether its signatures are new is not always known.
fn antivirus(rng: &mut Rng) -> Vec<Antivirus> {
    let product = rng.maybe(94, |rng| (*rng.weighted(&ANTIVIRUS)).to_owned());
    let antivirus = |product| Antivirus { product, up_to_date: rng.maybe(95, |rng| rng.chance(90)) };
    product.map(antivirus).into_iter().collect()
}

fn firewall(rng: &mut Rng) -> RegistryValue {
    let key =
        "SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\StandardProfile";
    RegistryValue {
        root_key: "HKEY_LOCAL_MACHINE".into(),
        key: key.into(),
        value: "EnableFirewall".into(),
        kind: "REG_DWORD".into(),
        data: if rng.chance(92) { "1" } else { "0" }.into(),
    }
}
