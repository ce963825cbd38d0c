//! Small random fleets for the tests of queries, with something of everything that can be asked.

use domain::{
    Change, ClassificationName, Colour, Conditions, Description, DeviceNumber, DeviceUid, FactText, Facts,
    Label, Os, Owner, Ranges, Report, RuleName, SegmentFields, SegmentName, SegmentType, Source, TagFields,
    TagId, TagName, Timestamp, UserKey,
};
use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;

use crate::commands::{
    CreateClassifications, CreateRules, CreateSegment, CreateTag, NewClassification, NewRule, RemoveDevice,
};
use crate::{Command, Context, Site, State};

/// What a device says, and its tags.
#[derive(Clone, Debug)]
struct Said {
    hostname: String,
    serial_number: String,
    os: Option<usize>,
    address: Option<u32>,
    domain: Option<&'static str>,
    has_reported: bool,
    tags: Vec<TagId>,
}

/// The ids of segments that fleets have, or none.
pub(super) fn segments() -> impl Strategy<Value = Option<u32>> {
    prop_oneof![Just(None), (10..14_u32).prop_map(Some)]
}

/// A site with the tags 1 to 5, the classifications 6 and 7, rules by tags, the segments 10 to 13, and devices.
pub(super) fn fleet(devices: impl Into<SizeRange>) -> impl Strategy<Value = Site> {
    vec(said(), devices).prop_map(|devices| {
        let mut site = catalogue();
        for (number, said) in (1..).zip(devices) {
            let context = context(10 * (1 + i64::from(number) / 20));
            site.apply(&context, changes(DeviceNumber(number), said), None);
        }
        for number in (1..=site.fleet.len()).filter(|number| number % 7 == 3).map(DeviceNumber) {
            let id = site.device_id(number);
            run(&mut site, &mut RemoveDevice { id });
        }
        site
    })
}

fn said() -> impl Strategy<Value = Said> {
    let name = "(pc-)?[a-cA-C]{1,2}[1-3]?|é[ab]|";
    let domain =
        proptest::option::of(proptest::sample::select(vec!["corp.example", "eu.corp.example", "lab", ""]));
    let address = proptest::option::of(prop_oneof![
        0x0A00_0000..0x0A00_0010_u32,
        0x0A01_0000..0x0A01_0004_u32,
        5..9_u32
    ]);
    let tags = vec((1..6_u32).prop_map(TagId), 0..3);
    (
        name,
        "[1-3]{0,2}",
        proptest::option::of(0..4_usize),
        address,
        domain,
        proptest::bool::weighted(0.9),
        tags,
    )
        .prop_map(|(hostname, serial_number, os, address, domain, has_reported, mut tags)| {
            tags.sort_unstable();
            tags.dedup();
            Said { hostname, serial_number, os, address, domain, has_reported, tags }
        })
}

fn changes(number: DeviceNumber, said: Said) -> Vec<Change> {
    let uid = DeviceUid::new(&format!("UID-{}", number.0)).expect("a uid");
    let userkey = UserKey::new(&format!("user{}", number.0 % 3)).expect("a key");
    let report = Report {
        hostname: Label::new(&said.hostname).ok(),
        serial_number: Label::new(&said.serial_number).ok(),
        mac_addresses: Some(vec![
            Label::new(&format!("00:00:5E:00:53:0{}", number.0 % 10)).expect("a label"),
            Label::new("00:00").expect("a label"),
        ]),
        os: said.os.map(|os| Os::ALL[os]),
        ip_address: said.address.map(|address| std::net::Ipv4Addr::from(address).into()),
        facts: Facts {
            domain: said.domain.and_then(|domain| FactText::new(domain).ok()),
            ..Facts::default()
        },
        ..Report::default()
    };
    let mut changes = vec![Change::DeviceAdded { device: number, uid, userkey }];
    if said.has_reported {
        let (reported, report) = (report.groups(), Box::new(report));
        changes.push(Change::CheckedIn { device: number, reported, report });
    }
    if !said.tags.is_empty() {
        let (devices, added, removed) = (vec![number], said.tags, Vec::new());
        changes.push(Change::Tagged { source: Source::Api, expires_at: None, devices, added, removed });
    }
    changes
}

fn catalogue() -> Site {
    let mut site = Site::default();
    for name in ["a", "b", "c", "d", "e"] {
        let name = TagName::new(name).expect("a name");
        let fields = TagFields { name, description: Description::empty(), colour: Colour::Gray };
        run(&mut site, &mut CreateTag::new(fields));
    }
    let class = |name: &str| ClassificationName::new(name).expect("a name");
    let classes = ["weak", "strong"].map(|name| NewClassification { name: class(name), description: None });
    run(&mut site, &mut CreateClassifications::new(classes.into()));
    let rules = [("weak", Os::Windows, 1), ("strong", Os::Mac, 2)].map(|(label, os, tag)| NewRule {
        name: RuleName::new(label).expect("a name"),
        label: class(label),
        os,
        conditions: Conditions::new(&format!(r#"{{"$and":[{{"device_tag_check":{{"tag_id":{tag}}}}}]}}"#))
            .expect("conditions"),
    });
    run(&mut site, &mut CreateRules::new(rules.into()));
    for (name, kind, ranges) in [
        ("wide", SegmentType::AddressList, &["10.0.0.0/8", "0.0.0.5"][..]),
        ("narrow", SegmentType::AddressList, &["10.0.0.0/29", "10.1.0.2"]),
        ("corp", SegmentType::Domain, &["corp.example"]),
        ("eu", SegmentType::Domain, &["eu.corp.example", "lab"]),
    ] {
        let (name, ranges) =
            (SegmentName::new(name).expect("a name"), Ranges::new(kind, ranges).expect("ranges"));
        run(&mut site, &mut CreateSegment { fields: SegmentFields { name, ranges, auto_tag: None } });
    }
    site
}

pub(super) fn context(seconds: i64) -> Context {
    let now = Timestamp::from_seconds(seconds);
    Context { actor: Owner::new("ann").expect("an owner"), now, request_id: "r".into() }
}

fn run<C: Command<Site>>(site: &mut Site, command: &mut C) {
    let context = context(1);
    let changes = command.decide(site, &context).expect("nothing here is refused");
    site.apply(&context, changes, None);
}
