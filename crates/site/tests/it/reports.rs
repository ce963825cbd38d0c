//! Random reports from small pools, so that devices share values and let go of them again.

use std::net::IpAddr;

use domain::{
    Antivirus, Certificate, CertificateStore, FactText, Facts, FileFact, Label, Os, OsVersion, ProcessFact,
    RegistryValue, Report, Sha256,
};
use proptest::collection::{btree_map, vec};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

/// The operating systems that reports and rules of these tests are about.
pub const SYSTEMS: [Os; 3] = [Os::Windows, Os::Linux, Os::Android];

/// How often a report speaks of a thing.
const SAID: f64 = 0.3;

/// Any report; most speak of a few things only.
pub fn report() -> impl Strategy<Value = Report> {
    let os = weighted(0.6, select(&SYSTEMS[..]));
    let os_version = said(select(&["9.9", "10.0.19045", "10.0.22631", "rolling"][..]));
    let who = (label(&["joe", "ann"]), label(&["pc-1", "pc-2", "büro"]), label(&["S1", "S2"]));
    let system = (os, os_version, label(&["Windows 11 Pro", "Windows 10 Pro"]), label(&["Debian", "Arch"]));
    let machine = (label(&["1.0", "1.1"]), label(&["Dell", "HP"]), label(&["X1", "X2"]), label(&["Boot"]));
    let network = (
        said(vec(one_label(&["aa:01", "aa:02"]), 0..3)),
        said(select(&["10.0.0.1", "10.0.0.2", "fd00::1"][..])),
    );
    (who, system, machine, network, facts()).prop_map(|(who, system, machine, network, facts)| {
        let (username, hostname, serial_number) = who;
        let (os, os_version, edition, distribution) = system;
        let (client_version, device_make, device_model, event) = machine;
        let (mac_addresses, ip_address) = network;
        Report {
            username,
            hostname,
            os,
            os_version: os_version.map(|text| OsVersion::new(text).unwrap()),
            edition,
            distribution,
            client_version,
            device_make,
            device_model,
            serial_number,
            mac_addresses,
            ip_address: ip_address.map(|text| text.parse::<IpAddr>().unwrap()),
            event,
            facts,
        }
    })
}

fn facts() -> impl Strategy<Value = Facts> {
    let lists = (
        said(vec(antivirus(), 0..3)),
        said(btree_map(text(&["x.exe", "X.EXE", "sshd"]), process(), 0..3)),
        said(btree_map(text(&["/etc/x", r"C:\x"]), file(), 0..3)),
        said(vec(registry_value(), 0..2)),
        said(vec(one_label(&["luks", "bitlocker"]), 0..2)),
        said(vec(certificate(), 0..2)),
    );
    let truths = [said(any::<bool>()), said(any::<bool>()), said(any::<bool>()), said(any::<bool>())];
    (said(text(&["", "corp.local", "lab.local"])), lists, truths).prop_map(|(domain, lists, truths)| {
        let (antivirus, processes, files, registry, disk_encryption, certificates) = lists;
        let [passcode, compromised, storage_encrypted, mdm] = truths;
        Facts {
            domain,
            antivirus,
            processes,
            files,
            registry,
            disk_encryption,
            certificates,
            passcode,
            compromised,
            storage_encrypted,
            mdm,
        }
    })
}

fn antivirus() -> impl Strategy<Value = Antivirus> {
    (one_label(&["Defender", "Other"]), any::<Option<bool>>())
        .prop_map(|(product, up_to_date)| Antivirus { product, up_to_date })
}

fn process() -> impl Strategy<Value = ProcessFact> {
    (any::<bool>(), said(text(&["Corp", "ACME"])))
        .prop_map(|(running, signer)| ProcessFact { running, signer })
}

fn file() -> impl Strategy<Value = FileFact> {
    (any::<bool>(), said(0..2_u8)).prop_map(|(present, hash)| FileFact {
        present,
        sha256: hash.map(|byte| Sha256::from_bytes([byte; 32])),
    })
}

fn registry_value() -> impl Strategy<Value = RegistryValue> {
    text(&["0", "1"]).prop_map(|data| RegistryValue {
        root_key: fact("HKEY_LOCAL_MACHINE"),
        key: fact(r"SOFTWARE\Corp"),
        value: fact("V"),
        kind: fact("REG_SZ"),
        data,
    })
}

fn certificate() -> impl Strategy<Value = Certificate> {
    let store = select(&[CertificateStore::Machine, CertificateStore::User][..]);
    (store, said(text(&["CN=Corp", "CN=Other"]))).prop_map(|(store, issuer)| Certificate {
        store,
        issuer,
        subject: None,
        thumbprint: Some(fact("ab01")),
    })
}

fn said<S: Strategy>(value: S) -> impl Strategy<Value = Option<S::Value>> {
    weighted(SAID, value)
}

fn label(pool: &'static [&'static str]) -> impl Strategy<Value = Option<Label>> {
    said(one_label(pool))
}

fn one_label(pool: &'static [&'static str]) -> impl Strategy<Value = Label> {
    select(pool).prop_map(|text| Label::new(text).unwrap())
}

fn text(pool: &'static [&'static str]) -> impl Strategy<Value = FactText> {
    select(pool).prop_map(fact)
}

fn fact(text: &str) -> FactText {
    FactText::new(text).unwrap()
}
