//! A device as checks see it.

use domain::{Antivirus, FactText, Label, Os, OsVersion, RegistryValue, Sha256, TagId, fold};
use rules::{CertificateView, Device};

use super::device::DeviceRef;

impl Device for DeviceRef<'_> {
    fn os(&self) -> Option<Os> {
        Os::from_number(self.block().os.get(self.place()))
    }

    fn tags(&self) -> impl Iterator<Item = TagId> {
        DeviceRef::tags(self).iter().copied()
    }

    fn os_version(&self) -> Option<&OsVersion> {
        DeviceRef::os_version(self)
    }

    fn edition(&self) -> Option<&str> {
        self.ids().edition.get(self.block().edition.get(self.place())).map(Label::as_str)
    }

    fn distribution(&self) -> Option<&str> {
        self.ids().distribution.get(self.block().distribution.get(self.place())).map(Label::as_str)
    }

    fn domain(&self) -> Option<&str> {
        self.ids().domain.get(self.block().domain.get(self.place())).map(FactText::as_str)
    }

    fn antivirus(&self) -> Option<&[Antivirus]> {
        self.ids().antivirus.get(self.block().antivirus.get(self.place())).map(Vec::as_slice)
    }

    fn process(&self, name: &str, ignore_case: bool) -> Option<(bool, Option<&str>)> {
        let (running, signer) = named(self.processes(), name, ignore_case)?;
        Some((running, signer.map(FactText::as_str)))
    }

    fn file(&self, path: &str, ignore_case: bool) -> Option<(bool, Option<Sha256>)> {
        let (present, sha256) = named(self.files(), path, ignore_case)?;
        Some((present, sha256.copied()))
    }

    fn registry(&self) -> Option<&[RegistryValue]> {
        self.ids().registry.get(self.block().registry.get(self.place())).map(Vec::as_slice)
    }

    fn disk_encryption(&self) -> Option<&[Label]> {
        self.ids().disk_encryption.get(self.block().disk_encryption.get(self.place())).map(Vec::as_slice)
    }

    fn certificates(&self) -> Option<impl Iterator<Item = CertificateView<'_>>> {
        self.block().certificates.get(self.place(), &self.ids().certificate_issuers)
    }

    fn passcode(&self) -> Option<bool> {
        self.block().passcode.get(self.place())
    }

    fn compromised(&self) -> Option<bool> {
        self.block().compromised.get(self.place())
    }

    fn storage_encrypted(&self) -> Option<bool> {
        self.block().storage_encrypted.get(self.place())
    }

    fn mdm(&self) -> Option<bool> {
        self.block().mdm.get(self.place())
    }
}

/// The fact of that name; of several whose names differ in case only, the first in order of text.
fn named<'a, D>(
    mut facts: impl Iterator<Item = (&'a FactText, bool, Option<&'a D>)>,
    name: &str,
    ignore_case: bool,
) -> Option<(bool, Option<&'a D>)> {
    let found = if ignore_case {
        facts.filter(|(known, ..)| folds_to(known.as_str(), name)).min_by_key(|(known, ..)| *known)
    } else {
        facts.find(|(known, ..)| known.as_str() == name)
    };
    found.map(|(_, truth, detail)| (truth, detail))
}

fn folds_to(text: &str, folded: &str) -> bool {
    if text.is_ascii() { text.eq_ignore_ascii_case(folded) } else { fold(text) == folded }
}
