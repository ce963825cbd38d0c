use std::collections::{BTreeMap, HashMap, HashSet};

use wire::check_in::{CheckIn, CheckIns, Facts, MAX_PROBED, Probes, RegistryProbe};

use super::*;

type IsReported = fn(&Facts) -> bool;

fn fleet() -> Vec<CheckIn> {
    Fleet::new(DEFAULT_SEED).devices(20_000).collect()
}

fn facts(checkin: &CheckIn) -> &Facts {
    checkin.facts.as_ref().unwrap()
}

#[test]
fn a_seed_gives_the_same_fleet_always_and_another_seed_another() {
    let first: Vec<CheckIn> = Fleet::new(7).devices(500).collect();
    assert!(Fleet::new(7).devices(1000).take(500).eq(first.clone()));
    assert!(Fleet::new(8).devices(500).zip(first).all(|(one, other)| one.nsdeviceuid != other.nsdeviceuid));
}

#[test]
fn a_fleet_has_exactly_the_devices_asked_for_and_no_two_are_the_same_device() {
    let fleet = fleet();
    assert_eq!(fleet.len(), 20_000);
    let keys: HashSet<_> = fleet.iter().map(|checkin| (&checkin.nsdeviceuid, &checkin.userkey)).collect();
    assert_eq!(keys.len(), fleet.len());
    for checkin in &fleet {
        let uid = uuid::Uuid::parse_str(&checkin.nsdeviceuid).unwrap();
        assert_eq!(uid.hyphenated().to_string().to_uppercase(), checkin.nsdeviceuid);
    }
    assert_eq!(Fleet::new(1).devices(0).count(), 0);
}

#[test]
fn operating_systems_are_skewed_as_in_an_office() {
    let mut shares = BTreeMap::new();
    for checkin in fleet() {
        *shares.entry(checkin.os.unwrap()).or_insert(0) += 1;
    }
    for (os, percent) in [
        ("windows", 55),
        ("mac", 18),
        ("linux", 8),
        ("ios", 9),
        ("android", 5),
        ("chromeos", 3),
        ("winserver", 2),
    ] {
        let share = f64::from(shares.remove(os).unwrap_or(0)) / 200.0;
        assert!((share - f64::from(percent)).abs() < 2.0, "{os}: {share} %");
    }
    assert!(shares.is_empty(), "{shares:?}");
}

#[test]
fn some_machines_have_two_users_and_some_users_two_machines() {
    let fleet = fleet();
    let (mut users, mut machines) = (HashMap::<_, usize>::new(), HashMap::<_, usize>::new());
    for checkin in &fleet {
        *users.entry(&checkin.nsdeviceuid).or_default() += 1;
        *machines.entry(&checkin.userkey).or_default() += 1;
    }
    let shared = users.values().filter(|count| **count == 2).count();
    let several = machines.values().filter(|count| **count >= 2).count();
    assert!((500..1_300).contains(&shared), "{shared}");
    assert!((2_000..5_000).contains(&several), "{several}");
    assert!(users.values().all(|count| *count <= 2));
}

#[test]
fn every_group_is_reported_by_many_and_left_out_by_some() {
    let fleet = fleet();
    let reported: [(&str, IsReported); 11] = [
        ("domain", |facts| facts.domain.is_some()),
        ("antivirus", |facts| facts.antivirus.is_some()),
        ("processes", |facts| facts.processes.is_some()),
        ("files", |facts| facts.files.is_some()),
        ("registry", |facts| facts.registry.is_some()),
        ("diskEncryption", |facts| facts.disk_encryption.is_some()),
        ("certificates", |facts| facts.certificates.is_some()),
        ("passcode", |facts| facts.passcode.is_some()),
        ("compromised", |facts| facts.compromised.is_some()),
        ("storageEncrypted", |facts| facts.storage_encrypted.is_some()),
        ("mdm", |facts| facts.mdm.is_some()),
    ];
    for (group, is_reported) in reported {
        let count = fleet.iter().filter(|checkin| is_reported(facts(checkin))).count();
        assert!(count > 500 && count < fleet.len() - 500, "{group}: {count}");
    }
    let windows = fleet.iter().filter(|checkin| checkin.os.as_deref() == Some("windows"));
    let unknown = windows.filter(|checkin| facts(checkin).antivirus.is_none()).count();
    assert!((600..1_200).contains(&unknown), "{unknown}");
}

