//! A site for the benchmarks: believable devices, rules that they meet, and how long things take.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::{
    Antivirus, Conditions, DeviceUid, FactText, Facts, Label, Os, OsVersion, Owner, ProcessFact, Report,
    RuleName, SiteId, UserKey,
};
use node::{Node, Request};
use site::commands::{CheckIn, CreateClassifications, CreateRules, NewClassification, NewRule};
use site::{Command, Site};

/// The default site.
pub const SITE: SiteId = SiteId(1);

/// Prints how long something took, and how long the processors worked until then since the line before: on a busy
/// machine the second says more.
pub fn said(what: &str, spent: Duration) {
    static WORKED: AtomicU64 = AtomicU64::new(0);
    let worked = worked_millis();
    let before = WORKED.swap(worked, Ordering::Relaxed);
    println!("{:>9.1} ms, {:>6} ms of processors  {what}", spent.as_secs_f64() * 1e3, worked - before);
}

/// Time that this process had a processor, in steps of 10 ms.
fn worked_millis() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in parentheses; user and system time are the twelfth and thirteenth.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

/// The default site as of now.
pub fn site(node: &Node) -> Arc<Site> {
    node.site(SITE).expect("the default site")
}

/// Has a command done.
pub async fn run<C: Command<Site>>(node: &Node, command: C) {
    let request = Request { actor: Owner::new("bench").expect("an owner"), request_id: "7-a".into() };
    node.run(SITE, request, command).await.expect("nothing here is refused");
}

fn label(text: &str) -> Label {
    Label::new(text).expect("a label")
}

/// A device's check-in; `state` varies the version and the antivirus.
pub fn check_in(device: u32, state: u32) -> CheckIn {
    let number = device.wrapping_mul(2_654_435_761);
    let os = [Os::Windows, Os::Windows, Os::Windows, Os::Mac, Os::Linux][number as usize % 5];
    let product = ["Microsoft Defender", "CrowdStrike", "SentinelOne", "Sophos"]
        [number.wrapping_add(state) as usize % 4];
    let running = |name: &str| {
        let fact = ProcessFact { running: !number.is_multiple_of(3), signer: None };
        (FactText::new(name).expect("a name"), fact)
    };
    let report = Report {
        username: Some(label(&format!("user{device}@corp.example"))),
        hostname: Some(label(&format!("nskp-w11-{device}"))),
        os: Some(os),
        os_version: OsVersion::new(&format!("10.0.{}", 19045 + (number / 7 + state) % 40)).ok(),
        edition: (os == Os::Windows).then(|| label("Windows 11 Enterprise")),
        client_version: Some(label(&format!("135.1.{}.2611", number % 12))),
        device_make: Some(label(["Dell", "HP", "Lenovo"][number as usize % 3])),
        device_model: Some(label(&format!("Model {}", number % 60))),
        serial_number: Some(label(&format!("SN{device:08}"))),
        mac_addresses: Some(vec![label(&format!(
            "00:1a:2b:{:02x}:{:02x}:{:02x}",
            number & 255,
            device >> 8 & 255,
            device & 255
        ))]),
        ip_address: Some(std::net::IpAddr::from(number.to_be_bytes())),
        event: Some(label("Device Posture Change")),
        facts: Facts {
            domain: FactText::new(["corp.local", "lab.local", ""][number as usize / 5 % 3]).ok(),
            antivirus: Some(vec![Antivirus {
                product: label(product),
                up_to_date: Some(!number.is_multiple_of(9)),
            }]),
            processes: Some(["edr.exe", "vpn.exe"].map(running).into()),
            ..Facts::default()
        },
        ..Report::default()
    };
    let uid = format!("{number:08X}-012C-4F6B-A1D5-0000{device:08X}");
    let userkey = UserKey::new(&format!("user{device}@corp.example")).expect("a key");
    CheckIn { uid: DeviceUid::new(&uid).expect("a uid"), userkey, report: Box::new(report) }
}

/// Ten classifications with three rules each.
pub async fn catalogue(node: &Node) {
    let name = |level: u32| domain::ClassificationName::new(&format!("level {level}")).expect("a name");
    let new = |level| NewClassification { name: name(level), description: None };
    run(node, CreateClassifications::new((0..10).map(new).collect())).await;
    let rules = (0..10).flat_map(|level| (0..3).map(move |rule| (level, rule)));
    let new = |(level, rule): (u32, u32)| NewRule {
        name: RuleName::new(&format!("rule {level}.{rule}")).expect("a name"),
        label: name(level),
        os: Os::Windows,
        conditions: conditions(level, rule),
    };
    run(node, CreateRules::new(rules.map(new).collect())).await;
}

/// Of a rule of so many that a level has.
pub fn conditions(level: u32, rule: u32) -> Conditions {
    let (build, domain) = (19090 - level * 4, ["corp.local", "lab.local"][level as usize % 2]);
    let text = format!(
        r#"{{"$and":[{{"min_os_version_check":{{"min_os_version":"10.0.{build}","edition":"Windows All"}}}},
            {{"domain_check":{{"domains":["{domain}"]}}}},
            {{"$or":[{{"process_check":{{"process":"r{rule}.exe"}}}},{{"process_check":{{"process":"edr.exe"}}}}]}}]}}"#
    );
    Conditions::new(&text).expect("conditions")
}

/// What the process has in memory.
pub fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or_default() << 10
}
