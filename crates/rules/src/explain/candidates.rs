//! What could be supposed of a device so that a check of its system's rules says something else.

use std::collections::HashSet;

use domain::{Antivirus, FACT_ENTRIES_MAX, FactText, FileFact, Label, Os, PROBED_MAX, ProcessFact, fold};

use super::asked::{Asked, Flag};
use super::editions;
use super::overlay::owned;
use super::supposed::{Supposed, is_same_value};
use super::versions;
use crate::certificate::{CertificateView, WantedCertificate};
use crate::check::Check;
use crate::device::Device;
use crate::folded::Folded;
use crate::leaf::Leaf;
use crate::truth::Truth;

/// Stands for an antivirus product that no rule names: one that says `any` asks for no name.
const ANY_PRODUCT: &str = "any";
/// Of which one is supposed where a distribution is needed that no rule names.
const DISTRIBUTIONS: [&str; 3] = ["Debian", "Ubuntu", "Fedora"];

/// Every one differs from what `device` is now. Of several about one fact, nearer ones come before farther ones.
pub(super) fn candidates<'c>(
    os: Os,
    checks: impl Iterator<Item = &'c Check>,
    device: &impl Device,
) -> Vec<Supposed> {
    let asked = Asked::by(checks, os);
    let mut found = Vec::new();
    asked.system(os, device, &mut found);
    asked.domain(device, &mut found);
    asked.antivirus(device, &mut found);
    asked.processes(os, device, &mut found);
    asked.files(os, device, &mut found);
    asked.registry(os, device, &mut found);
    asked.disk_encryption(device, &mut found);
    asked.certificates(device, &mut found);
    found.extend(asked.flags.iter().map(|flag| flag.other(device)));
    found.extend(asked.tags.iter().map(|tag| Supposed::Tag { tag: *tag, carried: !device.has_tag(*tag) }));
    found
}

