//! What devices report about themselves (DESIGN §5; decided, Facts and checks).

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use crate::error::FormError;
use crate::os::Os;
use crate::os_version::OsVersion;
use crate::text::{Label, length, printable, text};

/// Most entries of a list that a device draws up by itself: antivirus and encryption products, certificates, hardware
/// addresses. More are what rules may ask about: processes, files and registry values have a limit of their own, as
/// many as a site has distinct checks, so that no agent is refused for answering all that it was asked.
pub const FACT_ENTRIES_MAX: usize = 256;
/// Most processes, files or registry values that a device can be asked about, and that it answers at once: so many
/// different checks a site may have.
pub const PROBED_MAX: usize = 4096;
/// Most bytes of all texts of one report: half of what a record holds, so that no report fills one by itself.
pub const REPORT_MAX_BYTES: usize = 4 << 20;
/// Longest path, process name, registry key or data, in characters.
pub const FACT_TEXT_MAX_CHARS: usize = 1024;

text! {
    /// A text inside a fact: a path, a process, a registry key, a certificate's subject; at most 1024 characters.
    FactText, |text| { length(text, 0, FACT_TEXT_MAX_CHARS)?; printable(text) }
}

/// SHA-256 of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// Reads 64 hexadecimal digits of either case.
    ///
    /// # Errors
    /// For anything else.
    pub fn new(hex: &str) -> Result<Self, FormError> {
        let digits: Option<Vec<u8>> =
            hex.trim().chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
        let bytes = digits.filter(|digits| digits.len() == 64).map(|digits| {
            let mut bytes = [0; 32];
            for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                *byte = pair[0] << 4 | pair[1];
            }
            bytes
        });
        bytes.map(Self).ok_or_else(|| FormError::new("sha256", "must be 64 hexadecimal digits"))
    }

    /// From its bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// 64 lower-case hexadecimal digits.
impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An antivirus product on a device.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Antivirus {
    /// Its name, as an option's `value` writes it.
    pub product: Label,
    /// Whether its signatures are current; `None`: not reported.
    pub up_to_date: Option<bool>,
}

/// Whether a process runs, and who signed it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProcessFact {
    /// Whether it runs.
    pub running: bool,
    /// Its signer; `None`: not reported.
    pub signer: Option<FactText>,
}

/// Whether a file is there, and its hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileFact {
    /// Whether it is there.
    pub present: bool,
    /// Its hash; `None`: not reported.
    pub sha256: Option<Sha256>,
}

/// One value of the Windows registry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RegistryValue {
    /// As `HKEY_LOCAL_MACHINE`.
    pub root_key: FactText,
    /// Path below the root key.
    pub key: FactText,
    /// Name of the value.
    pub value: FactText,
    /// As `REG_SZ`.
    pub kind: FactText,
    /// The data, written as text.
    pub data: FactText,
}

/// Whose certificate store a certificate is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CertificateStore {
    /// The machine's; `cert_check` looks here.
    Machine,
    /// The user's; `client_cert_check` looks here.
    User,
}

/// A certificate on a device.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Certificate {
    /// Where it is.
    pub store: CertificateStore,
    /// Distinguished name of its issuer, where reported.
    pub issuer: Option<FactText>,
    /// Distinguished name of its subject, where reported.
    pub subject: Option<FactText>,
    /// Hexadecimal thumbprint, where reported.
    pub thumbprint: Option<FactText>,
}

/// The facts of one check-in by group. A group that is present replaces the stored one; one that is absent keeps
/// its value and its age. A list is complete: what it lacks is not there. A map speaks only of its keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The domain the machine is joined to; empty: joined to none.
    pub domain: Option<FactText>,
    /// The antivirus products, all of them.
    pub antivirus: Option<Vec<Antivirus>>,
    /// Processes that were looked for.
    pub processes: Option<BTreeMap<FactText, ProcessFact>>,
    /// Files that were looked for, by full path.
    pub files: Option<BTreeMap<FactText, FileFact>>,
    /// Registry values, all that were looked for and are there.
    pub registry: Option<Vec<RegistryValue>>,
    /// Products that encrypt the disk, all of them.
    pub disk_encryption: Option<Vec<Label>>,
    /// Certificates, all of them.
    pub certificates: Option<Vec<Certificate>>,
    /// Whether a passcode is required.
    pub passcode: Option<bool>,
    /// Whether the device is compromised (rooted, jailbroken).
    pub compromised: Option<bool>,
    /// Whether primary storage is encrypted.
    pub storage_encrypted: Option<bool>,
    /// Whether a mobile device management manages it.
    pub mdm: Option<bool>,
}

