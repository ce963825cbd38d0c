//! Checkpoints as files: those of released formats are read, damaged ones never taken for whole.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::{
    Antivirus, Certificate, CertificateStore, ClassificationName, Colour, Conditions, Description,
    DeviceName, DeviceUid, FactText, Facts, FileFact, Label, Os, OsVersion, ProcessFact, RegistryValue,
    Report, RuleName, Sha256, TagFields, TagId, TagName, UserKey,
};
use site::Site;
use site::checkpoint::{decode_header, decode_part, encode_header};
use site::commands::{
    Assign, Assignment, CheckIn, CheckIns, CreateClassifications, CreateRules, CreateTag, Found,
    NewClassification, NewRule, RemoveDevice,
};

use crate::checkpoint::Written;
use crate::live::Live;
use crate::picture::Picture;
use crate::{at, context};

fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

fn fact(text: &str) -> FactText {
    FactText::new(text).unwrap()
}

fn full_report() -> Report {
    let registry = RegistryValue {
        root_key: fact("HKEY_LOCAL_MACHINE"),
        key: fact(r"Software\x"),
        value: fact("v"),
        kind: fact("REG_SZ"),
        data: fact("1"),
    };
    let certificate = Certificate {
        store: CertificateStore::User,
        issuer: Some(fact("CN=ca")),
        subject: None,
        thumbprint: Some(fact("ab12")),
    };
    let file = FileFact { present: true, sha256: Some(Sha256::from_bytes([7; 32])) };
    Report {
        username: Some(label("Joe, of corp")),
        hostname: Some(label("büro-pc")),
        os: Some(Os::Windows),
        os_version: OsVersion::new("10.0.22631").ok(),
        edition: Some(label("Windows 11 Enterprise")),
        distribution: Some(label("none")),
        client_version: Some(label("135.1")),
        device_make: Some(label("Dell")),
        device_model: Some(label("X1")),
        serial_number: Some(label("SN1")),
        mac_addresses: Some(vec![label("00:1a:2b:00:00:01"), label("00:1a:2b:00:00:02")]),
        ip_address: Some("fd00::1".parse().unwrap()),
        event: Some(label("Boot")),
        facts: Facts {
            domain: Some(fact("corp.local")),
            antivirus: Some(vec![Antivirus { product: label("Defender"), up_to_date: Some(true) }]),
            processes: Some([(fact("x.exe"), ProcessFact { running: true, signer: Some(fact("X")) })].into()),
            files: Some([(fact("/etc/x"), file)].into()),
            registry: Some(vec![registry]),
            disk_encryption: Some(vec![label("bitlocker")]),
            certificates: Some(vec![certificate]),
            passcode: Some(true),
            compromised: Some(false),
            storage_encrypted: Some(true),
            mdm: Some(false),
        },
    }
}

fn check_in(uid: &str, userkey: &str, report: Report) -> CheckIn {
    CheckIn {
        uid: DeviceUid::new(uid).unwrap(),
        userkey: UserKey::new(userkey).unwrap(),
        report: Box::new(report),
    }
}

/// A site in which every column and every dictionary holds something, an id is free and a place vacant.
fn site() -> Site {
    let mut live = Live::default();
    let now = |seconds| context("ann@corp.example", at(seconds));
    live.run(&now(0), Found { salt: 77 }).unwrap();
    let name = ClassificationName::new("low risk").unwrap();
    let new = NewClassification { name: name.clone(), description: None };
    live.run(&now(1), CreateClassifications::new(vec![new])).unwrap();
    let fields = TagFields {
        name: TagName::new("office").unwrap(),
        description: Description::empty(),
        colour: Colour::Purple,
    };
    let tag: TagId = live.run(&now(2), CreateTag::new(fields)).unwrap();
    let conditions = Conditions::new(
        r#"{ "$and":[{"encryption_check":{"product_name":"bitlocker"}},
        {"process_check":{"process":"y.exe"}}] }"#,
    );
    let rule = NewRule {
        name: RuleName::new("encrypted").unwrap(),
        label: name,
        os: Os::Windows,
        conditions: conditions.unwrap(),
    };
    live.run(&now(3), CreateRules::new(vec![rule])).unwrap();
    let other = Report {
        username: Some(label("ann")),
        os: Some(Os::Linux),
        ip_address: Some("10.1.2.3".parse().unwrap()),
        facts: Facts { domain: Some(fact("")), ..Facts::default() },
        ..Report::default()
    };
    let gone = Report { edition: Some(label("gone")), ..other.clone() };
    let items = vec![
        check_in("416012FE-0000-4000-8000-000000000001", "joe@corp.example", full_report()),
        check_in("416012FE-0000-4000-8000-000000000002", "", gone),
        check_in("416012FE-0000-4000-8000-0000000000AB", "ann", other),
    ];
    let judged = live.run(&now(4), CheckIns::new(items)).unwrap();
    let again = Report { facts: Facts { mdm: Some(true), ..Facts::default() }, ..Report::default() };
    let again = check_in("416012FE-0000-4000-8000-000000000001", "joe@corp.example", again);
    live.run(&now(5), CheckIns::new(vec![again])).unwrap();
    let name = DeviceName::new("416012FE-0000-4000-8000-000000000001", None).unwrap();
    live.run(&now(6), Assign::new(Assignment::Add, vec![tag], vec![name], 5)).unwrap();
    live.run(&now(7), RemoveDevice { id: judged[1].id }).unwrap();
    live.site
}

