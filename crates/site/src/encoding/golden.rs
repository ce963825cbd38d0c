//! One record of each kind with every variant and every field, as released formats wrote it. The files in
//! `tests/golden` are never written again once released. While a format is still being made,
//! `FLEETMARK_WRITE_GOLDEN=1 cargo test -p site golden` writes those of the current one.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;

use domain::{
    Access, AgentTag, Antivirus, AppRegistrationFields, AppRegistrationId, Area, Areas, BaseUrl, Certificate,
    CertificateStore, Change, ClassificationFields, ClassificationId, ClassificationName, Colour, Conditions,
    Description, DeviceNumber, DeviceUid, FactGroups, FactText, Facts, Figure, FileFact, InstanceChange,
    Label, Level, Limit, Limits, Maintenance, Notice, Os, OsVersion, Outcome, Owner, Pace, Pacing, Period,
    ProcessFact, Ranges, RegistryValue, Report, Role, RuleFields, RuleId, RuleName, SegmentFields, SegmentId,
    SegmentName, SegmentType, Sha256, SiteId, SiteSettings, Source, Status, TagFields, TagId, TagName,
    Timestamp, TokenFields, TokenHash, TokenId, UserKey, Version,
};

use uuid::Uuid;

use super::{decode_instance, decode_site, encode_instance, encode_site};
use crate::{Effects, InstanceRecord, Move, Record, SiteRecord};

/// The bytes of a golden file; written first when that is asked for.
pub(crate) fn golden(name: &str, current: &[u8]) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("FLEETMARK_WRITE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&path, current).unwrap();
    }
    std::fs::read(&path).unwrap()
}

#[test]
fn a_site_record_of_format_1_reads_and_writes_as_it_did() {
    let record = site_record();
    let bytes = golden("site-v1.bin", &encode_site(&record));
    assert_eq!(decode_site(&bytes).unwrap(), record);
    assert_eq!(encode_site(&record), bytes);
}

/// Kinds that came after the first release of format 1: the file of that release stays as it is.
#[test]
fn a_record_of_a_removed_device_reads_and_writes_as_it_did() {
    let record = removal_record();
    let bytes = golden("site-v1-removal.bin", &encode_site(&record));
    assert_eq!(decode_site(&bytes).unwrap(), record);
    assert_eq!(encode_site(&record), bytes);
}

#[test]
fn a_record_of_a_site_judged_anew_reads_and_writes_as_it_did() {
    let record = reclassified_record();
    let bytes = golden("site-v1-reclassified.bin", &encode_site(&record));
    assert_eq!(decode_site(&bytes).unwrap(), record);
    assert_eq!(encode_site(&record), bytes);
}

#[test]
fn a_record_of_a_device_that_was_entered_reads_and_writes_as_it_did() {
    let record = entered_record();
    let bytes = golden("site-v1-entered.bin", &encode_site(&record));
    assert_eq!(decode_site(&bytes).unwrap(), record);
    assert_eq!(encode_site(&record), bytes);
}

#[test]
fn a_record_of_segments_reads_and_writes_as_it_did() {
    let record = segments_record();
    let bytes = golden("site-v1-segments.bin", &encode_site(&record));
    assert_eq!(decode_site(&bytes).unwrap(), record);
    assert_eq!(encode_site(&record), bytes);
}

#[test]
fn a_record_of_a_tag_taken_from_many_devices_reads_and_writes_as_it_did() {
    let record = untagged_record();
    let bytes = golden("site-v1-untagged.bin", &encode_site(&record));
    assert_eq!(decode_site(&bytes).unwrap(), record);
    assert_eq!(encode_site(&record), bytes);
}

#[test]
fn a_record_of_assignments_that_end_reads_and_writes_as_it_did() {
    let record = expiry_record();
    let bytes = golden("site-v1-expiry.bin", &encode_site(&record));
    assert_eq!(decode_site(&bytes).unwrap(), record);
    assert_eq!(encode_site(&record), bytes);
}

