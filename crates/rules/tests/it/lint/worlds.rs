//! Small worlds: a few checks, and devices in every state that these checks can tell apart.

use domain::Os;
use rules::{Node, Tree, Truth};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use crate::device::Reported;
use crate::tree;

/// The checks that rules are made of, and what they say of each device: one row a kind of device.
#[derive(Clone, Debug)]
pub struct World {
    pub os: Os,
    pub checks: Vec<Value>,
    pub rows: Vec<Vec<Truth>>,
}

impl World {
    /// Asks every device. They are check-ins without `os`; the silent one is always among them.
    fn new(os: Os, checks: Vec<Value>, devices: impl IntoIterator<Item = Value>) -> Self {
        let trees: Vec<_> = checks.iter().map(|check| tree(&json!({ "$and": [check] }), os)).collect();
        let silent = std::iter::once(json!({}));
        let rows: BTreeSet<Vec<Truth>> = silent
            .chain(devices)
            .map(|mut device| {
                device["os"] = os.name().into();
                let device = Reported::new(&device);
                trees.iter().map(|tree| only(tree).evaluate(os, &device)).collect()
            })
            .collect();
        Self { os, checks, rows: rows.into_iter().collect() }
    }

    /// The checks of both, and devices that are any of one and any of the other.
    fn and(&self, other: &Self) -> Self {
        assert_eq!(self.os, other.os);
        let checks = self.checks.iter().chain(&other.checks).cloned().collect();
        let pairs = self.rows.iter().flat_map(|row| other.rows.iter().map(move |more| (row, more)));
        let rows = pairs.map(|(row, more)| row.iter().chain(more).copied().collect()).collect();
        Self { os: self.os, checks, rows }
    }
}

fn only(tree: &Tree) -> &rules::Check {
    match tree.root() {
        Node::And(children) => match &children[..] {
            [Node::Check(check)] => check,
            other => panic!("not one check: {other:?}"),
        },
        other => panic!("not an $and: {other:?}"),
    }
}

/// A world for each kind of fact, and some of two.
pub fn worlds() -> Vec<World> {
    let (domains, antivirus) = (domains(Os::Windows), antivirus());
    let processes = processes();
    vec![
        tags(),
        versions(),
        editions(Os::Windows),
        editions(Os::WinServer),
        distributions(),
        truths(),
        disk_encryption(),
        files(),
        registry(),
        certificates(),
        tags().and(&versions()),
        domains.and(&editions(Os::Windows)),
        antivirus.and(&domains),
        processes.and(&distributions()),
        domains,
        antivirus,
        processes,
    ]
}

fn tags() -> World {
    let checks = [1, 2, 3].map(|tag| json!({"device_tag_check": {"tag_id": tag}}));
    World::new(
        Os::Mac,
        checks.into(),
        subsets(&[json!(1), json!(2), json!(3)]).map(|tags| json!({"tags": tags})),
    )
}

fn versions() -> World {
    let asked = ["0", "10", "10.5", "11", "11.0"];
    let reported = ["rolling", "9.9", "10", "10.4", "10.5.1", "11", "12"];
    World::new(
        Os::Mac,
        asked.map(|min| json!({"min_os_version_check": {"min_os_version": min}})).into(),
        reported.map(|version| json!({"osVersion": version})),
    )
}

