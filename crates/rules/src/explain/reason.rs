//! Why a check does not pass, in one plain sentence.

use domain::{Antivirus, FactText, Label, Os, OsVersion, Sha256};

use super::looked_at::{registry, stored};
use super::shown::{self, listed, quoted};
use super::{editions, key};
use crate::check::Check;
use crate::device::Device;
use crate::edition::Edition;
use crate::folded::Folded;
use crate::truth::Truth;

/// Why `check`, which looks at a fact, has `verdict`, which is not pass.
pub(super) fn of(check: &Check, os: Os, device: &impl Device, verdict: Truth) -> String {
    match check {
        Check::MinOsVersion { min, edition, distribution } => {
            system(min, edition.as_ref(), distribution.as_ref(), os, device, verdict)
        }
        Check::Domain { domains } => match device.domain() {
            None => not_reported("domain"),
            Some("") => "the device is joined to no domain".to_owned(),
            Some(domain) => {
                format!(
                    "domain {} is none of: {}",
                    quoted(domain),
                    listed(domains.iter().map(FactText::as_str))
                )
            }
        },
        Check::Process { process, signer } => {
            let name = quoted(process.as_str());
            match device.process(&key(process.as_str(), os), os.ignores_case()) {
                None => not_reported(&format!("processes: {name}")),
                Some((false, _)) => format!("processes: {name} does not run"),
                Some((true, said)) => {
                    let wanted = signer.as_ref().map(FactText::as_str);
                    detail(&format!("processes: {name} runs, but its signer"), wanted, said)
                }
            }
        }
        Check::File { path, sha256 } => {
            let path_shown = quoted(path.as_str());
            match device.file(&key(path.as_str(), os), os.ignores_case()) {
                None => not_reported(&format!("files: {path_shown}")),
                Some((false, _)) => format!("files: {path_shown} is not there"),
                Some((true, said)) => {
                    let hex = |hash: Option<Sha256>| hash.map(|hash| hash.to_string());
                    let subject = format!("files: {path_shown} is there, but its sha256");
                    detail(&subject, hex(*sha256).as_deref(), hex(said).as_deref())
                }
            }
        }
        Check::Registry { root_key, key, value, kind, data } => {
            let place = quoted(&format!("{}\\{key}\\{value}", root_key.name()));
            match device.registry().map(|values| registry(values, *root_key, key, value).next()) {
                None => not_reported("registry"),
                Some(None) => format!("registry: {place} is not there"),
                Some(Some(said)) => {
                    let (said_kind, said) = (&said.kind, quoted(said.data.as_str()));
                    format!(
                        "registry: {place} is {said} ({said_kind}), not {} ({kind})",
                        quoted(data.as_str())
                    )
                }
            }
        }
        Check::DiskEncryption { product } => match device.disk_encryption() {
            None => not_reported("diskEncryption"),
            Some([]) => "no product encrypts the disk".to_owned(),
            Some(products) => {
                let products = listed(products.iter().map(Label::as_str));
                format!("no disk encryption product named {product} among: {products}")
            }
        },
        Check::Antivirus { product, up_to_date } => {
            antivirus(product.as_ref(), *up_to_date, device.antivirus(), verdict)
        }
        Check::Certificate { store, .. } => match (stored(device, *store), verdict) {
            (None, _) => not_reported("certificates"),
            (Some(_), Truth::Unknown) => {
                "a certificate that may be the one did not report all that is asked".to_owned()
            }
            (Some(stored), _) => {
                format!("no such certificate among {} in the {} store", stored.len(), shown::store(*store))
            }
        },
        Check::PasscodeRequired => flag("passcode", device.passcode()),
        Check::NotCompromised => flag("compromised", device.compromised()),
        Check::StorageEncrypted => flag("storageEncrypted", device.storage_encrypted()),
        Check::Mdm => flag("mdm", device.mdm()),
        Check::DeviceTag(_) | Check::Other { .. } => String::new(),
    }
}

/// Says of version, edition and distribution which of them give the check its verdict.
fn system(
    min: &OsVersion,
    edition: Option<&Edition>,
    distribution: Option<&Label>,
    os: Os,
    device: &impl Device,
    verdict: Truth,
) -> String {
    let version = device.os_version();
    let mut reasons = Vec::new();
    if let Some((wanted, name)) = edition.and_then(|wanted| Some((wanted, wanted.name()?))) {
        let name = editions::reported(name).map_or_else(|| name.to_owned(), |label| label.to_string());
        let telling = version.filter(|_| os == Os::Windows);
        if wanted.truth(device.edition(), telling) == verdict {
            reasons.push(match (device.edition(), telling) {
                (Some(said), _) => format!("edition {} is not {name}", quoted(said)),
                (None, Some(version)) if verdict == Truth::Fail => {
                    format!("osVersion {version} is not {name}")
                }
                (None, _) => not_reported("edition"),
            });
        }
    }
    if let Some(wanted) = distribution {
        match device.distribution() {
            None if verdict == Truth::Unknown => reasons.push(not_reported("distribution")),
            Some(said) if verdict == Truth::Fail && !Folded::new(wanted.as_str()).same(said) => {
                reasons.push(format!("distribution {} is not {wanted}", quoted(said)));
            }
            _ => {}
        }
    }
    match version {
        _ if min.numbers().is_empty() => {}
        None if verdict == Truth::Unknown => reasons.push(not_reported("osVersion")),
        Some(said) if verdict == Truth::Unknown && !said.has_numbers() => {
            reasons.push(format!("osVersion {said} is no version that could be compared"));
        }
        Some(said) if verdict == Truth::Fail && said.has_numbers() && !said.at_least(min) => {
            reasons.push(format!("osVersion {said} is lower than {min}"));
        }
        _ => {}
    }
    reasons.join("; ")
}

fn antivirus(
    product: Option<&Label>,
    up_to_date: Option<bool>,
    reported: Option<&[Antivirus]>,
    verdict: Truth,
) -> String {
    let Some(reported) = reported else { return not_reported("antivirus") };
    let wanted = product.map(|product| Folded::new(product.as_str()));
    let is = |said: &&Antivirus| wanted.as_ref().is_none_or(|wanted| wanted.same(said.product.as_str()));
    let installed: Vec<_> = reported.iter().filter(is).collect();
    let names = |products: &[&Antivirus]| listed(products.iter().map(|said| said.product.as_str()));
    match (reported, &installed[..]) {
        ([], _) => "there is no antivirus product".to_owned(),
        (_, []) => {
            let product = product.map_or("any", Label::as_str);
            format!(
                "no antivirus product named {product} among: {}",
                names(&reported.iter().collect::<Vec<_>>())
            )
        }
        (_, installed) if verdict == Truth::Unknown => {
            let unsaid: Vec<_> = installed.iter().copied().filter(|said| said.up_to_date.is_none()).collect();
            not_reported(&format!("whether the signatures of {} are up to date", names(&unsaid)))
        }
        (_, installed) => {
            let state = if up_to_date == Some(true) { "are not up to date" } else { "are up to date" };
            format!("the signatures of {} {state}", names(installed))
        }
    }
}

/// A detail that is not the one asked for, or was not told.
fn detail(subject: &str, wanted: Option<&str>, said: Option<&str>) -> String {
    match said {
        None => not_reported(subject),
        Some(said) => format!("{subject} is {}, not {}", quoted(said), quoted(wanted.unwrap_or_default())),
    }
}

fn flag(name: &str, said: Option<bool>) -> String {
    said.map_or_else(|| not_reported(name), |said| format!("{name} is {said}"))
}

fn not_reported(subject: &str) -> String {
    format!("{subject} was not reported")
}
