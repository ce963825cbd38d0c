//! A fleet for the benchmarks: believable devices, and rules that they meet.

use domain::{
    Antivirus, ClassificationName, Colour, Conditions, Description, DeviceUid, FactText, Facts, Label, Os,
    OsVersion, Owner, ProcessFact, Report, RuleName, TagFields, TagName, Timestamp, UserKey,
};
use site::commands::{
    CheckIn, CheckIns, CreateClassifications, CreateRules, CreateTag, Found, NewClassification, NewRule,
};
use site::{Command, Context, Site, State};

const CLASSIFICATIONS: u32 = 10;
const RULES: u32 = 3;

/// Runs a command as a writer does, from decide to the encoded record.
pub fn run<C: Command<Site>>(site: &mut Site, command: &mut C) {
    let context = context(site);
    let changes = command.decide(site, &context).expect("nothing here is refused");
    let record = site.apply(&context, changes, None);
    std::hint::black_box((Site::encode(&record), command.outcome(site)));
}

/// Who acts, and when.
pub fn context(site: &Site) -> Context {
    let now = Timestamp::from_seconds(1_750_000_000 + i64::try_from(site.version().0).expect("few"));
    Context { actor: Owner::new("bench").expect("an owner"), now, request_id: "7-a".into() }
}

/// So many devices, far apart: hardly two in one block.
pub fn spread(devices: u32, round: u32, count: u32) -> impl Iterator<Item = u32> {
    (0..count).map(move |number| mix(round * count + number) % devices)
}

fn mix(number: u32) -> u32 {
    let mixed = (number ^ number >> 16).wrapping_mul(0x7FEB_352D);
    let mixed = (mixed ^ mixed >> 15).wrapping_mul(0x846C_A68B);
    mixed ^ mixed >> 16
}

/// A device's uid.
pub fn uid(device: u32) -> String {
    format!("{:08X}-012C-4F6B-A1D5-0000{device:08X}", mix(device))
}

fn label(text: &str) -> Label {
    Label::new(text).expect("a label")
}

/// A device's report; `state` varies the version and the antivirus.
fn report(device: u32, state: u32) -> Report {
    let number = mix(device);
    let os = [Os::Windows, Os::Windows, Os::Windows, Os::Mac, Os::Linux][number as usize % 5];
    let product =
        ["Microsoft Defender", "CrowdStrike", "SentinelOne", "Sophos"][(number + state) as usize % 4];
    let running = |name: &str| {
        let fact = ProcessFact { running: !number.is_multiple_of(3), signer: None };
        (FactText::new(name).expect("a name"), fact)
    };
    Report {
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
            disk_encryption: Some(
                (!number.is_multiple_of(4)).then(|| label("bitlocker")).into_iter().collect(),
            ),
            ..Facts::default()
        },
        ..Report::default()
    }
}

/// Check-ins of devices, each with its state.
pub fn check_ins(devices: impl Iterator<Item = (u32, u32)>) -> CheckIns {
    let item = |(device, state)| CheckIn {
        uid: DeviceUid::new(&uid(device)).expect("a uid"),
        userkey: UserKey::new(&format!("user{device}@corp.example")).expect("a key"),
        report: Box::new(report(device, state)),
    };
    CheckIns::new(devices.map(item).collect())
}

/// 10 classifications, 30 tags and 30 rules; the tags have the ids 1 to 30.
pub fn catalogue() -> Site {
    let mut site = Site::default();
    run(&mut site, &mut Found { salt: 77 });
    for tag in 1..=30 {
        let name = TagName::new(&format!("tag {tag}")).expect("a name");
        let fields = TagFields { name, description: Description::empty(), colour: Colour::Gray };
        run(&mut site, &mut CreateTag::new(fields));
    }
    let name = |number| ClassificationName::new(&format!("level {number}")).expect("a name");
    let new = |number| NewClassification { name: name(number), description: None };
    run(&mut site, &mut CreateClassifications::new((0..CLASSIFICATIONS).map(new).collect()));
    let rules = (0..CLASSIFICATIONS).flat_map(|level| (0..RULES).map(move |rule| (level, rule)));
    let new = |(level, rule)| NewRule {
        name: RuleName::new(&format!("rule {level}.{rule}")).expect("a name"),
        label: name(level),
        os: [Os::Windows, Os::Windows, Os::Mac][rule as usize],
        conditions: conditions(level, rule, ["corp.local", "lab.local"][level as usize % 2]),
    };
    run(&mut site, &mut CreateRules::new(rules.map(new).collect()));
    site
}

/// The conditions of a rule of a level.
pub fn conditions(level: u32, rule: u32, domain: &str) -> Conditions {
    let build = 19090 - level * 4;
    let edition = if rule < 2 { r#","edition":"Windows All""# } else { "" };
    let tag = level * 2 % 10 + 1;
    let text = format!(
        r#"{{"$and":[{{"min_os_version_check":{{"min_os_version":"10.0.{build}"{edition}}}}},
            {{"domain_check":{{"domains":["{domain}"]}}}},
            {{"av_check":{{"product_name":"any","signature_up_to_date":true}}}},
            {{"$or":[{{"device_tag_check":{{"tag_id":{tag}}}}},{{"process_check":{{"process":"r{rule}.exe"}}}},{{"process_check":{{"process":"edr.exe"}}}}]}}]}}"#
    );
    Conditions::new(&text).expect("conditions")
}