/// A checkpoint in one file: the lengths of its pieces before them, the header first.
fn in_one_file(written: &Written) -> Vec<u8> {
    let pieces = std::iter::once(&written.header).chain(written.parts.values());
    pieces.flat_map(|bytes| [&(bytes.len() as u64).to_le_bytes()[..], bytes].concat()).collect()
}

fn from_one_file(mut bytes: &[u8]) -> Written {
    let mut pieces = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let (piece, rest) = rest.split_at(usize::try_from(u64::from_le_bytes(*length)).unwrap());
        pieces.push(piece.to_vec());
        bytes = rest;
    }
    let header = pieces.remove(0);
    let keys = decode_header(&header).unwrap().parts.into_iter().map(|(key, _)| key);
    Written { parts: keys.zip(pieces).collect(), header }
}

/// What is written may change with how well it is compressed; what was written is read.
#[test]
fn a_checkpoint_of_format_1_is_read_as_it_was_written() {
    let path = golden_path("checkpoint-v1-first-seen.bin");
    if std::env::var_os("FLEETMARK_WRITE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&path, in_one_file(&Written::of(&site(), None))).unwrap();
    }
    let golden = from_one_file(&std::fs::read(&path).unwrap());
    assert!(golden.restored(1).unwrap() == site());
}

/// What a golden file of an older checkpoint holds.
fn older(name: &str) -> Site {
    from_one_file(&std::fs::read(golden_path(name)).unwrap()).restored(1).unwrap()
}

/// That of [`site`], but that nothing is known of when devices were first seen.
fn picture_without_first_seen() -> Picture {
    let mut picture = Picture::of(&site());
    assert!(picture.devices.iter().all(|device| device.first_seen_at == Some(at(4))));
    picture.devices.iter_mut().for_each(|device| device.first_seen_at = None);
    picture
}

#[test]
fn a_checkpoint_from_before_reasons_were_kept_is_read_and_says_that_it_knows_none() {
    let read = Picture::of(&older("checkpoint-v1.bin"));
    let mut expected = picture_without_first_seen();
    assert!(expected.devices.iter().any(|device| device.reasons.iter().any(Option::is_some)));
    expected.devices.iter_mut().flat_map(|device| &mut device.reasons).for_each(|reason| *reason = None);
    assert_eq!(read, expected);
}

#[test]
fn a_checkpoint_from_before_first_sights_were_kept_is_read_and_knows_those_from_then_on() {
    let mut live = Live { site: older("checkpoint-v1-reasons.bin"), log: Vec::new() };
    assert_eq!(Picture::of(&live.site), picture_without_first_seen());
    live.run(&context("ann", at(9)), CheckIns::new(vec![check_in("new", "ann", Report::default())])).unwrap();
    let restored = Written::of(&live.site, None).restored(1).unwrap();
    assert!(restored == live.site);
    let known: Vec<_> = Picture::of(&restored).devices.iter().map(|device| device.first_seen_at).collect();
    assert_eq!(known, [None, None, Some(at(9))]);
}

fn golden_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

#[test]
fn a_piece_that_was_cut_is_refused_and_any_other_damage_met_without_a_panic() {
    let whole = Written::of(&site(), None);
    for (key, bytes) in &whole.parts {
        for length in 0..bytes.len() {
            let error = decode_part(*key, &bytes[..length]).unwrap_err().to_string();
            assert!(error.contains(&format!("the checkpoint cannot be used: {key} ")), "{error}");
        }
        for (place, mask) in (0..bytes.len()).flat_map(|place| [(place, 0x01), (place, 0x80), (place, 0xff)])
        {
            let mut altered = bytes.clone();
            altered[place] ^= mask;
            // To join them takes longer: some of those that could be decoded.
            if decode_part(*key, &altered).is_ok() && place % 7 == 0 {
                let mut all = whole.clone();
                all.parts.insert(*key, altered);
                let _ = all.restored(1);
            }
        }
    }
    for place in 0..whole.header.len() {
        assert!(decode_header(&whole.header[..place]).is_err(), "header cut to {place}");
        let mut altered = whole.clone();
        altered.header[place] ^= [0x01, 0x80, 0xff][place % 3];
        if decode_header(&altered.header).is_ok() && place % 5 == 0 {
            let _ = altered.restored(1);
        }
    }
}

