//! Facts from the core's types in the forms in which check-ins say them.

use domain::{FactText, Label};
use rules::CertificateView;
use site::DeviceRef;
use wire::alloyscan::devices::ByName;
use wire::check_in::{self, File, Process};

pub(in crate::dialects) fn antivirus(products: &[domain::Antivirus]) -> Vec<check_in::Antivirus> {
    let product = |said: &domain::Antivirus| check_in::Antivirus {
        product: said.product.as_str().to_owned(),
        up_to_date: said.up_to_date,
    };
    products.iter().map(product).collect()
}

pub(super) fn processes<'a>(device: &DeviceRef<'a>) -> ByName<'a, Process> {
    let process = |signer: Option<&FactText>, running| Process { running, signer_name: text(signer) };
    device.processes().map(|(name, running, signer)| (name.as_str(), process(signer, running))).collect()
}

pub(super) fn files<'a>(device: &DeviceRef<'a>) -> ByName<'a, File> {
    let file =
        |present, sha256: Option<&domain::Sha256>| File { present, sha256: sha256.map(ToString::to_string) };
    device.files().map(|(path, present, sha256)| (path.as_str(), file(present, sha256))).collect()
}

pub(in crate::dialects) fn registry(values: &[domain::RegistryValue]) -> Vec<check_in::RegistryValue> {
    let value = |said: &domain::RegistryValue| check_in::RegistryValue {
        root_key: said.root_key.to_string(),
        key: said.key.to_string(),
        value: said.value.to_string(),
        kind: said.kind.to_string(),
        data: said.data.to_string(),
    };
    values.iter().map(value).collect()
}

pub(super) fn disk_encryption(products: &[Label]) -> Vec<&str> {
    products.iter().map(Label::as_str).collect()
}

pub(super) fn certificates<'a>(
    certificates: impl Iterator<Item = CertificateView<'a>>,
) -> Vec<check_in::Certificate> {
    let certificate = |said: CertificateView<'a>| check_in::Certificate {
        store: match said.store {
            domain::CertificateStore::Machine => check_in::CertificateStore::Machine,
            domain::CertificateStore::User => check_in::CertificateStore::User,
        },
        issuer: said.issuer.map(str::to_owned),
        subject: said.subject.map(Into::into),
        thumbprint: said.thumbprint.map(Into::into),
    };
    certificates.map(certificate).collect()
}

fn text(said: Option<&FactText>) -> Option<String> {
    said.map(|text| text.as_str().to_owned())
}
