//! From the JSON of a check to its meaning (netskope-v2 §6).

use domain::{CertificateStore, Os};
use serde_json::Value;

use crate::check::Check;
use crate::parameters::Parameters;
use crate::table::{self, Name, WINDOWS};

/// Reads a check that `os` has. `None`: a fault says why.
pub(crate) fn known(name: Name, os: Os, mut parameters: Parameters<'_>) -> Option<Check> {
    let p = &mut parameters;
    match name {
        Name::DeviceTag => p.take(&table::TAG).map(Check::DeviceTag),
        Name::MinOsVersion => min_os_version(p, os),
        Name::Domain => p.take(&table::DOMAINS).map(|domains| Check::Domain { domains }),
        Name::Process => {
            let signer = p.take(&table::SIGNER);
            p.take(&table::PROCESS).map(|process| Check::Process { process, signer })
        }
        Name::File => {
            let sha256 = p.take(&table::SHA256);
            let path = if WINDOWS.contains(&os) { &table::WINDOWS_PATH } else { &table::UNIX_PATH };
            p.take(path).map(|path| Check::File { path, sha256 })
        }
        Name::Registry => registry(p),
        Name::DiskEncryption => p.take(&table::ENCRYPTION).map(|product| Check::DiskEncryption { product }),
        Name::Antivirus => {
            let up_to_date = p.take(&table::UP_TO_DATE);
            let product = p.take(&table::ANTIVIRUS)?;
            let any = product.as_str().eq_ignore_ascii_case("any");
            Some(Check::Antivirus { product: (!any).then_some(product), up_to_date })
        }
        Name::Certificate => certificate(name, os, p, CertificateStore::Machine),
        Name::ClientCertificate => certificate(name, os, p, CertificateStore::User),
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

fn min_os_version(p: &mut Parameters<'_>, os: Os) -> Option<Check> {
    let min = p.take(&table::MIN_VERSION);
    let distribution = if os == Os::Linux { p.take(&table::DISTRIBUTION) } else { None };
    let edition = match os {
        Os::Windows => Some(p.take(&table::EDITION)?),
        Os::WinServer => p.take(&table::SERVER_EDITION),
        _ => None,
    };
    Some(Check::MinOsVersion { min: min?, edition, distribution })
}

fn registry(p: &mut Parameters<'_>) -> Option<Check> {
    let root_key = p.take(&table::ROOT_KEY);
    let (key, value) = (p.take(&table::KEY), p.take(&table::VALUE));
    let (kind, data) = (p.take(&table::KIND), p.take(&table::DATA));
    Some(Check::Registry { root_key: root_key?, key: key?, value: value?, kind: kind?, data: data? })
}

fn certificate(name: Name, os: Os, p: &mut Parameters<'_>, store: CertificateStore) -> Option<Check> {
    let names: Vec<_> = name.parameters(os).iter().map(|parameter| parameter.name()).collect();
    if !names.iter().any(|name| p.has(name)) {
        p.fault("missing", &format!("must have at least one of {}", names.join(", ")));
        return None;
    }
    let [issuer, subject, thumbprint] =
        [&table::ISSUER, &table::SUBJECT, &table::THUMBPRINT].map(|parameter| p.take(parameter));
    Some(Check::Certificate { store, issuer, subject, thumbprint })
}