fn editions(os: Os) -> World {
    let asked = [
        ("0", "Windows All"),
        ("0", "Windows 10"),
        ("10.0.19045", "Windows 10 All"),
        ("10.0.22631", "Windows 11 Enterprise"),
        ("0", "windows 11 all"),
        ("0", "Windows Server"),
        ("0", "Windows Server 2022"),
        ("10.0.22631", "Windows All"),
    ];
    let versions = ["10.0.10000", "10.0.19044", "10.0.19045", "10.0.22000", "10.0.22631"];
    let editions = [
        "Windows 10 Pro",
        "Microsoft Windows 11 Enterprise",
        "Windows 11 Enterprise LTSC",
        "Windows Server 2022 Standard",
        "Windows Server 2019",
        "Windows 8.1",
    ];
    let versions: Vec<_> = maybe(&versions.map(Value::from)).collect();
    let devices: Vec<_> = maybe(&editions.map(Value::from))
        .flat_map(|edition| {
            versions.iter().map(move |version| said([("osVersion", version), ("edition", &edition)]))
        })
        .collect();
    let check = |(min, edition)| json!({"min_os_version_check": {"min_os_version": min, "edition": edition}});
    World::new(os, asked.map(check).into(), devices)
}

fn distributions() -> World {
    let asked = [("0", Some("debian")), ("12", Some("Debian")), ("12", None), ("13", Some("ubuntu"))];
    let versions: Vec<_> = maybe(&["11", "12", "13"].map(Value::from)).collect();
    let devices: Vec<_> = maybe(&["Debian", "Ubuntu", "arch"].map(Value::from))
        .flat_map(|distribution| {
            versions
                .iter()
                .map(move |version| said([("osVersion", version), ("distribution", &distribution)]))
        })
        .collect();
    let check = |(min, distribution): (&str, Option<&str>)| {
        let min = json!(min);
        json!({"min_os_version_check": said([("min_os_version", &min), ("distribution", &json!(distribution))])})
    };
    World::new(Os::Linux, asked.map(check).into(), devices)
}

fn truths() -> World {
    let names =
        ["passcode_required_check", "device_not_compromised_check", "primary_storage_encrypted_check"];
    let states = [Value::Null, json!(true), json!(false)];
    let mut devices = Vec::new();
    for passcode in &states {
        for compromised in &states {
            for encrypted in &states {
                let facts =
                    [("passcode", passcode), ("compromised", compromised), ("storageEncrypted", encrypted)];
                devices.push(json!({ "facts": said(facts) }));
            }
        }
    }
    let unknown = json!({"opswat_check": {"a": 1}});
    let checks = names.map(|name| json!({ name: {} })).into_iter().chain([unknown]).collect();
    World::new(Os::Android, checks, devices)
}

fn domains(os: Os) -> World {
    let asked = [vec!["a"], vec!["A", "b"], vec!["b", "c"], vec!["a", "c"], vec!["d"]];
    World::new(
        os,
        asked.map(|domains| json!({"domain_check": {"domains": domains}})).into(),
        ["", "a", "B", "c", "d", "e"].map(|domain| json!({"facts": {"domain": domain}})),
    )
}

fn disk_encryption() -> World {
    let products = ["bitlocker", "PGP", "luks"].map(Value::from);
    World::new(
        Os::Windows,
        products.each_ref().map(|product| json!({"disk_enc_check": {"product": product}})).into(),
        lists(&products).map(|products| json!({"facts": {"diskEncryption": products}})),
    )
}

fn antivirus() -> World {
    let mut checks = Vec::new();
    let mut entries = Vec::new();
    for product in ["any", "defender", "Sentinel"] {
        for up_to_date in [Value::Null, json!(true), json!(false)] {
            let name = json!(product);
            checks.push(
                json!({"av_check": said([("product_name", &name), ("signature_up_to_date", &up_to_date)])}),
            );
            let name = if product == "any" { json!("other") } else { name };
            entries.push(said([("product", &name), ("upToDate", &up_to_date)]));
        }
    }
    World::new(
        Os::Windows,
        checks,
        lists(&entries).map(|antivirus| json!({"facts": {"antivirus": antivirus}})),
    )
}

