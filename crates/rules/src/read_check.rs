//! From the JSON of a check to its meaning: names, operating systems, parameters (netskope-v2 §6).

use domain::{CertificateStore, FACT_ENTRIES_MAX, FactText, Os, OsVersion, Sha256, TagId};
use serde_json::Value;

use crate::certificate;
use crate::check::Check;
use crate::edition::Edition;
use crate::parameters::Parameters;
use crate::root_key::RootKey;

/// The names of the checks that we know.
#[derive(Clone, Copy)]
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

const WINDOWS: &[Os] = &[Os::Windows, Os::WinServer];
const DESKTOPS: &[Os] = &[Os::Windows, Os::WinServer, Os::Mac, Os::Linux];
const ALL_BUT_CHROMEOS: &[Os] = &[Os::Windows, Os::WinServer, Os::Mac, Os::Linux, Os::Android, Os::Ios];

impl Name {
    pub(crate) fn new(name: &str) -> Option<Self> {
        Some(match name {
            "device_tag_check" => Self::DeviceTag,
            "min_os_version_check" => Self::MinOsVersion,
            "domain_check" => Self::Domain,
            "process_check" => Self::Process,
            "file_check" => Self::File,
            "reg_check" => Self::Registry,
            "disk_enc_check" => Self::DiskEncryption,
            "av_check" => Self::Antivirus,
            "cert_check" => Self::Certificate,
            "client_cert_check" => Self::ClientCertificate,
            "passcode_required_check" => Self::PasscodeRequired,
            "device_not_compromised_check" => Self::NotCompromised,
            "primary_storage_encrypted_check" => Self::StorageEncrypted,
            "mdm_check" => Self::Mdm,
            _ => return None,
        })
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

    /// Parameters that would be right for it.
    pub(crate) const fn example(self, os: Os) -> &'static str {
        match self {
            Self::DeviceTag => r#"{"tag_id": 1137}"#,
            Self::MinOsVersion => match os {
                Os::Windows | Os::WinServer => r#"{"min_os_version": "0", "edition": "Windows All"}"#,
                _ => r#"{"min_os_version": "12.0"}"#,
            },
            Self::Domain => r#"{"domains": ["corp.local"]}"#,
            Self::Process => r#"{"process": "x.exe"}"#,
            Self::File => r#"{"path": "…"}"#,
            Self::Registry => r#"{"rootKey": "…", "key": "…", "value": "…", "type": "…", "data": "…"}"#,
            Self::DiskEncryption => r#"{"product": "bitlocker"}"#,
            Self::Antivirus => r#"{"product_name": "any"}"#,
            Self::Certificate | Self::ClientCertificate => r#"{"issuer": "…"}"#,
            Self::PasscodeRequired | Self::NotCompromised | Self::StorageEncrypted | Self::Mdm => "{}",
        }
    }
}

/// Reads a check that `os` has. `None`: a fault says why.
pub(crate) fn known(name: Name, os: Os, mut parameters: Parameters<'_>) -> Option<Check> {
    let p = &mut parameters;
    match name {
        Name::DeviceTag => device_tag(p),
        Name::MinOsVersion => min_os_version(p, os),
        Name::Domain => p.texts("domains", FACT_ENTRIES_MAX).map(|domains| Check::Domain { domains }),
        Name::Process => {
            let signer = p.optional_text("signerName");
            p.text("process").map(|process| Check::Process { process, signer })
        }
        Name::File => {
            let sha256 = if p.has("sha256") { p.parsed("sha256", Sha256::new) } else { None };
            path(p, os).map(|path| Check::File { path, sha256 })
        }
        Name::Registry => registry(p),
        Name::DiskEncryption => p.label("product").map(|product| Check::DiskEncryption { product }),
        Name::Antivirus => {
            let up_to_date = p.optional_flag("signature_up_to_date");
            let product = p.label("product_name")?;
            let any = product.as_str().eq_ignore_ascii_case("any");
            Some(Check::Antivirus { product: (!any).then_some(product), up_to_date })
        }
        Name::Certificate => certificate(p, CertificateStore::Machine),
        Name::ClientCertificate => certificate(p, CertificateStore::User),
        Name::PasscodeRequired => Some(Check::PasscodeRequired),
        Name::NotCompromised => Some(Check::NotCompromised),
        Name::StorageEncrypted => Some(Check::StorageEncrypted),
        Name::Mdm => Some(Check::Mdm),
    }
}

