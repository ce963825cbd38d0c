//! One check of a condition tree.

use domain::{CertificateStore, FactText, Label, Os, OsVersion, Sha256, TagId};

use crate::device::Device;
use crate::edition::Edition;
use crate::leaf::Leaf;
use crate::root_key::RootKey;
use crate::truth::Truth;

/// What is asked of a device, with valid parameters in the writing of the rule's author (netskope-v2 §6).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// `device_tag_check`: it carries the tag.
    DeviceTag(TagId),
    /// `min_os_version_check`: its operating system is this one, at least this new.
    MinOsVersion {
        /// The lowest version; 0: any, even one that was not reported.
        min: OsVersion,
        /// On Windows only, and always there.
        edition: Option<Edition>,
        /// On Linux only.
        distribution: Option<Label>,
    },
    /// `domain_check`: it is joined to one of these domains.
    Domain {
        /// At least one.
        domains: Box<[FactText]>,
    },
    /// `process_check`: the process runs.
    Process {
        /// Its name.
        process: FactText,
        /// Who must have signed it.
        signer: Option<FactText>,
    },
    /// `file_check`: the file is there.
    File {
        /// Its full path.
        path: FactText,
        /// The hash that it must have.
        sha256: Option<Sha256>,
    },
    /// `reg_check`: the registry holds exactly this value.
    Registry {
        /// The hive.
        root_key: RootKey,
        /// Path below the root key.
        key: FactText,
        /// Name of the value; empty: the key's default value.
        value: FactText,
        /// As `REG_SZ`.
        kind: FactText,
        /// The data, written as text.
        data: FactText,
    },
    /// `disk_enc_check`: this product encrypts the disk.
    DiskEncryption {
        /// As `bitlocker`.
        product: Label,
    },
    /// `av_check`: an antivirus product is there.
    Antivirus {
        /// The product; `None`: any.
        product: Option<Label>,
        /// What is asked of its signatures; `None`: nothing.
        up_to_date: Option<bool>,
    },
    /// `cert_check` and `client_cert_check`: a certificate with all the members that are asked for is in the store.
    Certificate {
        /// Which store: the machine's or the user's.
        store: CertificateStore,
        /// Distinguished name of its issuer.
        issuer: Option<FactText>,
        /// Distinguished name of its subject.
        subject: Option<FactText>,
        /// Its thumbprint, in hexadecimal digits.
        thumbprint: Option<FactText>,
    },
    /// `passcode_required_check`.
    PasscodeRequired,
    /// `device_not_compromised_check`.
    NotCompromised,
    /// `primary_storage_encrypted_check`.
    StorageEncrypted,
    /// `mdm_check`.
    Mdm,
    /// A check that we do not know: kept, and always unknown.
    Other {
        /// As `opswat_check`.
        name: Box<str>,
        /// Its parameters as JSON, members in alphabetical order.
        parameters: Box<str>,
    },
}

impl Check {
    /// What this check says of a device of `os`. A whole tree is evaluated faster by [`crate::Compiled`], from the
    /// same code.
    pub fn evaluate(&self, os: Os, device: &impl Device) -> Truth {
        Leaf::new(self, os).evaluate(device)
    }
}
