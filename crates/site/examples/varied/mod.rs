//! Devices as `fleetmark simulate` makes them: random UUIDs, people's names, which many machines share, serial numbers, one
//! or two hardware addresses, certificates with thumbprints, files and processes.

use std::collections::BTreeMap;

use domain::{
    Antivirus, Certificate, CertificateStore, DeviceUid, FactText, Facts, FileFact, Label, Os, OsVersion,
    ProcessFact, RegistryValue, Report, Sha256, UserKey,
};
use site::commands::CheckIn;

/// Random numbers that a seed makes: those of one device are the same always.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).expect("a place")]
    }

    /// Most groups of facts are reported.
    fn reported<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(92).then(|| make(self))
    }
}

const FIRST: [&str; 12] =
    ["aisha", "alan", "bruno", "chen", "daniel", "elena", "fatima", "grace", "joe", "kai", "priya", "yuki"];
const LAST: [&str; 13] = [
    "adams", "alvarez", "becker", "carter", "davies", "fischer", "garcia", "hoffmann", "khan", "mueller",
    "patel", "suzuki", "young",
];
const SERIAL: &[u8] = b"0123456789ABCDEFGHJKLMNPQRSTVWXYZ";

fn label(text: &str) -> Label {
    Label::new(text).expect("a label")
}

fn fact(text: &str) -> FactText {
    FactText::new(text).expect("a fact")
}

/// The check-in of one of them; that of a number is the same always.
pub fn check_in(number: u64) -> CheckIn {
    let dice = &mut Dice(number << 20);
    let (first, last) = (dice.pick(&FIRST), dice.pick(&LAST));
    let (part, sign) = dice.pick(&[("corp", "crp"), ("emea.corp", "eme"), ("labs", "lab")]);
    let user = format!("{first}.{last}{}@{part}.example", number / 1000);
    let (os, version) = dice.pick(&[
        (Os::Windows, "10.0.22631"),
        (Os::Windows, "10.0.26100"),
        (Os::Windows, "10.0.19045"),
        (Os::Mac, "15.5"),
        (Os::Linux, "24.04"),
    ]);
    let hostname = format!("{sign}-w11-{first}-{}", dice.below(10));
    let mac = |dice: &mut Dice| {
        let tail = dice.roll().to_be_bytes();
        let vendor = dice.pick(&["00:14:22", "54:bf:64", "8c:16:45", "3c:52:82", "98:fa:9b"]);
        label(&format!("{vendor}:{:02x}:{:02x}:{:02x}", tail[0], tail[1], tail[2]))
    };
    let macs = 1 + dice.below(2);
    let serial: String = (0..7).map(|_| char::from(dice.pick(SERIAL))).collect();
    let (high, low) = (dice.roll(), dice.roll());
    let uid = format!(
        "{:08X}-{:04X}-4{:03X}-{:04X}-{:012X}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        0x8000 | low >> 50,
        low & 0xffff_ffff_ffff
    );
    let report = Report {
        username: Some(label(&user)),
        hostname: Some(label(&hostname)),
        os: Some(os),
        os_version: OsVersion::new(version).ok(),
        edition: (os == Os::Windows).then(|| label(dice.pick(&["Windows 11 Enterprise", "Windows 11 Pro"]))),
        client_version: Some(label(dice.pick(&["135.1.10.2611", "134.0.2.2598", "132.0.9.2530"]))),
        device_make: Some(label(dice.pick(&["Dell Inc.", "LENOVO", "HP"]))),
        device_model: Some(label(&format!("Model {}", dice.below(20)))),
        serial_number: Some(label(&serial)),
        mac_addresses: Some((0..macs).map(|_| mac(dice)).collect()),
        ip_address: format!("10.{}.{}.{}", dice.below(64), dice.below(256), 1 + dice.below(254)).parse().ok(),
        event: Some(label(dice.pick(&["Check-in", "Check-in", "Tunnel Up"]))),
        facts: facts(dice, part, &hostname),
        ..Report::default()
    };
    let (uid, userkey) = (DeviceUid::new(&uid).expect("a uid"), UserKey::new(&user).expect("a key"));
    CheckIn { uid, userkey, report: Box::new(report) }
}

fn facts(dice: &mut Dice, part: &str, hostname: &str) -> Facts {
    let process =
        |dice: &mut Dice, name: &str| (fact(name), ProcessFact { running: dice.chance(60), signer: None });
    let file = |dice: &mut Dice, path: &str| {
        let release = if dice.chance(85) { "1a" } else { "0f" };
        let hash = || Sha256::new(&release.repeat(32)).expect("a hash");
        let present = dice.chance(70);
        (fact(path), FileFact { present, sha256: (present && dice.chance(92)).then(hash) })
    };
    let certificate = |dice: &mut Dice, store| Certificate {
        store,
        issuer: Some(fact(&format!("CN=Corp Issuing CA 2, O={part}.example"))),
        subject: Some(fact(&format!("CN={hostname}"))),
        thumbprint: Some(fact(&format!("{:016x}{:016x}{:08x}", dice.roll(), dice.roll(), dice.roll() >> 32))),
    };
    let registry = |dice: &mut Dice| RegistryValue {
        root_key: fact("HKEY_LOCAL_MACHINE"),
        key: fact(r"SYSTEM\CurrentControlSet\Services\SharedAccess"),
        value: fact("EnableFirewall"),
        kind: fact("REG_DWORD"),
        data: fact(if dice.chance(92) { "1" } else { "0" }),
    };
    Facts {
        domain: dice.reported(|_| fact(&format!("{part}.local"))),
        antivirus: dice.reported(|dice| {
            let product = label(dice.pick(&["Windows Defender", "CrowdStrike Falcon", "SentinelOne"]));
            vec![Antivirus { product, up_to_date: Some(dice.chance(90)) }]
        }),
        processes: dice.reported(|dice| {
            let names =
                ["stAgentSvc.exe", "MsMpEng.exe", "CSFalconService.exe", "ccmexec.exe", "AnyDesk.exe"];
            names.map(|name| process(dice, name)).into()
        }),
        files: dice.reported(|dice| {
            let paths = [r"C:\Program Files\Corp\baseline.xml", r"C:\Program Files\AnyDesk\AnyDesk.exe"];
            BTreeMap::from(paths.map(|path| file(dice, path)))
        }),
        registry: dice.reported(|dice| vec![registry(dice)]),
        disk_encryption: dice
            .reported(|dice| dice.chance(82).then(|| label("bitlocker")).into_iter().collect()),
        certificates: dice.reported(|dice| {
            let user = dice.chance(30);
            let machine = dice.chance(75).then(|| certificate(dice, CertificateStore::Machine));
            machine.into_iter().chain(user.then(|| certificate(dice, CertificateStore::User))).collect()
        }),
        ..Facts::default()
    }
}