impl Asked<'_> {
    fn system(&self, os: Os, device: &impl Device, found: &mut Vec<Supposed>) {
        let mut bounds = self.bounds.clone();
        if self.releases && device.edition().is_none() {
            editions::bound_releases(&mut bounds);
        }
        found.extend(versions::nearest(&bounds, device.os_version()).into_iter().map(Supposed::OsVersion));
        if !self.editions.is_empty() {
            let wanted = self.editions.iter().filter_map(|name| editions::reported(name));
            let other = editions::none_of(&self.editions, os);
            let others = wanted.chain(other).filter(|text| device.edition() != Some(text.as_str()));
            found.extend(others.map(Supposed::Edition));
        }
        if !self.distributions.is_empty() {
            let is_asked = |text: &&str| self.distributions.contains_key(&Folded::new(text));
            let other = DISTRIBUTIONS.into_iter().find(|text| !is_asked(text));
            let other = other.and_then(|text| Label::new(text).ok());
            let all = self.distributions.values().copied().cloned().chain(other);
            let others = all.filter(|text| !is(device.distribution(), text.as_str()));
            found.extend(others.map(Supposed::Distribution));
        }
    }

    fn domain(&self, device: &impl Device, found: &mut Vec<Supposed>) {
        let joined = device.domain();
        if joined.is_some_and(|domain| !domain.is_empty()) {
            found.extend(FactText::new("").ok().map(Supposed::Domain));
        }
        let others = self.domains.values().filter(|domain| !is(joined, domain.as_str()));
        found.extend(others.map(|domain| Supposed::Domain((*domain).clone())));
    }

    fn antivirus(&self, device: &impl Device, found: &mut Vec<Supposed>) {
        let known = device.antivirus().unwrap_or_default();
        let mut products: Vec<_> = self.antivirus.values().copied().cloned().collect();
        if self.any_antivirus {
            products.extend(known.iter().map(|known| known.product.clone()));
            products.extend(Label::new(ANY_PRODUCT));
        }
        let mut seen = HashSet::new();
        products.retain(|product| seen.insert(fold(product.as_str())));
        for product in products {
            let name = Folded::new(product.as_str());
            let installed: Vec<_> = known.iter().filter(|known| name.same(known.product.as_str())).collect();
            let product = installed.first().map_or(product, |known| known.product.clone());
            let states = self.signature_states().into_iter().map(|up_to_date| {
                let entry = Antivirus { product: product.clone(), up_to_date };
                Supposed::Antivirus { entry, there: true }
            });
            match installed[..] {
                [] if known.len() >= FACT_ENTRIES_MAX => {}
                [] => found.extend(states),
                [first, ..] => {
                    let is = |state: &Supposed| matches!(state, Supposed::Antivirus { entry, .. } if entry == first);
                    found.extend(states.filter(|state| !is(state)));
                    found.push(Supposed::Antivirus { entry: first.clone(), there: false });
                }
            }
        }
    }

    /// The states of a product's signatures that some check tells apart.
    fn signature_states(&self) -> Vec<Option<bool>> {
        match (self.up_to_date.contains(&true), self.up_to_date.contains(&false)) {
            (false, false) => vec![None],
            (true, false) => vec![Some(true), Some(false)],
            (false, true) => vec![Some(false), Some(true)],
            (true, true) => vec![Some(true), Some(false), None],
        }
    }

    fn processes(&self, os: Os, device: &impl Device, found: &mut Vec<Supposed>) {
        for (key, (name, signers)) in &self.processes {
            let known = device.process(key, os.ignores_case());
            let runs = |signer: Option<&FactText>| ProcessFact { running: true, signer: signer.cloned() };
            let unsigned =
                (!signers.is_empty() || known.is_none_or(|(running, _)| !running)).then(|| runs(None));
            let signed = signers.values().map(|signer| runs(Some(signer)));
            let states =
                unsigned.into_iter().chain(signed).chain([ProcessFact { running: false, signer: None }]);
            let differs = |to: &ProcessFact| {
                let signer = to.signer.as_ref().map(FactText::as_str);
                known != Some((to.running, signer)) && (to.running || known.is_some())
            };
            found.extend(states.filter(differs).map(|to| Supposed::Process { name: (*name).clone(), to }));
        }
    }

    fn files(&self, os: Os, device: &impl Device, found: &mut Vec<Supposed>) {
        for (key, (path, hashes)) in &self.files {
            let known = device.file(key, os.ignores_case());
            let there = |sha256| FileFact { present: true, sha256 };
            let bare = (!hashes.is_empty() || known.is_none_or(|(present, _)| !present)).then(|| there(None));
            let hashed = hashes.iter().map(|hash| there(Some(*hash)));
            let states = bare.into_iter().chain(hashed).chain([FileFact { present: false, sha256: None }]);
            let differs =
                |to: &FileFact| known != Some((to.present, to.sha256)) && (to.present || known.is_some());
            found.extend(states.filter(differs).map(|to| Supposed::File { path: (*path).clone(), to }));
        }
    }

    fn registry(&self, os: Os, device: &impl Device, found: &mut Vec<Supposed>) {
        let known = device.registry().unwrap_or_default();
        for (check, entry) in &self.registry {
            let there = !passes(check, os, device);
            let replaces = || known.iter().any(|known| is_same_value(known, entry));
            if !there || known.len() < PROBED_MAX || replaces() {
                found.push(Supposed::Registry { entry: entry.clone(), there });
            }
        }
    }

    fn disk_encryption(&self, device: &impl Device, found: &mut Vec<Supposed>) {
        let known = device.disk_encryption().unwrap_or_default();
        for (folded, product) in &self.disk_encryption {
            let there = !known.iter().any(|known| folded.same(known.as_str()));
            if !there || known.len() < FACT_ENTRIES_MAX {
                found.push(Supposed::DiskEncryption { product: (*product).clone(), there });
            }
        }
    }

    fn certificates(&self, device: &impl Device, found: &mut Vec<Supposed>) {
        let known: Vec<_> = device.certificates().into_iter().flatten().collect();
        let mut removed = HashSet::new();
        for wanted in &self.certificates {
            let form = WantedCertificate::of(wanted);
            let is = |one: &&CertificateView<'_>| one.store == wanted.store && form.is(one) == Truth::Pass;
            let mut matching = known.iter().filter(is).peekable();
            if matching.peek().is_none() && known.len() < FACT_ENTRIES_MAX {
                found.push(Supposed::Certificate { certificate: wanted.clone(), there: true });
            }
            for certificate in matching.map(owned) {
                if removed.insert(certificate.clone()) {
                    found.push(Supposed::Certificate { certificate, there: false });
                }
            }
        }
    }
}

impl Flag {
    /// The value that its check tells from the one that the device reported.
    fn other(self, device: &impl Device) -> Supposed {
        let (said, passing, supposed): (_, _, fn(bool) -> Supposed) = match self {
            Self::Passcode => (device.passcode(), true, Supposed::Passcode),
            Self::Compromised => (device.compromised(), false, Supposed::Compromised),
            Self::StorageEncrypted => (device.storage_encrypted(), true, Supposed::StorageEncrypted),
            Self::Mdm => (device.mdm(), true, Supposed::Mdm),
        };
        supposed(said.map_or(passing, |said| !said))
    }
}

fn passes(check: &Check, os: Os, device: &impl Device) -> bool {
    Leaf::new(check, os).evaluate(device) == Truth::Pass
}

/// Whether that is what was reported, whatever its case.
fn is(reported: Option<&str>, text: &str) -> bool {
    reported.is_some_and(|reported| Folded::new(text).same(reported))
}
