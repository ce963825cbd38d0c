//! Outcomes that an evaluator of another number has left behind.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use domain::{
    Change, ClassificationName, Conditions, DeviceUid, FactText, Facts, Os, Outcome, Report, RuleName,
    Status, UserKey,
};
use rules::EVALUATOR;
use site::checkpoint::{decode_header, decode_part, encode_header, parts, restore};
use site::commands::{
    CheckIn, CheckIns, CreateClassifications, CreateRules, Found, NewClassification, NewRule, Reclassify,
};
use site::{Effects, Move, Record, Site, State};

use crate::live::Live;
use crate::{at, context};

/// A site with a rule that takes what is in the domain, a device that is in it and one that is not.
fn judged() -> Live {
    let mut live = Live::default();
    live.run(&context("ann", at(0)), Found { salt: 77 }).unwrap();
    let label = ClassificationName::new("low risk").unwrap();
    let new = NewClassification { name: label.clone(), description: None };
    live.run(&context("ann", at(1)), CreateClassifications::new(vec![new])).unwrap();
    let conditions = Conditions::new(r#"{"$and":[{"domain_check":{"domains":["corp.local"]}}]}"#).unwrap();
    let rule = NewRule { name: RuleName::new("in the domain").unwrap(), label, os: Os::Windows, conditions };
    live.run(&context("ann", at(2)), CreateRules::new(vec![rule])).unwrap();
    for (uid, domain) in [("PC-1", "corp.local"), ("PC-2", "home")] {
        let facts = Facts { domain: FactText::new(domain).ok(), ..Facts::default() };
        let report = Box::new(Report { os: Some(Os::Windows), facts, ..Report::default() });
        let item = CheckIn { uid: DeviceUid::new(uid).unwrap(), userkey: UserKey::new("").unwrap(), report };
        live.run(&context("ann", at(3)), CheckIns::new(vec![item])).unwrap();
    }
    live
}

fn statuses(site: &Site) -> Vec<Status> {
    site.fleet.iter().map(|device| device.outcome().status).collect()
}

/// Replays the record of a program whose evaluator took what this one takes not.
fn judged_by_another(live: &mut Live) {
    let [member, guest] = [0, 1].map(|place| live.site.fleet.iter().nth(place).unwrap().outcome());
    let device = |place| live.site.fleet.iter().nth(place).unwrap().number().0;
    let swapped = |place, from: &Outcome, to: &Outcome| Move {
        from: from.clone(),
        to: to.clone(),
        devices: [device(place)].into_iter().collect(),
    };
    let record = Record {
        version: live.site.version().next(),
        time: at(4),
        actor: context("fleetmark", at(4)).actor,
        request_id: "start".into(),
        changes: vec![Change::Reclassified { evaluator: EVALUATOR + 7 }],
        effects: Effects { moves: vec![swapped(0, &member, &guest), swapped(1, &guest, &member)] },
    };
    live.site.replay(&record);
}

#[test]
fn a_site_that_this_evaluator_judged_is_left_as_it_is() {
    let mut live = judged();
    let version = live.site.version();
    live.run(&context("fleetmark", at(5)), Reclassify).unwrap();
    assert_eq!(live.site.version(), version);
}

#[test]
fn devices_that_another_evaluator_judged_are_judged_anew_by_one_record_that_tells_of_each() {
    let (never, mut live) = (AtomicBool::new(false), judged());
    assert_eq!(statuses(&live.site), [Status::Managed, Status::Unmanaged]);
    judged_by_another(&mut live);
    assert_eq!(statuses(&live.site), [Status::Unmanaged, Status::Managed], "what was answered stands");
    assert_eq!(live.site.misjudged(&never), Some(2));

    live.log.clear();
    live.run(&context("fleetmark", at(5)), Reclassify).unwrap();
    assert_eq!(statuses(&live.site), [Status::Managed, Status::Unmanaged]);
    assert_eq!(live.site.misjudged(&never), Some(0));
    let record = Site::decode(&live.log[0].0).unwrap();
    assert_eq!(record.changes, [Change::Reclassified { evaluator: EVALUATOR }]);
    assert_eq!(record.effects.moves.len(), 2);
    assert!(Site::is_audited(&record), "whoever wonders why devices moved finds it");

    let version = live.site.version();
    live.run(&context("fleetmark", at(6)), Reclassify).unwrap();
    assert_eq!(live.site.version(), version, "once is enough");
}

#[test]
fn a_checkpoint_tells_which_evaluator_judged_its_devices() {
    let mut live = judged();
    judged_by_another(&mut live);
    let written: Vec<_> = parts(&live.site).iter().map(|part| (part.key(), part.encode())).collect();
    let keys: Vec<_> = written.iter().map(|(key, _)| (*key, 1)).collect();
    let header = decode_header(&encode_header(&live.site, &keys)).unwrap();
    let decoded = written.iter().map(|(key, bytes)| decode_part(*key, bytes).unwrap()).collect();
    live.site = restore(&header, decoded, NonZeroUsize::MIN).unwrap();
    live.run(&context("fleetmark", at(5)), Reclassify).unwrap();
    assert_eq!(statuses(&live.site), [Status::Managed, Status::Unmanaged]);
}
