//! Facts from the core's types in the forms in which check-ins say them.

use std::borrow::Cow;

use domain::{FactText, Label};
use rules::CertificateView;
use site::DeviceRef;
use wire::alloyscan::devices::ByName;
use wire::check_in::{self, File, Process};

pub(in crate::dialects) fn antivirus(products: &[domain::Antivirus]) -> Vec<check_in::Antivirus<&str>> {
    products.iter().map(product).collect()
}

fn product(said: &domain::Antivirus) -> check_in::Antivirus<&str> {
    check_in::Antivirus { product: said.product.as_str(), up_to_date: said.up_to_date }
}

pub(super) fn processes<'a>(device: &DeviceRef<'a>) -> ByName<'a, Process<&'a str>> {
    let process = |signer: Option<&'a FactText>, running| Process {
        running,
        signer_name: signer.map(FactText::as_str),
    };
    device.processes().map(|(name, running, signer)| (name.as_str(), process(signer, running))).collect()
}

pub(super) fn files<'a>(device: &DeviceRef<'a>) -> ByName<'a, File> {
    let file =
        |present, sha256: Option<&domain::Sha256>| File { present, sha256: sha256.map(ToString::to_string) };
    device.files().map(|(path, present, sha256)| (path.as_str(), file(present, sha256))).collect()
}

pub(in crate::dialects) fn registry(values: &[domain::RegistryValue]) -> Vec<check_in::RegistryValue<&str>> {
    values.iter().map(registry_value).collect()
}

fn registry_value(said: &domain::RegistryValue) -> check_in::RegistryValue<&str> {
    check_in::RegistryValue {
        root_key: said.root_key.as_str(),
        key: said.key.as_str(),
        value: said.value.as_str(),
        kind: said.kind.as_str(),
        data: said.data.as_str(),
    }
}

pub(in crate::dialects) fn disk_encryption(products: &[Label]) -> Vec<&str> {
    products.iter().map(Label::as_str).collect()
}

pub(super) fn certificates<'a>(
    certificates: impl Iterator<Item = CertificateView<'a>>,
) -> Vec<check_in::Certificate<Cow<'a, str>>> {
    let certificate = |said: CertificateView<'a>| check_in::Certificate {
        store: match said.store {
            domain::CertificateStore::Machine => check_in::CertificateStore::Machine,
            domain::CertificateStore::User => check_in::CertificateStore::User,
        },
        issuer: said.issuer.map(Cow::Borrowed),
        subject: said.subject,
        thumbprint: said.thumbprint,
    };
    certificates.map(certificate).collect()
}
