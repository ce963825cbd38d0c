//! Random valid checks, trees and check-ins. They draw from small pools, so that what is asked was often reported.

use domain::Os;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

const HASHES: [&str; 2] = [
    "aAbbccddeeff00112233445566778899aabbccddeeff00112233445566778899",
    "0000000000000000000000000000000000000000000000000000000000000000",
];

/// One of the operating systems.
pub fn os() -> impl Strategy<Value = Os> {
    select(Os::ALL.to_vec())
}

/// The names of the checks that `os` has, and of one that we do not know.
pub fn check_names(os: Os) -> Vec<&'static str> {
    let desktop = ["domain_check", "process_check", "file_check", "disk_enc_check", "av_check", "cert_check"];
    let mut names = vec!["device_tag_check", "opswat_check"];
    if os != Os::ChromeOs {
        names.push("min_os_version_check");
    }
    match os {
        Os::Windows | Os::WinServer => {
            names.extend(desktop);
            names.extend(["reg_check", "client_cert_check"]);
        }
        Os::Mac | Os::Linux => names.extend(desktop),
        Os::Android => names.extend([
            "passcode_required_check",
            "device_not_compromised_check",
            "primary_storage_encrypted_check",
            "mdm_check",
        ]),
        Os::Ios => names.extend(["passcode_required_check", "device_not_compromised_check"]),
        Os::ChromeOs => names.extend(["device_not_compromised_check", "primary_storage_encrypted_check"]),
    }
    names
}

/// Any check that `os` has.
pub fn check(os: Os) -> BoxedStrategy<Value> {
    select(check_names(os)).prop_flat_map(move |name| named_check(name, os)).boxed()
}

/// A check of that name.
pub fn named_check(name: &'static str, os: Os) -> BoxedStrategy<Value> {
    let windows = matches!(os, Os::Windows | Os::WinServer);
    let parameters = match name {
        "device_tag_check" => object([("tag_id", select(vec![json!(1), json!(2), json!(3)]).boxed())]),
        "min_os_version_check" => {
            let min = texts(&["0", "0.0", "10", "10.0.19045", "10.0.22631.0", "9.9", "13.1"]);
            let mut members = vec![("min_os_version", min)];
            if windows {
                members.push(("edition", edition()));
            }
            if os == Os::Linux {
                members.push(("distribution", maybe(texts(&["Debian", "ubuntu", "Škole"]))));
            }
            object(members)
        }
        "domain_check" => object([("domains", list(domain(), 1..3))]),
        "process_check" => {
            object([("process", process()), ("signerName", maybe(texts(&["Corp", "ACME ö"])))])
        }
        "file_check" => object([("path", path(os)), ("sha256", maybe(texts(&HASHES)))]),
        "reg_check" => registry_value(),
        "disk_enc_check" => object([("product", disk_product())]),
        "av_check" => object([
            ("product_name", texts(&["any", "ANY", "defender", "Sentinel"])),
            ("signature_up_to_date", maybe(any::<bool>().prop_map(Value::from).boxed())),
        ]),
        "cert_check" | "client_cert_check" => certificate()
            .prop_filter("one member at least", |members| members.as_object().is_some_and(|m| !m.is_empty()))
            .boxed(),
        _ => select(vec![json!({}), json!({"a": 1, "b": [true]}), json!({"note": "kept"})]).boxed(),
    };
    parameters.prop_map(move |parameters| json!({ name: parameters })).boxed()
}

/// A whole tree of at most three operators' depth.
pub fn tree(os: Os) -> BoxedStrategy<Value> {
    let node = check(os).prop_recursive(2, 12, 3, |node| operator(node).boxed());
    operator(node.boxed()).boxed()
}

fn operator(node: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    let foreign = option::weighted(0.2, select(vec!["#", "ui", "~note"]));
    (select(vec!["$and", "$or"]), vec(node, 1..4), foreign).prop_map(|(name, children, foreign)| {
        let mut operator = json!({ name: children });
        if let Some(foreign) = foreign {
            operator[foreign] = json!([{ "mdm_check": {} }]);
        }
        operator
    })
}

