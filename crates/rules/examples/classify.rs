//! How long one device takes: `cargo run --release -p rules --example classify`, with a part of a case's name for
//! those cases alone.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "an example that measures")]
#![allow(clippy::needless_pass_by_value, reason = "json! makes values")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use domain::{
    Antivirus, ClassificationId, Conditions, Label, Os, OsVersion, RegistryValue, Sha256, Status, TagId,
};
use rules::{CertificateView, Compiled, Device, Program, Tree};
use serde_json::{Value, json};

fn main() {
    let tagged = program(
        |place, rule| json!([os(rule), software(rule), encrypted("bitlocker"), {"device_tag_check": {"tag_id": 100 + place}}]),
    );
    let untagged =
        program(|place, rule| json!([os(rule), software(rule), encrypted(&format!("disk {place}"))]));
    for (what, program, device) in [
        ("each asks for a tag, none has it", &tagged, Laptop::new(&[1], "BitLocker")),
        ("each asks for a tag, the weakest is had", &tagged, Laptop::new(&[1, 109], "BitLocker")),
        ("each asks for a tag, the strongest is had", &tagged, Laptop::new(&[1, 100], "BitLocker")),
        ("none asks for a tag, all fail", &untagged, Laptop::new(&[1], "FileVault")),
        ("none asks for a tag, the weakest passes", &untagged, Laptop::new(&[1], "Disk 9")),
    ] {
        measure(what, program, &device);
    }
}

fn measure(what: &str, program: &Program, device: &Laptop) {
    let asked = std::env::args().nth(1).unwrap_or_default();
    if !what.contains(&asked) {
        return;
    }
    let nanos = (0..60).map(|_| {
        let start = Instant::now();
        for _ in 0..20_000 {
            black_box(program.classify(black_box(device)));
        }
        start.elapsed().as_nanos() / 20_000
    });
    let best = nanos.min().unwrap();
    let status = program.classify(device).status;
    println!("{what}: {best} ns, {}", if status == Status::Managed { "taken" } else { "not taken" });
}

/// 10 classifications of 3 rules each.
fn program(checks: impl Fn(u32, u32) -> Value) -> Program {
    let compiled = |conditions: Value| {
        let conditions = Conditions::new(&conditions.to_string()).unwrap();
        Arc::new(Compiled::new(&Tree::check(&conditions, Os::Windows).unwrap(), Os::Windows))
    };
    Program::new((0..10).map(|place| {
        let rules =
            (0..3).map(|rule| (Os::Windows, compiled(json!({"$and": [{"$and": checks(place, rule)}]}))));
        (ClassificationId(place + 1), rules.collect())
    }))
}

fn os(rule: u32) -> Value {
    let version = format!("10.0.1904{rule}");
    json!({"min_os_version_check": {"min_os_version": version, "edition": "Windows 11"}})
}

fn software(rule: u32) -> Value {
    json!({"$or": [
        {"domain_check": {"domains": [format!("corp{rule}.local")]}},
        {"av_check": {"product_name": "Microsoft Defender"}},
    ]})
}

fn encrypted(product: &str) -> Value {
    json!({"disk_enc_check": {"product": product}})
}

struct Laptop {
    tags: Vec<TagId>,
    os_version: OsVersion,
    antivirus: Vec<Antivirus>,
    disk_encryption: Vec<Label>,
}

impl Laptop {
    fn new(tags: &[u32], disk_encryption: &str) -> Self {
        Self {
            tags: tags.iter().copied().map(TagId).collect(),
            os_version: OsVersion::new("10.0.22631").unwrap(),
            antivirus: vec![Antivirus {
                product: Label::new("Microsoft Defender").unwrap(),
                up_to_date: Some(true),
            }],
            disk_encryption: vec![Label::new(disk_encryption).unwrap()],
        }
    }
}

impl Device for Laptop {
    fn os(&self) -> Option<Os> {
        Some(Os::Windows)
    }

    fn tags(&self) -> impl Iterator<Item = TagId> {
        self.tags.iter().copied()
    }

    fn os_version(&self) -> Option<&OsVersion> {
        Some(&self.os_version)
    }

    fn edition(&self) -> Option<&str> {
        Some("Windows 11 Enterprise")
    }

    fn distribution(&self) -> Option<&str> {
        None
    }

    fn domain(&self) -> Option<&str> {
        Some("Corp.Local")
    }

    fn antivirus(&self) -> Option<&[Antivirus]> {
        Some(&self.antivirus)
    }

    fn process(&self, _: &str, _: bool) -> Option<(bool, Option<&str>)> {
        None
    }

    fn file(&self, _: &str, _: bool) -> Option<(bool, Option<Sha256>)> {
        None
    }

    fn registry(&self) -> Option<&[RegistryValue]> {
        None
    }

    fn disk_encryption(&self) -> Option<&[Label]> {
        Some(&self.disk_encryption)
    }

    fn certificates(&self) -> Option<impl Iterator<Item = CertificateView<'_>>> {
        None::<std::iter::Empty<_>>
    }

    fn passcode(&self) -> Option<bool> {
        None
    }

    fn compromised(&self) -> Option<bool> {
        None
    }

    fn storage_encrypted(&self) -> Option<bool> {
        None
    }

    fn mdm(&self) -> Option<bool> {
        None
    }
}