#[test]
fn a_record_of_facts_that_went_stale_reads_and_writes_as_it_did() {
    let record = stale_record();
    let bytes = golden("site-v1-stale.bin", &encode_site(&record));
    assert_eq!(decode_site(&bytes).unwrap(), record);
    assert_eq!(encode_site(&record), bytes);
}

#[test]
fn a_record_of_how_old_facts_may_become_reads_and_writes_as_it_did() {
    let record = fact_max_age_record();
    let bytes = golden("instance-v1-fact-max-age.bin", &encode_instance(&record));
    assert_eq!(decode_instance(&bytes).unwrap(), record);
    assert_eq!(encode_instance(&record), bytes);
}

#[test]
fn an_instance_record_of_format_1_reads_and_writes_as_it_did() {
    let record = instance_record();
    let bytes = golden("instance-v1.bin", &encode_instance(&record));
    assert_eq!(decode_instance(&bytes).unwrap(), record);
    assert_eq!(encode_instance(&record), bytes);
}

#[test]
fn a_record_of_a_changed_site_reads_and_writes_as_it_did() {
    let record = settings_record();
    let bytes = golden("instance-v1-settings.bin", &encode_instance(&record));
    assert_eq!(decode_instance(&bytes).unwrap(), record);
    assert_eq!(encode_instance(&record), bytes);
}

#[test]
fn a_record_of_a_global_administrator_and_of_an_agents_tag_reads_and_writes_as_it_did() {
    let record = global_record();
    let bytes = golden("instance-v1-global.bin", &encode_instance(&record));
    assert_eq!(decode_instance(&bytes).unwrap(), record);
    assert_eq!(encode_instance(&record), bytes);
}

#[test]
fn a_record_of_what_is_asked_of_callers_reads_and_writes_as_it_did() {
    let record = access_record();
    let bytes = golden("instance-v1-access.bin", &encode_instance(&record));
    assert_eq!(decode_instance(&bytes).unwrap(), record);
    assert_eq!(encode_instance(&record), bytes);
}

#[test]
fn a_record_of_how_much_a_site_may_hold_reads_and_writes_as_it_did() {
    let record = limits_record();
    let bytes = golden("instance-v1-limits.bin", &encode_instance(&record));
    assert_eq!(decode_instance(&bytes).unwrap(), record);
    assert_eq!(encode_instance(&record), bytes);
}

#[test]
fn a_record_of_how_fast_callers_are_served_reads_and_writes_as_it_did() {
    let record = pacing_record();
    let bytes = golden("instance-v1-pacing.bin", &encode_instance(&record));
    assert_eq!(decode_instance(&bytes).unwrap(), record);
    assert_eq!(encode_instance(&record), bytes);
}

#[test]
fn a_record_of_app_registrations_reads_and_writes_as_it_did() {
    let record = app_registrations_record();
    let bytes = golden("instance-v1-app-registrations.bin", &encode_instance(&record));
    assert_eq!(decode_instance(&bytes).unwrap(), record);
    assert_eq!(encode_instance(&record), bytes);
}

#[test]
fn a_record_of_work_on_the_server_reads_and_writes_as_it_did() {
    let record = maintenance_record();
    let bytes = golden("instance-v1-maintenance.bin", &encode_instance(&record));
    assert_eq!(decode_instance(&bytes).unwrap(), record);
    assert_eq!(encode_instance(&record), bytes);
}

#[test]
fn the_golden_records_hold_every_kind_of_change() {
    let records = [
        site_record(),
        removal_record(),
        reclassified_record(),
        segments_record(),
        expiry_record(),
        stale_record(),
        entered_record(),
    ];
    let kinds = records.iter().flat_map(|record| &record.changes).map(kind).collect::<Vec<_>>();
    assert!((1..=21).chain([30]).all(|number| kinds.contains(&number)), "{kinds:?}");
    let records = [instance_record(), settings_record(), app_registrations_record(), maintenance_record()];
    let kinds = records.iter().flat_map(|record| &record.changes).map(instance_kind).collect::<Vec<_>>();
    assert!((1..=9).all(|number| kinds.contains(&number)), "{kinds:?}");
}