impl Facts {
    fn bytes(&self) -> usize {
        fn text(text: &FactText) -> usize {
            text.as_str().len()
        }
        let some = |said: &Option<FactText>| said.as_ref().map_or(0, text);
        let products = self.antivirus.iter().flatten().map(|antivirus| &antivirus.product);
        let products = products.chain(self.disk_encryption.iter().flatten());
        let processes = self.processes.iter().flatten();
        let files = self.files.iter().flatten();
        let registry = self.registry.iter().flatten();
        let certificates = self.certificates.iter().flatten();
        some(&self.domain)
            + products.map(|product| product.as_str().len()).sum::<usize>()
            + processes.map(|(name, process)| text(name) + some(&process.signer)).sum::<usize>()
            + files.map(|(path, file)| text(path) + file.sha256.map_or(0, |hash| hash.0.len())).sum::<usize>()
            + registry
                .flat_map(|entry| [&entry.root_key, &entry.key, &entry.value, &entry.kind, &entry.data])
                .map(text)
                .sum::<usize>()
            + certificates
                .map(|one| some(&one.issuer) + some(&one.subject) + some(&one.thumbprint))
                .sum::<usize>()
    }
}

/// What one check-in says of its device besides who it is. `None`: not said, what is stored stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The user's name.
    pub username: Option<Label>,
    /// The machine's name.
    pub hostname: Option<Label>,
    /// The operating system.
    pub os: Option<Os>,
    /// Its version.
    pub os_version: Option<OsVersion>,
    /// Its edition, as `Windows 11 Enterprise`.
    pub edition: Option<Label>,
    /// The Linux distribution.
    pub distribution: Option<Label>,
    /// Version of the client that reports.
    pub client_version: Option<Label>,
    /// Maker of the machine.
    pub device_make: Option<Label>,
    /// Model of the machine.
    pub device_model: Option<Label>,
    /// Serial number of the machine.
    pub serial_number: Option<Label>,
    /// Hardware addresses.
    pub mac_addresses: Option<Vec<Label>>,
    /// Address on its own network.
    pub ip_address: Option<IpAddr>,
    /// What made the device report, as `Device Posture Change`.
    pub event: Option<Label>,
    /// The facts that checks ask about.
    pub facts: Facts,
}

/// One group of facts; each has an age of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum FactGroup {
    /// Operating system, version, edition and distribution.
    Os,
    /// `domain`.
    Domain,
    /// `antivirus`.
    Antivirus,
    /// `processes`.
    Processes,
    /// `files`.
    Files,
    /// `registry`.
    Registry,
    /// `diskEncryption`.
    DiskEncryption,
    /// `certificates`.
    Certificates,
    /// `passcode`.
    Passcode,
    /// `compromised`.
    Compromised,
    /// `storageEncrypted`.
    StorageEncrypted,
    /// `mdm`.
    Mdm,
}

impl FactGroup {
    /// All groups, in the order of their numbers.
    pub const ALL: [Self; 12] = [
        Self::Os,
        Self::Domain,
        Self::Antivirus,
        Self::Processes,
        Self::Files,
        Self::Registry,
        Self::DiskEncryption,
        Self::Certificates,
        Self::Passcode,
        Self::Compromised,
        Self::StorageEncrypted,
        Self::Mdm,
    ];
}

/// A set of fact groups, as bits by the groups' numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FactGroups(u16);

impl FactGroups {
    /// From the bits, unknown ones dropped.
    #[must_use]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits & ((1 << FactGroup::ALL.len()) - 1))
    }

    /// The bits.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// With `group` too.
    #[must_use]
    pub const fn with(self, group: FactGroup) -> Self {
        Self(self.0 | 1 << group as u8)
    }

    /// Whether `group` is one of them.
    #[must_use]
    pub const fn has(self, group: FactGroup) -> bool {
        self.0 & 1 << group as u8 != 0
    }

    /// Those of `self` that `other` lacks.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// One by one.
    pub fn iter(self) -> impl Iterator<Item = FactGroup> {
        FactGroup::ALL.into_iter().filter(move |group| self.has(*group))
    }
}