#[test]
fn parts_that_are_missing_or_of_another_checkpoint_are_refused_by_name() {
    let whole = Written::of(&site(), None);
    for key in whole.parts.keys() {
        let mut without = whole.clone();
        without.parts.remove(key);
        let error = without.restored(1).unwrap_err().to_string();
        assert!(error.contains(&key.to_string()) && error.contains("is missing"), "{error}");

        // Nor is it enough that the header does not name it either.
        let keys: Vec<_> = without.parts.keys().map(|key| (*key, 1)).collect();
        without.header = encode_header(&site(), &keys);
        assert!(without.restored(1).is_err(), "without {key}");
    }
    let empty = Written::of(&Site::default(), None);
    let mixed = Written { header: empty.header, ..whole };
    let error = mixed.restored(1).unwrap_err().to_string();
    assert!(error.contains("is not one of its parts"), "{error}");
}

#[test]
fn what_a_newer_program_wrote_is_refused() {
    let whole = Written::of(&site(), None);
    for (key, bytes) in &whole.parts {
        let refused = |bytes: &[u8]| decode_part(*key, bytes).unwrap_err().to_string();
        assert!(refused(&[&[2], &bytes[1..]].concat()).contains("has format 2, which only the version"));
        assert!(refused(&[&bytes[..1], &[99], &bytes[2..]].concat()).contains("is of kind 99, which only"));
    }
    // One field more, with the length before the message as it was, and adjusted to it.
    let mut header = [whole.header.as_slice(), &[0xf8, 0x06, 1]].concat();
    assert!(decode_header(&header).unwrap_err().to_string().contains("does not have the length written"));
    assert!(header[2] & 0x80 != 0, "a length of two bytes");
    header[2] += 3;
    assert!(decode_header(&header).unwrap_err().to_string().contains("holds fields which only"));
}

#[test]
fn a_fleet_of_several_blocks_comes_back_and_a_check_in_rewrites_the_ages_of_its_block_only() {
    let mut live = Live::default();
    live.run(&context("ann", at(0)), Found { salt: 77 }).unwrap();
    let item = |number: usize, hostname: &str| {
        let report = Report { hostname: Some(label(hostname)), ..full_report() };
        check_in(&format!("PC-{number}"), "joe", report)
    };
    for first in (0..3000).step_by(1000) {
        let items = (first..first + 1000).map(|number| item(number, &format!("host {number}"))).collect();
        live.run(&context("ann", at(1)), CheckIns::new(items)).unwrap();
    }
    let gone = live.site.fleet.find("PC-7", "joe").unwrap().number();
    let gone = live.site.device_id(gone);
    live.run(&context("ann", at(2)), RemoveDevice { id: gone }).unwrap();
    let before = live.site.clone();
    let written = Written::of(&before, None);
    assert!(written.restored(2).unwrap() == before);

    live.run(&context("ann", at(3)), CheckIns::new(vec![item(2999, "host 2999")])).unwrap();
    let all = site::checkpoint::parts(&live.site);
    let differing: Vec<_> = all.iter().filter(|part| !part.is_shared_with(&before)).collect();
    let keys: Vec<_> = differing.iter().map(|part| part.key().to_string()).collect();
    assert_eq!(keys, ["the ages of a block (2)"]);
    let later = Written::of(&live.site, Some((&before, &written)));
    assert!(later.restored(2).unwrap() == live.site);
    let same: BTreeMap<_, _> =
        written.parts.iter().filter(|(key, bytes)| later.parts[key] == **bytes).collect();
    assert_eq!(same.len() + 1, later.parts.len());
}

#[test]
fn only_the_last_of_the_first_sights_are_written_again_when_a_device_comes() {
    let mut live = Live::default();
    live.run(&context("ann", at(0)), Found { salt: 77 }).unwrap();
    let add = |live: &mut Live, number: i64| {
        let item = check_in(&format!("PC-{number}"), "", Report::default());
        live.run(&context("ann", at(number)), CheckIns::new(vec![item])).unwrap();
    };
    (1..=1030).for_each(|number| add(&mut live, number));
    let before = live.site.clone();
    let written = Written::of(&before, None);
    assert!(written.restored(2).unwrap() == before);

    add(&mut live, 1031);
    let all = site::checkpoint::parts(&live.site);
    let keys = all.iter().filter(|part| !part.is_shared_with(&before)).map(|part| part.key().to_string());
    let keys: Vec<_> = keys.filter(|key| key.starts_with("the first-seen")).collect();
    assert_eq!(keys, ["the first-seen moments of a checkpoint (1)"]);
    let later = Written::of(&live.site, Some((&before, &written)));
    assert!(later.restored(2).unwrap() == live.site);

    // Steps that contradict each other or the header are refused.
    let key = |name: &str| *later.parts.keys().find(|key| key.to_string() == name).unwrap();
    let (first, last) = (
        key("the first-seen moments of a checkpoint (0)"),
        key("the first-seen moments of a checkpoint (1)"),
    );
    for (here, there) in [(first, last), (last, first)] {
        let mut altered = later.clone();
        altered.parts.insert(here, later.parts[&there].clone());
        assert!(altered.restored(1).is_err());
    }
}