#[test]
fn every_device_is_valid_on_the_wire_and_says_what_its_system_has() {
    for checkin in fleet().into_iter().take(5_000) {
        let text = serde_json::to_string(&CheckIns { checkins: vec![checkin.clone()] }).unwrap();
        let parsed: CheckIns = serde_json::from_str(&text).unwrap();
        let version = checkin.os_version.as_deref().unwrap();
        assert!(version.split('.').all(|part| part.parse::<u32>().is_ok()), "{version}");
        let mobile = matches!(checkin.os.as_deref(), Some("ios" | "android" | "chromeos"));
        assert_eq!(checkin.distribution.is_some(), checkin.os.as_deref() == Some("linux"));
        assert_eq!(checkin.edition.is_some(), checkin.os.as_ref().unwrap().starts_with("win"));
        assert!(!mobile || facts(&checkin).domain.is_none() && facts(&checkin).processes.is_none());
        assert_eq!(parsed.checkins[0], checkin);
    }
}

#[test]
fn probes_are_answered_by_most_and_the_answers_do_not_change() {
    let fleet = fleet();
    let generator = Fleet::new(DEFAULT_SEED);
    let probes =
        Probes { processes: vec!["guard".into()], files: vec!["/etc/x".into()], ..Probes::default() };
    let linux: Vec<&CheckIn> =
        fleet.iter().filter(|checkin| checkin.os.as_deref() == Some("linux")).collect();
    let answers: Vec<CheckIn> =
        linux.iter().filter_map(|checkin| generator.answer(checkin, &probes)).collect();
    let runs = |checkin: &CheckIn| Some(facts(checkin).processes.as_ref()?.get("guard")?.running);
    let running = answers.iter().filter(|checkin| runs(checkin) == Some(true)).count();
    let share = running * 100 / linux.len();
    assert!((50..75).contains(&share), "{share} %");
    for answer in &answers {
        let silent = facts(answer).processes.is_none();
        assert!(
            silent || facts(answer).processes.as_ref().unwrap().contains_key("sshd"),
            "the known is kept"
        );
        assert_eq!(generator.answer(answer, &Probes::default()), None);
    }
    assert!(linux.iter().filter_map(|checkin| generator.answer(checkin, &probes)).eq(answers));
}

#[test]
fn a_device_answers_no_more_than_a_check_in_may_hold() {
    let names = |prefix: &str| (0..2 * MAX_PROBED).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>();
    let value = |value| RegistryProbe { root_key: "HKEY_LOCAL_MACHINE".into(), key: "K".into(), value };
    let probes = Probes {
        processes: names("p"),
        files: names("C:\\"),
        registry: names("v").into_iter().map(value).collect(),
    };
    let generator = Fleet::new(DEFAULT_SEED);
    let windows = generator.devices(60).filter(|checkin| checkin.os.as_deref() == Some("windows"));
    let mut full = 0;
    for answer in windows.filter_map(|checkin| generator.answer(&checkin, &probes)) {
        let Facts { processes, files, registry, .. } = answer.facts.unwrap();
        for count in
            [processes.map(|map| map.len()), files.map(|map| map.len()), registry.map(|list| list.len())]
        {
            assert!(count.unwrap_or_default() <= MAX_PROBED);
            full += usize::from(count == Some(MAX_PROBED));
        }
    }
    assert!(full > 60, "{full}");
}