impl Report {
    /// What its texts weigh together, in bytes; at most [`REPORT_MAX_BYTES`] is taken in.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let labels = [
            &self.username,
            &self.hostname,
            &self.edition,
            &self.distribution,
            &self.client_version,
            &self.device_make,
            &self.device_model,
            &self.serial_number,
            &self.event,
        ];
        let addresses = self.mac_addresses.iter().flatten();
        labels.into_iter().flatten().chain(addresses).map(|label| label.as_str().len()).sum::<usize>()
            + self.facts.bytes()
    }

    /// The groups of facts that this report speaks of.
    #[must_use]
    pub fn groups(&self) -> FactGroups {
        let facts = &self.facts;
        let os = self.os.is_some()
            || self.os_version.is_some()
            || self.edition.is_some()
            || self.distribution.is_some();
        [
            (FactGroup::Os, os),
            (FactGroup::Domain, facts.domain.is_some()),
            (FactGroup::Antivirus, facts.antivirus.is_some()),
            (FactGroup::Processes, facts.processes.is_some()),
            (FactGroup::Files, facts.files.is_some()),
            (FactGroup::Registry, facts.registry.is_some()),
            (FactGroup::DiskEncryption, facts.disk_encryption.is_some()),
            (FactGroup::Certificates, facts.certificates.is_some()),
            (FactGroup::Passcode, facts.passcode.is_some()),
            (FactGroup::Compromised, facts.compromised.is_some()),
            (FactGroup::StorageEncrypted, facts.storage_encrypted.is_some()),
            (FactGroup::Mdm, facts.mdm.is_some()),
        ]
        .into_iter()
        .filter(|(_, said)| *said)
        .fold(FactGroups::default(), |groups, (group, _)| groups.with(group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_speaks_of_the_groups_it_holds() {
        let report = Report {
            os_version: Some(OsVersion::new("10").unwrap()),
            facts: Facts { mdm: Some(false), ..Facts::default() },
            ..Report::default()
        };
        assert_eq!(report.groups().iter().collect::<Vec<_>>(), [FactGroup::Os, FactGroup::Mdm]);
        assert_eq!(FactGroups::from_bits(u16::MAX).iter().count(), 12);
    }

    #[test]
    fn every_text_of_a_report_weighs() {
        let label = |bytes: usize| Label::new(&"l".repeat(bytes)).unwrap();
        let text = |bytes: usize| FactText::new(&"t".repeat(bytes)).unwrap();
        let some = |bytes: usize| Some(text(bytes));
        let value = RegistryValue {
            root_key: text(1),
            key: text(2),
            value: text(4),
            kind: text(8),
            data: FactText::new("é").unwrap(),
        };
        let facts = Facts {
            domain: some(1),
            antivirus: Some(vec![Antivirus { product: label(2), up_to_date: None }]),
            processes: Some([(text(4), ProcessFact { running: true, signer: some(8) })].into()),
            files: Some([(text(16), FileFact { present: true, sha256: Some(Sha256([0; 32])) })].into()),
            registry: Some(vec![value; 3]),
            disk_encryption: Some(vec![label(64), label(128)]),
            certificates: Some(vec![Certificate {
                store: CertificateStore::User,
                issuer: some(256),
                subject: some(200),
                thumbprint: some(12),
            }]),
            ..Facts::default()
        };
        assert_eq!(facts.bytes(), 1 + 2 + 4 + 8 + 16 + 32 + 3 * 17 + 64 + 128 + 256 + 200 + 12);
        let one = || Some(label(1));
        let report = Report {
            username: one(),
            hostname: one(),
            edition: one(),
            distribution: one(),
            client_version: one(),
            device_make: one(),
            device_model: one(),
            serial_number: one(),
            event: one(),
            mac_addresses: Some(vec![label(10), label(20)]),
            facts,
            ..Report::default()
        };
        assert_eq!(report.bytes(), 9 + 30 + report.facts.bytes());
    }

    #[test]
    fn hashes_are_read_in_either_case() {
        let hash = Sha256::new(&"aB".repeat(32)).unwrap();
        assert_eq!(hash.to_string(), "ab".repeat(32));
        assert!(Sha256::new("ab").is_err());
        assert!(Sha256::new(&"g".repeat(64)).is_err());
    }
}
