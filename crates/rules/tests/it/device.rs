//! A device made of the JSON of its check-in and of its tags.

use std::collections::BTreeMap;

use domain::{
    Antivirus, Certificate, CertificateStore, FactText, Label, Os, OsVersion, RegistryValue, Sha256, TagId,
    fold,
};
use rules::{CertificateView, Device};
use serde_json::Value;

/// What a site would keep of a check-in.
#[derive(Debug, Default)]
pub struct Reported {
    tags: Vec<TagId>,
    os: Option<Os>,
    os_version: Option<OsVersion>,
    edition: Option<Label>,
    distribution: Option<Label>,
    domain: Option<FactText>,
    antivirus: Option<Vec<Antivirus>>,
    processes: BTreeMap<FactText, (bool, Option<FactText>)>,
    files: BTreeMap<FactText, (bool, Option<Sha256>)>,
    registry: Option<Vec<RegistryValue>>,
    disk_encryption: Option<Vec<Label>>,
    certificates: Option<Vec<Certificate>>,
    passcode: Option<bool>,
    compromised: Option<bool>,
    storage_encrypted: Option<bool>,
    mdm: Option<bool>,
}

impl Reported {
    /// From `{"tags": [1], "os": …, "osVersion": …, "facts": {…}}`.
    pub fn new(json: &Value) -> Self {
        let facts = &json["facts"];
        Self {
            tags: list(&json["tags"])
                .iter()
                .map(|id| TagId(u32::try_from(id.as_u64().unwrap()).unwrap()))
                .collect(),
            os: json["os"].as_str().map(|text| Os::new(text).unwrap()),
            os_version: json["osVersion"].as_str().map(|text| OsVersion::new(text).unwrap()),
            edition: label(&json["edition"]),
            distribution: label(&json["distribution"]),
            domain: text(&facts["domain"]),
            antivirus: entries(&facts["antivirus"], |entry| Antivirus {
                product: label(&entry["product"]).unwrap(),
                up_to_date: entry["upToDate"].as_bool(),
            }),
            processes: map(&facts["processes"], |process| match process {
                Value::Bool(running) => (*running, None),
                _ => (process["running"].as_bool().unwrap(), text(&process["signerName"])),
            }),
            files: map(&facts["files"], |file| {
                let sha256 = file["sha256"].as_str().map(|hex| Sha256::new(hex).unwrap());
                (file["present"].as_bool().unwrap(), sha256)
            }),
            registry: entries(&facts["registry"], |entry| RegistryValue {
                root_key: text(&entry["rootKey"]).unwrap(),
                key: text(&entry["key"]).unwrap(),
                value: text(&entry["value"]).unwrap(),
                kind: text(&entry["type"]).unwrap(),
                data: text(&entry["data"]).unwrap(),
            }),
            disk_encryption: entries(&facts["diskEncryption"], |product| label(product).unwrap()),
            certificates: entries(&facts["certificates"], |entry| Certificate {
                store: match entry["store"].as_str() {
                    Some("user") => CertificateStore::User,
                    _ => CertificateStore::Machine,
                },
                issuer: text(&entry["issuer"]),
                subject: text(&entry["subject"]),
                thumbprint: text(&entry["thumbprint"]),
            }),
            passcode: facts["passcode"].as_bool(),
            compromised: facts["compromised"].as_bool(),
            storage_encrypted: facts["storageEncrypted"].as_bool(),
            mdm: facts["mdm"].as_bool(),
        }
    }
}

fn text(value: &Value) -> Option<FactText> {
    value.as_str().map(|text| FactText::new(text).unwrap())
}

fn label(value: &Value) -> Option<Label> {
    value.as_str().map(|text| Label::new(text).unwrap())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn entries<T>(value: &Value, read: fn(&Value) -> T) -> Option<Vec<T>> {
    value.as_array().map(|entries| entries.iter().map(read).collect())
}

fn map<T>(value: &Value, read: fn(&Value) -> T) -> BTreeMap<FactText, T> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(name, fact)| (FactText::new(name).unwrap(), read(fact))).collect()
}

fn named<'a, T>(facts: &'a BTreeMap<FactText, T>, name: &str, ignore_case: bool) -> Option<&'a T> {
    let is = |known: &str| if ignore_case { fold(known) == name } else { known == name };
    facts.iter().find(|(known, _)| is(known.as_str())).map(|(_, fact)| fact)
}

impl Device for Reported {
    fn os(&self) -> Option<Os> {
        self.os
    }

    fn tags(&self) -> impl Iterator<Item = TagId> {
        self.tags.iter().copied()
    }

    fn os_version(&self) -> Option<&OsVersion> {
        self.os_version.as_ref()
    }

    fn edition(&self) -> Option<&str> {
        self.edition.as_ref().map(Label::as_str)
    }

    fn distribution(&self) -> Option<&str> {
        self.distribution.as_ref().map(Label::as_str)
    }

    fn domain(&self) -> Option<&str> {
        self.domain.as_ref().map(FactText::as_str)
    }

    fn antivirus(&self) -> Option<&[Antivirus]> {
        self.antivirus.as_deref()
    }

    fn process(&self, name: &str, ignore_case: bool) -> Option<(bool, Option<&str>)> {
        let (running, signer) = named(&self.processes, name, ignore_case)?;
        Some((*running, signer.as_ref().map(FactText::as_str)))
    }

    fn file(&self, path: &str, ignore_case: bool) -> Option<(bool, Option<Sha256>)> {
        named(&self.files, path, ignore_case).copied()
    }

    fn registry(&self) -> Option<&[RegistryValue]> {
        self.registry.as_deref()
    }

    fn disk_encryption(&self) -> Option<&[Label]> {
        self.disk_encryption.as_deref()
    }

    fn certificates(&self) -> Option<impl Iterator<Item = CertificateView<'_>>> {
        Some(self.certificates.as_ref()?.iter().map(CertificateView::from))
    }

    fn passcode(&self) -> Option<bool> {
        self.passcode
    }

    fn compromised(&self) -> Option<bool> {
        self.compromised
    }

    fn storage_encrypted(&self) -> Option<bool> {
        self.storage_encrypted
    }

    fn mdm(&self) -> Option<bool> {
        self.mdm
    }
}
