use std::collections::HashSet;

use domain::{
    Change, ClassificationId, Colour, Description, DeviceNumber, DeviceUid, Label, Outcome, Owner, Report,
    SiteId, Source, TagFields, TagId, TagName, Timestamp, UserKey, Version,
};
use proptest::prelude::*;
use roaring::RoaringBitmap;

use super::*;
use crate::commands::{Assign, Assignment, CheckIn, CheckIns, CreateTag, DeleteTag, Found, RemoveDevice};
use crate::encoding::strategies;
use crate::{Command, Context, Effects, Instance, Move, Record, Site, SiteRecord, State};

const SITE: SiteId = SiteId(1);

fn run<C: Command<Site>>(site: &mut Site, mut command: C) -> SiteRecord {
    let actor = Owner::new("ann@corp.example").unwrap();
    let context = Context { actor, now: Timestamp::from_seconds(9), request_id: "r".into() };
    let changes = command.decide(site, &context).unwrap();
    site.apply(&context, changes, None)
}

fn check_in(uid: &str, hostname: Option<&str>) -> CheckIns {
    let (uid, userkey) = (DeviceUid::new(uid).unwrap(), UserKey::new("").unwrap());
    let hostname = hostname.map(|name| Label::new(name).unwrap());
    CheckIns::new(vec![CheckIn { uid, userkey, report: Box::new(Report { hostname, ..Report::default() }) }])
}

/// Object, what was done, and the name.
fn told(site: &Site, record: &SiteRecord) -> Vec<String> {
    let instance = Instance::default();
    let told = |entry: Entry<'_>| {
        let Kind { object, action } = entry.kind;
        format!("{} {}: {}", object.name(), action.name(), entry.entity(&instance, SITE, site))
    };
    of_record(site, record).map(told).collect()
}

#[test]
fn a_devices_entries_name_it_as_it_is_now_and_as_it_was_when_it_is_gone() {
    let mut site = Site::default();
    let founded = run(&mut site, Found { salt: 7 });
    let added = run(&mut site, check_in("pc-1", None));
    let renamed = run(&mut site, check_in("pc-1", Some("build-7")));
    let heartbeat = run(&mut site, check_in("pc-1", Some("build-7")));
    assert!(told(&site, &founded).is_empty(), "the instance's entry of the site stands for it");
    assert!(told(&site, &heartbeat).is_empty(), "it said nothing that was not known");
    assert_eq!(told(&site, &added), ["Device Added: build-7"]);
    assert_eq!(told(&site, &renamed), ["Device Modified: build-7"]);
    let id = site.device_id(DeviceNumber(0));
    let id = site.fleet.find("pc-1", "").map_or(id, |device| site.device_id(device.number()));
    let removed = run(&mut site, RemoveDevice { id });
    assert_eq!(told(&site, &removed), ["Device Deleted: build-7"]);
    assert_eq!(told(&site, &added), ["Device Added: pc-1"]);
    assert_eq!(told(&site, &renamed), ["Device Modified: build-7"], "it says so itself");
}

#[test]
fn tags_on_many_devices_are_one_entry_that_counts_them() {
    let mut site = Site::default();
    let name = TagName::new("lab").unwrap();
    let fields = TagFields { name, description: Description::empty(), colour: Colour::Gray };
    run(&mut site, CreateTag::new(fields));
    let devices = ["pc-1", "pc-2", "pc-3"].map(|uid| {
        run(&mut site, check_in(uid, None));
        domain::DeviceName::new(uid, None).unwrap()
    });
    let (tag, devices) = (vec![TagId(1)], devices.to_vec());
    let tagged = run(&mut site, Assign::new(Assignment::Add, tag.clone(), devices, 5));
    assert_eq!(told(&site, &tagged), ["Device Modified: pc-1 and 2 more"]);
    let entry = of_record(&site, &tagged).next().unwrap();
    assert_eq!((entry.devices(), entry.source()), (Some(3), Some(Source::Api)));
    let one = vec![domain::DeviceName::new("pc-2", None).unwrap()];
    let untagged = run(&mut site, Assign::new(Assignment::Remove, tag, one, 5));
    assert_eq!(told(&site, &untagged), ["Device Modified: pc-2"]);
    let deleted = run(&mut site, DeleteTag { id: TagId(1), force: true });
    assert_eq!(told(&site, &deleted), ["Tag Deleted: lab"]);
    assert_eq!(of_record(&site, &deleted).next().unwrap().devices(), Some(2));
}

#[test]
fn an_entry_about_one_device_tells_of_its_move_and_any_other_of_all() {
    let site = Site::default();
    let outcome = |id| Outcome { classification: Some(ClassificationId(id)), ..Outcome::default() };
    let moved = |id, devices: &[u32]| Move {
        from: Outcome::default(),
        to: outcome(id),
        devices: devices.iter().copied().collect::<RoaringBitmap>(),
    };
    let tagged = |devices: &[u32]| Change::Tagged {
        source: Source::Api,
        expires_at: None,
        devices: devices.iter().copied().map(DeviceNumber).collect(),
        added: vec![TagId(1)],
        removed: Vec::new(),
    };
    let record = Record {
        version: Version(3),
        time: Timestamp::EPOCH,
        actor: Owner::new("ann").unwrap(),
        request_id: "r".into(),
        changes: vec![tagged(&[1]), tagged(&[2, 3]), tagged(&[9]), Change::Reclassified { evaluator: 2 }],
        effects: Effects { moves: vec![moved(7, &[1]), moved(8, &[2, 3])] },
    };
    let counts = |entry: Entry<'_>| {
        let moves = entry.moves();
        moves.iter().map(|(moved, count)| (moved.to.classification.unwrap().0, *count)).collect::<Vec<_>>()
    };
    let told: Vec<_> = of_record(&site, &record).map(counts).collect();
    let all = vec![(8, 2), (7, 1)];
    assert_eq!(told, [vec![(7, 1)], all.clone(), vec![], all]);
}

proptest! {
    #[test]
    fn every_change_that_has_a_kind_has_one_entry_whose_id_nothing_else_has(
        record in strategies::site_record(),
        of_instance in strategies::instance_record(),
    ) {
        let (mut site, instance) = (Site::default(), Instance::default());
        run(&mut site, Found { salt: 7 });
        let found: Vec<_> = of_record(&site, &record).collect();
        let kinds: Vec<_> = record.changes.iter().filter_map(of_change).collect();
        prop_assert_eq!(found.iter().map(|entry| entry.kind).collect::<Vec<_>>(), kinds);
        let ids: HashSet<_> = found.iter().map(|entry| entry.id).collect();
        prop_assert_eq!(ids.len(), found.len());
        for entry in &found {
            prop_assert!(entry.entity(&instance, SITE, &site).len() < 5000);
        }
        for entry in of_instance_record(&instance, (SITE, &site), &of_instance) {
            prop_assert!(entry.entity(&instance, SITE, &site).len() < 5000);
            prop_assert!(!ids.contains(&entry.id) || entry.version != record.version);
        }
    }
}
