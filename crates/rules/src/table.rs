//! The checks there are: their names, the operating systems that have them, their parameters (netskope-v2 §6). Rules
//! are read by this table, and it is what clients are shown.

use domain::{FactText, Label, Os, OsVersion, Sha256, TagId};
use serde_json::{Map, Value, json};

use crate::edition::Edition;
use crate::form;
use crate::parameters::{Described, Parameter};
use crate::root_key::RootKey;

/// A check that we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    DeviceTag,
    MinOsVersion,
    Domain,
    Process,
    File,
    Registry,
    DiskEncryption,
    Antivirus,
    Certificate,
    ClientCertificate,
    PasscodeRequired,
    NotCompromised,
    StorageEncrypted,
    Mdm,
}

pub(crate) const WINDOWS: &[Os] = &[Os::Windows, Os::WinServer];
const DESKTOPS: &[Os] = &[Os::Windows, Os::WinServer, Os::Mac, Os::Linux];
const ALL_BUT_CHROMEOS: &[Os] = &[Os::Windows, Os::WinServer, Os::Mac, Os::Linux, Os::Android, Os::Ios];

pub(crate) const TAG: Parameter<TagId> = Parameter::required("tag_id", form::TAG_ID, "1137");
pub(crate) const MIN_VERSION: Parameter<OsVersion> =
    Parameter::required("min_os_version", form::VERSION, r#""12.0""#);
pub(crate) const EDITION: Parameter<Edition> =
    Parameter::required("edition", form::EDITION, r#""Windows All""#);
/// An edition must be named for windows alone (netskope-v2 §6).
pub(crate) const SERVER_EDITION: Parameter<Edition> =
    Parameter::optional("edition", form::EDITION, r#""Windows Server 2022""#);
pub(crate) const DISTRIBUTION: Parameter<Label> =
    Parameter::optional("distribution", form::LABEL, r#""Debian""#);
pub(crate) const DOMAINS: Parameter<Box<[FactText]>> =
    Parameter::required("domains", form::TEXTS, r#"["corp.local"]"#);
pub(crate) const PROCESS: Parameter<FactText> = Parameter::required("process", form::TEXT, r#""x.exe""#);
pub(crate) const SIGNER: Parameter<FactText> = Parameter::optional("signerName", form::TEXT, r#""Corp Ltd""#);
pub(crate) const WINDOWS_PATH: Parameter<FactText> =
    Parameter::required("path", form::WINDOWS_PATH, r#""C:\\full\\path""#);
pub(crate) const UNIX_PATH: Parameter<FactText> =
    Parameter::required("path", form::UNIX_PATH, r#""/full/path""#);
pub(crate) const SHA256: Parameter<Sha256> = Parameter::optional(
    "sha256",
    form::SHA256,
    r#""e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""#,
);
pub(crate) const ROOT_KEY: Parameter<RootKey> =
    Parameter::required("rootKey", form::ROOT_KEY, r#""HKEY_LOCAL_MACHINE""#);
pub(crate) const KEY: Parameter<FactText> =
    Parameter::required("key", form::TEXT, r#""SOFTWARE\\Corp\\Agent""#);
/// A key's default value has no name.
pub(crate) const VALUE: Parameter<FactText> =
    Parameter::required("value", form::TEXT_OR_EMPTY, r#""Enabled""#);
pub(crate) const KIND: Parameter<FactText> = Parameter::required("type", form::TEXT, r#""REG_DWORD""#);
/// A value may hold nothing.
pub(crate) const DATA: Parameter<FactText> = Parameter::required("data", form::TEXT_OR_EMPTY, r#""1""#);
pub(crate) const ENCRYPTION: Parameter<Label> = Parameter::required("product", form::LABEL, r#""bitlocker""#);
pub(crate) const ANTIVIRUS: Parameter<Label> = Parameter::required("product_name", form::LABEL, r#""any""#);
pub(crate) const UP_TO_DATE: Parameter<bool> =
    Parameter::optional("signature_up_to_date", form::FLAG, "true");
pub(crate) const ISSUER: Parameter<FactText> =
    Parameter::optional("issuer", form::TEXT, r#""CN=Corp Root CA""#);
pub(crate) const SUBJECT: Parameter<FactText> =
    Parameter::optional("subject", form::TEXT, r#""CN=laptop-7.corp.local""#);
pub(crate) const THUMBPRINT: Parameter<FactText> =
    Parameter::optional("thumbprint", form::THUMBPRINT, r#""a9:99:3e:36:47:06""#);

impl Name {
    /// All of them, in the order of the contract.
    pub(crate) const ALL: [Self; 14] = [
        Self::DeviceTag,
        Self::MinOsVersion,
        Self::Domain,
        Self::Process,
        Self::File,
        Self::Registry,
        Self::DiskEncryption,
        Self::Antivirus,
        Self::Certificate,
        Self::ClientCertificate,
        Self::PasscodeRequired,
        Self::NotCompromised,
        Self::StorageEncrypted,
        Self::Mdm,
    ];

    pub(crate) fn new(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::DeviceTag => "device_tag_check",
            Self::MinOsVersion => "min_os_version_check",
            Self::Domain => "domain_check",
            Self::Process => "process_check",
            Self::File => "file_check",
            Self::Registry => "reg_check",
            Self::DiskEncryption => "disk_enc_check",
            Self::Antivirus => "av_check",
            Self::Certificate => "cert_check",
            Self::ClientCertificate => "client_cert_check",
            Self::PasscodeRequired => "passcode_required_check",
            Self::NotCompromised => "device_not_compromised_check",
            Self::StorageEncrypted => "primary_storage_encrypted_check",
            Self::Mdm => "mdm_check",
        }
    }

    /// The operating systems that have it; a server has what a Windows has.
    pub(crate) const fn systems(self) -> &'static [Os] {
        match self {
            Self::DeviceTag => &Os::ALL,
            Self::MinOsVersion => ALL_BUT_CHROMEOS,
            Self::Domain
            | Self::Process
            | Self::File
            | Self::DiskEncryption
            | Self::Antivirus
            | Self::Certificate => DESKTOPS,
            Self::Registry | Self::ClientCertificate => WINDOWS,
            Self::PasscodeRequired => &[Os::Android, Os::Ios],
            Self::NotCompromised => &[Os::Android, Os::Ios, Os::ChromeOs],
            Self::StorageEncrypted => &[Os::Android, Os::ChromeOs],
            Self::Mdm => &[Os::Android],
        }
    }

    /// Its parameters on an operating system; members of other names are passed over.
    pub(crate) fn parameters(self, os: Os) -> &'static [&'static dyn Described] {
        match self {
            Self::DeviceTag => &[&TAG],
            Self::MinOsVersion => match os {
                Os::Windows => &[&MIN_VERSION, &EDITION],
                Os::WinServer => &[&MIN_VERSION, &SERVER_EDITION],
                Os::Linux => &[&MIN_VERSION, &DISTRIBUTION],
                _ => &[&MIN_VERSION],
            },
            Self::Domain => &[&DOMAINS],
            Self::Process => &[&PROCESS, &SIGNER],
            Self::File if WINDOWS.contains(&os) => &[&WINDOWS_PATH, &SHA256],
            Self::File => &[&UNIX_PATH, &SHA256],
            Self::Registry => &[&ROOT_KEY, &KEY, &VALUE, &KIND, &DATA],
            Self::DiskEncryption => &[&ENCRYPTION],
            Self::Antivirus => &[&ANTIVIRUS, &UP_TO_DATE],
            Self::Certificate | Self::ClientCertificate => &[&ISSUER, &SUBJECT, &THUMBPRINT],
            Self::PasscodeRequired | Self::NotCompromised | Self::StorageEncrypted | Self::Mdm => &[],
        }
    }

    /// Whether it needs one of its parameters, all of which are optional.
    pub(crate) const fn needs_one(self) -> bool {
        matches!(self, Self::Certificate | Self::ClientCertificate)
    }

    /// The JSON schema of its parameters.
    pub(crate) fn schema(self, os: Os) -> Value {
        let parameters = self.parameters(os);
        let properties: Map<_, _> =
            parameters.iter().map(|parameter| (parameter.name().to_owned(), parameter.schema())).collect();
        let names = |parameters: Vec<&&dyn Described>| -> Vec<_> {
            parameters.into_iter().map(|parameter| parameter.name()).collect()
        };
        let required = parameters.iter().filter(|parameter| parameter.is_required()).collect();
        let mut schema = json!({"type": "object", "properties": properties, "required": names(required)});
        if self.needs_one() {
            let one = |name: &str| json!({ "required": [name] });
            schema["anyOf"] = names(parameters.iter().collect()).into_iter().map(one).collect();
        }
        schema
    }

    /// Parameters that would be right for it, as JSON.
    pub(crate) fn example(self, os: Os) -> String {
        let needed = self.parameters(os).iter().filter(|parameter| parameter.is_required());
        let mut members: Vec<_> =
            needed.map(|parameter| format!("\"{}\": {}", parameter.name(), parameter.example())).collect();
        if let (true, [first, ..]) = (self.needs_one(), self.parameters(os)) {
            members.push(format!("\"{}\": {}", first.name(), first.example()));
        }
        format!("{{{}}}", members.join(", "))
    }
}