/// Keeps a check that we do not know.
pub(crate) fn other(name: &str, parameters: &Value) -> Check {
    Check::Other { name: name.into(), parameters: parameters.to_string().into() }
}

fn device_tag(p: &mut Parameters<'_>) -> Option<Check> {
    let id = p.required("tag_id")?.as_u64().and_then(|id| u32::try_from(id).ok()).filter(|id| *id > 0);
    if id.is_none() {
        p.fault_at("tag_id", "tag_id", "must be a device tag's id, a positive integer");
    }
    id.map(|id| Check::DeviceTag(TagId(id)))
}

fn min_os_version(p: &mut Parameters<'_>, os: Os) -> Option<Check> {
    let min = p.parsed("min_os_version", OsVersion::bound);
    let distribution = if os == Os::Linux { p.optional_label("distribution") } else { None };
    let edition = if WINDOWS.contains(&os) { Some(edition(p)?) } else { None };
    Some(Check::MinOsVersion { min: min?, edition, distribution })
}

fn edition(p: &mut Parameters<'_>) -> Option<Edition> {
    let text = p.label("edition")?;
    let edition = Edition::new(text.as_str());
    if edition.is_none() {
        let message = "must be \"Windows All\", a family such as \"Windows 10\" or an edition such as \"Windows 10 Enterprise\"";
        p.fault_at("edition", "edition", message);
    }
    edition
}

fn path(p: &mut Parameters<'_>, os: Os) -> Option<FactText> {
    let path = p.text("path")?;
    let (full, message) = if WINDOWS.contains(&os) {
        (
            is_full_on_windows(path.as_str()),
            "must be a full path: C:\\…, \\\\server\\… or one that begins with a variable such as %ProgramFiles%\\…",
        )
    } else {
        (is_full_on_unix(path.as_str()), "must be a full path: /… or ~/…")
    };
    if !full {
        p.fault_at("path", "path", message);
    }
    full.then_some(path)
}

fn is_full_on_windows(path: &str) -> bool {
    let after_variable = || path.strip_prefix('%')?.split_once("%\\").filter(|(name, _)| !name.is_empty());
    match path.as_bytes() {
        [drive, b':', b'\\', _, ..] => drive.is_ascii_alphabetic(),
        [b'\\', b'\\', first, ..] => *first != b'\\',
        _ => after_variable().is_some_and(|(_, rest)| !rest.is_empty()),
    }
}

fn is_full_on_unix(path: &str) -> bool {
    path.strip_prefix('~').unwrap_or(path).strip_prefix('/').is_some_and(|rest| !rest.is_empty())
}

fn registry(p: &mut Parameters<'_>) -> Option<Check> {
    let root_key = p.text("rootKey").and_then(|name| {
        let root_key = RootKey::new(name.as_str());
        if root_key.is_none() {
            let names = RootKey::ALL.map(RootKey::name).join(", ");
            p.fault_at("rootKey", "root_key", &format!("must be one of {names}"));
        }
        root_key
    });
    let key = p.text("key");
    // A key's default value has no name, and a value may hold nothing.
    let value = p.text_or_empty("value");
    let kind = p.text("type");
    let data = p.text_or_empty("data");
    Some(Check::Registry { root_key: root_key?, key: key?, value: value?, kind: kind?, data: data? })
}

fn certificate(p: &mut Parameters<'_>, store: CertificateStore) -> Option<Check> {
    if !["issuer", "subject", "thumbprint"].into_iter().any(|name| p.has(name)) {
        p.fault("missing", "must have at least one of issuer, subject, thumbprint");
        return None;
    }
    let [issuer, subject, thumbprint] = ["issuer", "subject", "thumbprint"].map(|name| p.optional_text(name));
    if thumbprint.as_ref().is_some_and(|text| !is_thumbprint(text.as_str())) {
        p.fault_at(
            "thumbprint",
            "thumbprint",
            "must be hexadecimal digits; colons and spaces may stand between",
        );
    }
    Some(Check::Certificate { store, issuer, subject, thumbprint })
}

fn is_thumbprint(text: &str) -> bool {
    let mut digits = certificate::digits(text).peekable();
    digits.peek().is_some() && digits.all(|digit| digit.is_ascii_hexdigit())
}