/// Counts the kinds: whoever adds one is made to come here, and extends the test above and the golden record.
fn kind(change: &Change) -> u32 {
    match change {
        Change::Founded { .. } => 1,
        Change::ClassificationAdded { .. } => 2,
        Change::ClassificationChanged { .. } => 3,
        Change::ClassificationMoved { .. } => 4,
        Change::ClassificationRemoved { .. } => 5,
        Change::RuleAdded { .. } => 6,
        Change::RuleChanged { .. } => 7,
        Change::RuleRemoved { .. } => 8,
        Change::TagAdded { .. } => 9,
        Change::TagChanged { .. } => 10,
        Change::TagRemoved { .. } => 11,
        Change::DeviceAdded { .. } => 12,
        Change::DeviceEntered { .. } => 30,
        Change::CheckedIn { .. } => 13,
        Change::Tagged { .. } => 14,
        Change::DeviceRemoved { .. } => 15,
        Change::Reclassified { .. } => 16,
        Change::SegmentAdded { .. } => 17,
        Change::SegmentChanged { .. } => 18,
        Change::SegmentRemoved { .. } => 19,
        Change::ExpiryChanged { .. } => 20,
        Change::FactsWentStale { .. } => 21,
    }
}

fn instance_kind(change: &InstanceChange) -> u32 {
    match change {
        InstanceChange::SiteAdded { .. } => 1,
        InstanceChange::TokenAdded { .. } => 2,
        InstanceChange::TokenChanged { .. } => 3,
        InstanceChange::TokenRevoked { .. } => 4,
        InstanceChange::SiteChanged { .. } => 5,
        InstanceChange::AppRegistrationAdded { .. } => 6,
        InstanceChange::AppRegistrationChanged { .. } => 7,
        InstanceChange::AppRegistrationRemoved { .. } => 8,
        InstanceChange::MaintenanceChanged { .. } => 9,
    }
}

/// What `site-v1.bin` holds.
pub(crate) fn site_record() -> SiteRecord {
    Record {
        version: Version(4_711),
        time: Timestamp::from_millis(1_753_692_494_123),
        actor: owner(),
        request_id: "0198502c-8a3b-7000-8000-000000000001".into(),
        changes: [catalogue_changes(), device_changes()].concat(),
        effects: Effects { moves: moves() },
    }
}

/// What `site-v1-removal.bin` holds.
pub(crate) fn removal_record() -> SiteRecord {
    let managed = Outcome {
        status: Status::Managed,
        classification: Some(ClassificationId(2)),
        undetermined: [ClassificationId(300)].into(),
    };
    let full = Change::DeviceRemoved {
        device: DeviceNumber(70_000),
        uid: DeviceUid::new("416012FE-4A3B-4D9B-9A3E-000000000001").unwrap(),
        userkey: UserKey::new("joe@corp.example").unwrap(),
        hostname: Some(label("nskp-w11-joe-3")),
        seen_at: Timestamp::from_millis(1_753_692_000_001),
        tags: vec![TagId(8), TagId(900)],
        outcome: managed,
    };
    let bare = Change::DeviceRemoved {
        device: DeviceNumber(1),
        uid: DeviceUid::new("b").unwrap(),
        userkey: UserKey::new("").unwrap(),
        hostname: None,
        seen_at: Timestamp::EPOCH,
        tags: vec![],
        outcome: Outcome::default(),
    };
    Record { changes: vec![full, bare], effects: Effects::default(), ..site_record() }
}

