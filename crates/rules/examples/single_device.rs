//! How fast one device is classified: `cargo run --release -p rules --example single_device`.
//!
//! 10 classifications with 3 rules each of 4 checks, on one thread. `none` is a device that no rule matches, so all
//! 30 are gone through; `last` matches the weakest classification only; `first` the strongest.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use domain::{Antivirus, ClassificationId, Conditions, Label, Os, OsVersion, RegistryValue, Sha256, TagId};
use rules::{CertificateView, Compiled, Device, Program, Tree};

const CLASSIFICATIONS: u32 = 10;
const RULES: u32 = 3;
const ROUNDS: u32 = 5_000;
const RUNS: usize = 501;

struct Laptop {
    tags: Vec<TagId>,
    os_version: OsVersion,
    antivirus: Vec<Antivirus>,
    disk_encryption: Vec<Label>,
}

fn main() {
    let program = program();
    for (name, tags) in [("none", [1, 2]), ("last", [1, 109]), ("first", [1, 100])] {
        let device = Laptop {
            tags: tags.map(TagId).into(),
            os_version: OsVersion::new("10.0.22631").expect("a version"),
            antivirus: vec![Antivirus {
                product: Label::new("Microsoft Defender").expect("a label"),
                up_to_date: Some(true),
            }],
            disk_encryption: vec![Label::new("BitLocker").expect("a label")],
        };
        let outcome = program.classify(&device);
        let mut runs = [0.0; RUNS];
        for run in &mut runs {
            let start = Instant::now();
            for _ in 0..ROUNDS {
                black_box(program.classify(black_box(&device)));
            }
            *run = start.elapsed().as_secs_f64() * 1e9 / f64::from(ROUNDS);
        }
        runs.sort_by(f64::total_cmp);
        println!(
            "{name:>5} ({}): median {:.0} ns, best {:.0} ns; {:.1} M/s",
            outcome.status.name(),
            runs[RUNS / 2],
            runs[0],
            1e3 / runs[RUNS / 2],
        );
    }
}

/// Each rule asks for a recent Windows, a domain or an antivirus, encryption, and, last in the text, a tag of its
/// classification.
fn program() -> Program {
    Program::new((0..CLASSIFICATIONS).map(|id| {
        let rules = (0..RULES).map(|rule| {
            let json = format!(
                r#"{{"$and":[{{"$and":[
                    {{"$or":[{{"min_os_version_check":{{"min_os_version":"10.0.1904{rule}","edition":"Windows 11"}}}}]}},
                    {{"$or":[{{"domain_check":{{"domains":["corp{rule}.local"]}}}},{{"av_check":{{"product_name":"Microsoft Defender"}}}}]}},
                    {{"$or":[{{"disk_enc_check":{{"product":"bitlocker"}}}}]}},
                    {{"$or":[{{"device_tag_check":{{"tag_id":{}}}}}]}}
                ]}}]}}"#,
                100 + id
            );
            let conditions = Conditions::new(&json).expect("an object");
            let tree = Tree::check(&conditions, Os::Windows).expect("a valid tree");
            (Os::Windows, Arc::new(Compiled::new(&tree, Os::Windows)))
        });
        (ClassificationId(id + 1), rules.collect())
    }))
}

impl Device for Laptop {
    fn os(&self) -> Option<Os> {
        Some(Os::Windows)
    }

    fn has_tag(&self, tag: TagId) -> bool {
        self.tags.contains(&tag)
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

    fn process(&self, _name: &str, _ignore_case: bool) -> Option<(bool, Option<&str>)> {
        None
    }

    fn file(&self, _path: &str, _ignore_case: bool) -> Option<(bool, Option<Sha256>)> {
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