/// A check-in of a device of `os`, with its tags in `tags`.
pub fn device(os: Os) -> BoxedStrategy<Value> {
    let flag = || maybe(any::<bool>().prop_map(Value::from).boxed());
    let facts = object([
        ("domain", maybe(prop_oneof![texts(&["", "elsewhere"]), domain()].boxed())),
        ("antivirus", maybe(list(antivirus(), 0..3))),
        ("processes", maybe(map(process(), process_fact()))),
        ("files", maybe(map(path(os), file_fact()))),
        ("registry", maybe(list(registry_value(), 0..4))),
        ("diskEncryption", maybe(list(disk_product(), 0..3))),
        ("certificates", maybe(list(stored_certificate(), 0..3))),
        ("passcode", flag()),
        ("compromised", flag()),
        ("storageEncrypted", flag()),
        ("mdm", flag()),
    ]);
    let versions =
        ["10.0.19045", "10.0.22631", "10.0.22000", "10", "9.10", "13.4.1c", "rolling", "10.0 (2009)"];
    let editions = [
        "Windows 10 Pro",
        "Microsoft Windows 11 Enterprise",
        "WINDOWS 11 HOME",
        "Windows 11",
        "Windows Server 2022 Datacenter",
    ];
    object([
        ("tags", list(select(vec![json!(1), json!(2), json!(3)]).boxed(), 0..3)),
        ("os", Just(json!(os.name())).boxed()),
        ("osVersion", maybe(texts(&versions))),
        ("edition", maybe(texts(&editions))),
        ("distribution", maybe(texts(&["debian", "UBUNTU", "škole", "Arch"]))),
        ("facts", facts),
    ])
}

fn edition() -> BoxedStrategy<Value> {
    texts(&[
        "Windows All",
        "windows all",
        "Windows 10",
        "Windows 10 All",
        "Windows 11",
        "Windows 11 Enterprise",
        "Microsoft Windows 10 pro",
        "Windows Server 2022",
        "Windows Server",
    ])
}

fn domain() -> BoxedStrategy<Value> {
    texts(&["corp.local", "Corp.LOCAL", "LAB.Ö", "lab.ö"])
}

fn process() -> BoxedStrategy<Value> {
    texts(&["x.exe", "X.EXE", "über", "ÜBER", "\u{212a}"])
}

fn process_fact() -> BoxedStrategy<Value> {
    let signer = maybe(texts(&["corp", "ACME Ö", "Other"]));
    let running = || any::<bool>().prop_map(Value::from).boxed();
    prop_oneof![running(), object([("running", running()), ("signerName", signer)])].boxed()
}

fn path(os: Os) -> BoxedStrategy<Value> {
    match os {
        Os::Windows | Os::WinServer => {
            texts(&[r"C:\x\y.dll", r"c:\X\Y.DLL", r"\\nas\share\a", r"%ProgramFiles%\é"])
        }
        _ => texts(&["/etc/x", "/ETC/x", "~/é", "~/É"]),
    }
}

fn file_fact() -> BoxedStrategy<Value> {
    object([
        ("present", prop::bool::weighted(0.8).prop_map(Value::from).boxed()),
        ("sha256", maybe(texts(&HASHES))),
    ])
}

fn registry_value() -> BoxedStrategy<Value> {
    object([
        ("rootKey", texts(&["HKLM", "hkey_local_machine", "HKEY_LOCAL_MACHINE"])),
        ("key", texts(&[r"SOFTWARE\Corp", r"software\corp"])),
        ("value", texts(&["", "V"])),
        ("type", texts(&["REG_SZ", "reg_sz"])),
        ("data", texts(&["on", "ON", "Ö", "ö", ""])),
    ])
}

fn disk_product() -> BoxedStrategy<Value> {
    texts(&["bitlocker", "BitLocker", "luks"])
}

fn antivirus() -> BoxedStrategy<Value> {
    let flag = maybe(any::<bool>().prop_map(Value::from).boxed());
    object([("product", texts(&["Defender", "sentinel", "Other"])), ("upToDate", flag)])
}

fn certificate() -> BoxedStrategy<Value> {
    object([
        ("issuer", maybe(texts(&["CN=Corp", "cn=CORP", "CN=Other"]))),
        ("subject", maybe(texts(&["CN=pc-1", "CN=Ö"]))),
        ("thumbprint", maybe(texts(&["AB:CD:01", "abcd01", "ab cd 02"]))),
    ])
}

fn stored_certificate() -> BoxedStrategy<Value> {
    (certificate(), maybe(texts(&["machine", "user"])))
        .prop_map(|(mut certificate, store)| {
            if !store.is_null() {
                certificate["store"] = store;
            }
            certificate
        })
        .boxed()
}

fn texts(pool: &[&str]) -> BoxedStrategy<Value> {
    select(pool.iter().map(|text| json!(text)).collect::<Vec<_>>()).boxed()
}

/// The value, or null: an absent member.
fn maybe(value: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    option::weighted(0.7, value).prop_map(Option::unwrap_or_default).boxed()
}

fn list(item: BoxedStrategy<Value>, length: std::ops::Range<usize>) -> BoxedStrategy<Value> {
    vec(item, length).prop_map(Value::from).boxed()
}

fn map(name: BoxedStrategy<Value>, value: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    vec((name.prop_map(|name| name.as_str().unwrap_or_default().to_owned()), value), 0..4)
        .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into())
        .boxed()
}

fn object(members: impl IntoIterator<Item = (&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let (names, values): (Vec<_>, Vec<_>) = members.into_iter().unzip();
    values
        .prop_map(move |values| {
            let members = names.iter().map(|name| (*name).to_owned()).zip(values);
            members.filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into()
        })
        .boxed()
}