/// What `site-v1-entered.bin` holds.
pub(super) fn entered_record() -> SiteRecord {
    let report = Report {
        hostname: Some(label("printer-3")),
        serial_number: Some(label("S-1")),
        mac_addresses: Some(vec![label("00:00:5e:00:53:01")]),
        ip_address: Some([10, 1, 2, 3].into()),
        ..Report::default()
    };
    let entered =
        |device, report| Change::DeviceEntered { device: DeviceNumber(device), report: Box::new(report) };
    Record { changes: vec![entered(70_000, report), entered(1, Report::default())], ..site_record() }
}

/// What `site-v1-reclassified.bin` holds.
pub(crate) fn reclassified_record() -> SiteRecord {
    Record { changes: vec![Change::Reclassified { evaluator: 70_000 }], ..site_record() }
}

/// What `site-v1-expiry.bin` holds.
fn expiry_record() -> SiteRecord {
    let moment = |seconds: i64| Some(Timestamp::from_seconds(1_790_000_000 + seconds).plus_millis(7));
    let tagged = |source, expires_at| Change::Tagged {
        source,
        expires_at,
        devices: vec![DeviceNumber(7), DeviceNumber(70_000)],
        added: vec![TagId(8)],
        removed: vec![],
    };
    let changed = |devices, before, after| Change::ExpiryChanged { tag: TagId(9), devices, before, after };
    let changes = vec![
        tagged(Source::Manual, moment(0)),
        tagged(Source::Import, None),
        tagged(Source::Expiry, None),
        changed(vec![DeviceNumber(7), DeviceNumber(70_000)], moment(1), moment(2)),
        changed((70_000..75_000).map(DeviceNumber).collect(), None, moment(3)),
        changed(vec![], moment(4), None),
    ];
    SiteRecord { changes, effects: Effects { moves: vec![] }, ..site_record() }
}

fn stale_record() -> SiteRecord {
    let cutoff = Timestamp::from_seconds(1_790_000_000);
    let changes = vec![Change::FactsWentStale { cutoff }];
    SiteRecord { changes, ..site_record() }
}

/// What `instance-v1-fact-max-age.bin` holds.
fn fact_max_age_record() -> InstanceRecord {
    let after = SiteSettings { fact_max_age: Some(Period::new("7d").unwrap()), ..SiteSettings::default() };
    let before = SiteSettings::default();
    let changes = vec![InstanceChange::SiteChanged { site: SiteId(1), before, after }];
    Record { changes, ..instance_record() }
}

/// What `site-v1-segments.bin` holds.
pub(crate) fn segments_record() -> SiteRecord {
    let fields = |name: &str, kind, ranges: &[&str], auto_tag| SegmentFields {
        name: SegmentName::new(name).unwrap(),
        ranges: Ranges::new(kind, ranges).unwrap(),
        auto_tag,
    };
    let office =
        fields("Büro №1", SegmentType::AddressList, &["10.1.0.0/16", "10.2.3.4", "2001:db8::/32"], None);
    let domain = fields("Corp", SegmentType::Domain, &["corp.example", "Eu.corp.example"], Some(TagId(8)));
    let tagged = |source| Change::Tagged {
        source,
        expires_at: None,
        devices: vec![DeviceNumber(7), DeviceNumber(70_000)],
        added: vec![TagId(8)],
        removed: vec![],
    };
    let changes = vec![
        Change::SegmentAdded { id: SegmentId(9), after: office.clone() },
        Change::SegmentChanged { id: SegmentId(9), before: office.clone(), after: domain.clone() },
        Change::SegmentRemoved { id: SegmentId(9), before: domain },
        tagged(Source::Segment),
        tagged(Source::Agent),
    ];
    Record { changes, effects: Effects::default(), ..site_record() }
}