fn processes() -> World {
    let mut checks = Vec::new();
    for (process, signers) in [("x", vec!["a", "B"]), ("X", vec!["a"])] {
        checks.push(json!({"process_check": {"process": process}}));
        let signed = |signer| json!({"process_check": {"process": process, "signerName": signer}});
        checks.extend(signers.into_iter().map(signed));
    }
    let states = [json!(false), json!(true), signed("A"), signed("b"), signed("c")];
    let second: Vec<_> = maybe(&states).collect();
    let devices: Vec<_> = maybe(&states)
        .flat_map(|x| {
            second.iter().map(move |y| json!({"facts": {"processes": said([("x", &x), ("X", y)])}}))
        })
        .collect();
    World::new(Os::Linux, checks, devices)
}

fn signed(signer: &str) -> Value {
    json!({"running": true, "signerName": signer})
}

fn files() -> World {
    let hashes = ["a", "b", "c"].map(|digit| digit.repeat(64));
    let path = r"C:\x";
    let mut checks = vec![json!({"file_check": {"path": path}})];
    checks.extend(hashes[..2].iter().map(|hash| json!({"file_check": {"path": r"c:\X", "sha256": hash}})));
    let mut states = vec![json!({"present": false}), json!({"present": true})];
    states.extend(hashes.iter().map(|hash| json!({"present": true, "sha256": hash})));
    World::new(
        Os::Windows,
        checks,
        states.into_iter().map(|state| json!({"facts": {"files": {path: state}}})),
    )
}

fn registry() -> World {
    let values = [("V", "on"), ("V", "off"), ("W", "on")];
    let value = |(value, data): (&str, &str)| json!({"rootKey": "HKLM", "key": "SOFTWARE\\Corp", "value": value, "type": "REG_SZ", "data": data});
    let values = values.map(value);
    World::new(
        Os::Windows,
        values.each_ref().map(|value| json!({ "reg_check": value })).into(),
        lists(&values).map(|registry| json!({"facts": {"registry": registry}})),
    )
}

fn certificates() -> World {
    let asked = [
        json!({"issuer": "CN=a"}),
        json!({"issuer": "CN=b"}),
        json!({"issuer": "cn=A", "subject": "CN=s"}),
        json!({"subject": "CN=s", "thumbprint": "01:23"}),
        json!({"thumbprint": "0123"}),
    ];
    let mut entries = Vec::new();
    for issuer in [Value::Null, json!("CN=a"), json!("CN=b")] {
        for subject in [Value::Null, json!("CN=s")] {
            for thumbprint in [Value::Null, json!("01 23")] {
                entries.push(said([("issuer", &issuer), ("subject", &subject), ("thumbprint", &thumbprint)]));
            }
        }
    }
    let user = json!({"client_cert_check": {"issuer": "CN=a"}});
    let checks = asked.map(|members| json!({ "cert_check": members })).into_iter().chain([user]).collect();
    let mut users = entries[4].clone();
    users["store"] = "user".into();
    let devices: Vec<_> = lists(&entries)
        .flat_map(|stored| {
            let mut more = stored.clone();
            more.push(users.clone());
            [stored, more]
        })
        .map(|stored| json!({"facts": {"certificates": stored}}))
        .collect();
    World::new(Os::Windows, checks, devices)
}

/// All subsets, as lists.
fn lists(entries: &[Value]) -> impl Iterator<Item = Vec<Value>> {
    (0..1_u32 << entries.len()).map(|set| {
        let chosen = entries.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
        chosen.map(|(_, entry)| entry.clone()).collect()
    })
}

fn subsets(entries: &[Value]) -> impl Iterator<Item = Value> {
    lists(entries).map(Value::from)
}

/// Nothing said, and each of these.
fn maybe(values: &[Value]) -> impl Iterator<Item = Value> {
    std::iter::once(Value::Null).chain(values.iter().cloned())
}

/// An object of the members that are not null.
fn said<const N: usize>(members: [(&str, &Value); N]) -> Value {
    let members = members.into_iter().filter(|(_, value)| !value.is_null());
    members.map(|(name, value)| (name.to_owned(), value.clone())).collect::<Map<_, _>>().into()
}
