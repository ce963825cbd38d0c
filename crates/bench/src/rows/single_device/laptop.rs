//! The device that is judged.

use domain::{Antivirus, Label, Os, OsVersion, RegistryValue, Sha256, TagId};
use rules::{CertificateView, Device};

const VERSION: &str = "10.0.22631";
const BUILD: u32 = 22631;
const DOMAIN: &str = "Corp.Local";

/// A Windows machine with an antivirus, an encrypted disk and two tags at most.
pub struct Laptop {
    tags: Vec<TagId>,
    os_version: OsVersion,
    antivirus: Vec<Antivirus>,
    disk_encryption: Vec<Label>,
}

impl Laptop {
    /// One that carries this tag besides another, which no rule asks for, with a disk that this product encrypts.
    pub fn new(tag: Option<u32>, encryption: &str) -> Self {
        let label = |text| Label::new(text).expect("a short text is a label");
        Self {
            tags: std::iter::once(1).chain(tag).map(TagId).collect(),
            os_version: OsVersion::new(VERSION).expect("numbers between dots are a version"),
            antivirus: vec![Antivirus { product: label("Microsoft Defender"), up_to_date: Some(true) }],
            disk_encryption: vec![label(encryption)],
        }
    }

    /// The last number of its version.
    pub fn build(&self) -> u32 {
        BUILD
    }

    /// The domain it is joined to.
    pub fn domain_name(&self) -> &str {
        DOMAIN
    }

    /// Its antivirus.
    pub fn antivirus_name(&self) -> &str {
        self.antivirus[0].product.as_str()
    }

    /// What encrypts its disk.
    pub fn encryption_name(&self) -> &str {
        self.disk_encryption[0].as_str()
    }

    /// Ids of its tags.
    pub fn tag_numbers(&self) -> Vec<u32> {
        self.tags.iter().map(|tag| tag.0).collect()
    }
}

impl Device for Laptop {
    fn os(&self) -> Option<Os> {
        Some(Os::Windows)
    }

    fn tags(&self) -> impl Iterator<Item = TagId> {
        self.tags.iter().copied()
    }

    fn os_version(&self) -> Option<&OsVersion> {
        Some(&self.os_version)
    }

    fn edition(&self) -> Option<&str> {
        Some("Windows 11 Enterprise")
    }

    fn distribution(&self) -> Option<&str> {
        None
    }

    fn domain(&self) -> Option<&str> {
        Some(DOMAIN)
    }

    fn antivirus(&self) -> Option<&[Antivirus]> {
        Some(&self.antivirus)
    }

    fn process(&self, _name: &str, _ignore_case: bool) -> Option<(bool, Option<&str>)> {
        None
    }

    fn file(&self, _path: &str, _ignore_case: bool) -> Option<(bool, Option<Sha256>)> {
        None
    }

    fn registry(&self) -> Option<&[RegistryValue]> {
        None
    }

    fn disk_encryption(&self) -> Option<&[Label]> {
        Some(&self.disk_encryption)
    }

    fn certificates(&self) -> Option<impl Iterator<Item = CertificateView<'_>>> {
        None::<std::iter::Empty<_>>
    }

    fn passcode(&self) -> Option<bool> {
        None
    }

    fn compromised(&self) -> Option<bool> {
        None
    }

    fn storage_encrypted(&self) -> Option<bool> {
        None
    }

    fn mdm(&self) -> Option<bool> {
        None
    }
}