/// What `site-v1-untagged.bin` holds: the devices of a tag that was removed, few and many, and tags put on very many.
pub(crate) fn untagged_record() -> SiteRecord {
    let removed = |devices: Vec<u32>| Change::TagRemoved {
        id: TagId(8),
        before: TagFields {
            name: TagName::new("office").unwrap(),
            description: Description::new("first floor").unwrap(),
            colour: Colour::Purple,
        },
        devices: devices.into_iter().map(DeviceNumber).collect(),
    };
    let tagged = Change::Tagged {
        source: Source::Api,
        expires_at: None,
        devices: (70_000..75_000).map(DeviceNumber).collect(),
        added: vec![TagId(9)],
        removed: vec![TagId(8), TagId(900)],
    };
    let changes = vec![
        removed(vec![5, 70_000, u32::MAX]),
        removed((7..200).step_by(2).chain(1 << 20..1 << 21).collect()),
        tagged,
    ];
    Record { changes, effects: Effects::default(), ..site_record() }
}

fn catalogue_changes() -> Vec<Change> {
    let classification = |name: &str, description: &str| ClassificationFields {
        name: ClassificationName::new(name).unwrap(),
        description: Description::new(description).unwrap(),
    };
    let rule = |name: &str, os: Os, conditions: &str| RuleFields {
        name: RuleName::new(name).unwrap(),
        classification: ClassificationId(2),
        os,
        conditions: Conditions::new(conditions).unwrap(),
    };
    let encrypted =
        rule("encrypted", Os::Linux, r#"{ "$and": [ {"encryption_check": {"b": 1.0, "a": 1}} ] }"#);
    let tag = |name: &str, description: &str, colour: Colour| TagFields {
        name: TagName::new(name).unwrap(),
        description: Description::new(description).unwrap(),
        colour,
    };
    let mut changes = vec![
        Change::Founded { salt: 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff },
        Change::ClassificationAdded { id: ClassificationId(2), after: classification("low risk", "") },
        Change::ClassificationChanged {
            id: ClassificationId(2),
            before: classification("low risk", ""),
            after: classification("Low (2.0)", "patched\nand encrypted"),
        },
        Change::ClassificationMoved { id: ClassificationId(2), from: 3, to: 1 },
        Change::ClassificationRemoved { id: ClassificationId(300), before: classification("old", "x") },
        Change::RuleChanged { id: RuleId(3), before: encrypted.clone(), after: rule("any", Os::Mac, "{}") },
        Change::RuleRemoved { id: RuleId(3), before: encrypted.clone() },
        Change::TagChanged {
            id: TagId(8),
            before: tag("Büro №1", "", Colour::Gray),
            after: tag("office", "first floor", Colour::Purple),
        },
        Change::TagRemoved {
            id: TagId(8),
            before: tag("office", "first floor", Colour::Purple),
            devices: vec![],
        },
    ];
    changes.extend(
        Os::ALL.map(|os| Change::RuleAdded { id: RuleId(3), after: RuleFields { os, ..encrypted.clone() } }),
    );
    changes.extend(
        Colour::ALL.map(|colour| Change::TagAdded { id: TagId(8), after: tag("Büro №1", "", colour) }),
    );
    changes
}

fn device_changes() -> Vec<Change> {
    let checked_in = |reported: u16, report: Report| Change::CheckedIn {
        device: DeviceNumber(70_000),
        reported: FactGroups::from_bits(reported),
        report: Box::new(report),
    };
    vec![
        Change::DeviceAdded {
            device: DeviceNumber(70_000),
            uid: DeviceUid::new("416012FE-4A3B-4D9B-9A3E-000000000001").unwrap(),
            userkey: UserKey::new("joe@corp.example").unwrap(),
        },
        Change::DeviceAdded {
            device: DeviceNumber(u32::MAX),
            uid: DeviceUid::new("b").unwrap(),
            userkey: UserKey::new("").unwrap(),
        },
        checked_in(u16::MAX, full_report()),
        checked_in(u16::MAX, empty_report()),
        checked_in(0, Report::default()),
        Change::Tagged {
            source: Source::Api,
            expires_at: None,
            devices: [70_000, 5, 6, u32::MAX, 0].map(DeviceNumber).to_vec(),
            added: vec![TagId(8), TagId(900)],
            removed: vec![TagId(9)],
        },
        Change::Tagged {
            source: Source::Api,
            expires_at: None,
            devices: vec![],
            added: vec![],
            removed: vec![],
        },
    ]
}

/// Every member with a value.
fn full_report() -> Report {
    Report {
        username: Some(label("joe@corp.example")),
        hostname: Some(label("nskp-w11-joe-3")),
        os: Some(Os::WinServer),
        os_version: Some(OsVersion::new("10.0.22631 (23H2)").unwrap()),
        edition: Some(label("Windows 11 Enterprise")),
        distribution: Some(label("none")),
        client_version: Some(label("135.1.10.2611")),
        device_make: Some(label("Fabrikam")),
        device_model: Some(label("F-1000")),
        serial_number: Some(label("SN 1")),
        mac_addresses: Some(vec![label("00:00:5e:00:53:01"), label("00:00:5e:00:53:02")]),
        ip_address: Some(Ipv4Addr::new(10, 1, 2, 3).into()),
        event: Some(label("Device Posture Change")),
        facts: full_facts(),
    }
}

fn full_facts() -> Facts {
    let hash = Sha256::from_bytes(*b"a hash of exactly so many bytes!");
    let certificate = |store| Certificate {
        store,
        issuer: Some(fact("CN=Corp CA")),
        subject: Some(fact("CN=joe")),
        thumbprint: Some(fact("00ff")),
    };
    let unread = Certificate { store: CertificateStore::User, issuer: None, subject: None, thumbprint: None };
    Facts {
        domain: Some(fact("corp.local")),
        antivirus: Some(vec![
            Antivirus { product: label("Guard"), up_to_date: Some(true) },
            Antivirus { product: label("Guard 2"), up_to_date: Some(false) },
            Antivirus { product: label("Guard 3"), up_to_date: None },
        ]),
        processes: Some(BTreeMap::from([
            (fact("a.exe"), ProcessFact { running: true, signer: Some(fact("Corp")) }),
            (fact("b.exe"), ProcessFact { running: false, signer: None }),
        ])),
        files: Some(BTreeMap::from([
            (fact("/etc/x"), FileFact { present: true, sha256: Some(hash) }),
            (fact("/etc/y"), FileFact { present: false, sha256: None }),
        ])),
        registry: Some(vec![RegistryValue {
            root_key: fact("HKEY_LOCAL_MACHINE"),
            key: fact(r"SOFTWARE\Corp"),
            value: fact("Enrolled"),
            kind: fact("REG_SZ"),
            data: fact("yes"),
        }]),
        disk_encryption: Some(vec![label("luks"), label("bitlocker")]),
        certificates: Some(vec![
            certificate(CertificateStore::Machine),
            certificate(CertificateStore::User),
            unread,
        ]),
        passcode: Some(true),
        compromised: Some(true),
        storage_encrypted: Some(true),
        mdm: Some(true),
    }
}

/// Lists that were said to be empty, empty texts and flags that are not set: not the same as nothing said.
fn empty_report() -> Report {
    Report {
        mac_addresses: Some(vec![]),
        ip_address: Some(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into()),
        facts: Facts {
            domain: Some(fact("")),
            antivirus: Some(vec![]),
            processes: Some(BTreeMap::new()),
            files: Some(BTreeMap::new()),
            registry: Some(vec![]),
            disk_encryption: Some(vec![]),
            certificates: Some(vec![]),
            passcode: Some(false),
            compromised: Some(false),
            storage_encrypted: Some(false),
            mdm: Some(false),
        },
        ..Report::default()
    }
}

fn moves() -> Vec<Move> {
    let plain = |status| Outcome { status, classification: None, undetermined: Box::default() };
    let managed = Outcome {
        status: Status::Managed,
        classification: Some(ClassificationId(2)),
        undetermined: [ClassificationId(300), ClassificationId(4)].into(),
    };
    vec![
        Move {
            from: plain(Status::Unknown),
            to: plain(Status::NotConfigured),
            devices: [0, 5, 6, 70_000, u32::MAX].into_iter().collect(),
        },
        Move {
            from: plain(Status::Unmanaged),
            to: managed.clone(),
            devices: (0..300).step_by(3).chain(1 << 20..1 << 21).collect(),
        },
        Move { from: managed, to: plain(Status::Unmanaged), devices: (7..7 + 64).collect() },
    ]
}

/// What `instance-v1.bin` holds.
pub(super) fn instance_record() -> InstanceRecord {
    let plain = TokenFields {
        name: TagName::new("bootstrap").unwrap(),
        owner: owner(),
        role: Role::Administrator,
        areas: Areas::default(),
        global: false,
        expires_at: None,
    };
    let levels = [Level::View, Level::Manage].into_iter().cycle();
    let user = TokenFields {
        name: TagName::new("reader").unwrap(),
        role: Role::User,
        areas: Area::ALL
            .into_iter()
            .zip(levels)
            .fold(Areas::default(), |areas, (area, level)| areas.with(area, level)),
        expires_at: Some(Timestamp::MAX),
        ..plain.clone()
    };
    Record {
        version: Version(2),
        time: Timestamp::EPOCH,
        actor: owner(),
        request_id: "".into(),
        changes: vec![
            InstanceChange::SiteAdded { id: SiteId(1), name: TagName::new("default").unwrap() },
            InstanceChange::TokenAdded {
                id: TokenId(1),
                site: SiteId(1),
                hash: TokenHash::from_bytes(*b"a hash of exactly so many bytes!"),
                after: plain.clone(),
            },
            InstanceChange::TokenChanged { id: TokenId(1), before: plain, after: user.clone() },
            InstanceChange::TokenRevoked { id: TokenId(1), before: user },
        ],
        effects: (),
    }
}

/// What `instance-v1-global.bin` holds.
pub(super) fn global_record() -> InstanceRecord {
    let mut record = instance_record();
    for change in &mut record.changes {
        if let InstanceChange::TokenAdded { after, .. } = change {
            after.global = true;
        }
    }
    let agent_tag = Some(AgentTag { tag: TagId(8), since: Timestamp::from_millis(1_753_692_494_123) });
    let after = SiteSettings { agent_tag, ..SiteSettings::default() };
    record.changes.push(InstanceChange::SiteChanged {
        site: SiteId(1),
        before: SiteSettings::default(),
        after,
    });
    record
}

/// What `instance-v1-settings.bin` holds.
pub(super) fn settings_record() -> InstanceRecord {
    let kept =
        |text: &str| SiteSettings { retention: Some(Period::new(text).unwrap()), ..SiteSettings::default() };
    let changed = |before, after| InstanceChange::SiteChanged { site: SiteId(1), before, after };
    Record {
        changes: vec![
            changed(SiteSettings::default(), kept("12h")),
            changed(kept("90d"), kept("4w")),
            changed(kept("6M"), SiteSettings::default()),
        ],
        ..instance_record()
    }
}

/// What `instance-v1-access.bin` holds.
pub(super) fn access_record() -> InstanceRecord {
    let maintenance = Maintenance {
        on: true,
        message: Some(Notice::new("moving house").unwrap()),
        retry_after_seconds: 3600,
    };
    let moved_to = Some(BaseUrl::new("https://new.example:8443").unwrap());
    let access = Access { require_user_agent: true, moved_to, maintenance };
    let before = SiteSettings { access, ..SiteSettings::default() };
    let after = SiteSettings::default();
    let changes = vec![InstanceChange::SiteChanged { site: SiteId(1), before, after }];
    Record { changes, ..instance_record() }
}

/// What `instance-v1-maintenance.bin` holds.
pub(super) fn maintenance_record() -> InstanceRecord {
    let (none, message) = (Maintenance::default(), Some(Notice::new("moving house").unwrap()));
    let some = Maintenance { on: true, message, retry_after_seconds: 3600 };
    let changed = |before, after| InstanceChange::MaintenanceChanged { before, after };
    let changes = vec![changed(none.clone(), some.clone()), changed(some, none)];
    Record { changes, ..instance_record() }
}

/// What `instance-v1-limits.bin` holds.
pub(super) fn limits_record() -> InstanceRecord {
    let all = Limits {
        tags: Limit::new(9).unwrap(),
        netskope_tags_per_device: Limit::new(64).unwrap(),
        alloyscan_tags_per_device: Limit::new(8).unwrap(),
        classifications: Limit::new(7).unwrap(),
        rules: Limit::new(6).unwrap(),
    };
    let one = Limits { rules: Limit::new(499).unwrap(), ..Limits::default() };
    let [before, after] = [all, one].map(|limits| SiteSettings { limits, ..SiteSettings::default() });
    let changes = vec![InstanceChange::SiteChanged { site: SiteId(1), before, after }];
    Record { changes, ..instance_record() }
}

/// What `instance-v1-pacing.bin` holds.
pub(super) fn pacing_record() -> InstanceRecord {
    let pace = |at_once, waiting, seconds| Pace {
        at_once: Figure::new(at_once).unwrap(),
        waiting: Figure::new(waiting).unwrap(),
        seconds: Figure::new(seconds).unwrap(),
    };
    let all = Pacing {
        netskope_v1: Some(pace(5, 0, 2)),
        netskope_v2: Some(pace(10_000, 1_000, 30)),
        alloyscan: Some(Pace::SEED),
    };
    let none = Pacing { netskope_v1: None, netskope_v2: None, alloyscan: None };
    let changed = |before, after| {
        let [before, after] =
            [before, after].map(|pacing| SiteSettings { pacing, ..SiteSettings::default() });
        InstanceChange::SiteChanged { site: SiteId(1), before, after }
    };
    let changes = vec![changed(Pacing::default(), all), changed(all, none)];
    Record { changes, ..instance_record() }
}

/// What `instance-v1-app-registrations.bin` holds.
pub(super) fn app_registrations_record() -> InstanceRecord {
    let open = AppRegistrationFields {
        name: TagName::new("nightly import").unwrap(),
        owner: owner(),
        role: Role::Administrator,
        areas: Areas::default(),
        expires_at: Timestamp::MAX,
        enabled: true,
    };
    let narrow = AppRegistrationFields {
        name: TagName::new("reader").unwrap(),
        role: Role::User,
        areas: Areas::default().with(Area::Devices, Level::Manage).with(Area::Decisions, Level::View),
        expires_at: Timestamp::from_millis(1_753_692_494_123),
        enabled: false,
        ..open.clone()
    };
    let (id, site) = (AppRegistrationId(70_000), SiteId(1));
    let client_id = Uuid::from_u128(0x0011_2233_4455_4677_8899_aabb_ccdd_eeff);
    let secret = TokenHash::from_bytes(*b"a hash of exactly so many bytes!");
    Record {
        changes: vec![
            InstanceChange::AppRegistrationAdded { id, site, client_id, secret, after: open.clone() },
            InstanceChange::AppRegistrationChanged { id, before: open, after: narrow.clone() },
            InstanceChange::AppRegistrationRemoved { id, before: narrow },
        ],
        ..instance_record()
    }
}

fn owner() -> Owner {
    Owner::new("ann@corp.example").unwrap()
}

fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

fn fact(text: &str) -> FactText {
    FactText::new(text).unwrap()
}
