//! A rule whose recorded conditions this program would not take: a program that took more has written it.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use domain::{
    Change, ClassificationName, Conditions, DeviceUid, Os, Outcome, Report, RuleFields, RuleId, RuleName,
    Status, UserKey,
};
use rules::Truth;
use site::checkpoint::{decode_header, decode_part, encode_header, parts, restore};
use site::commands::{
    ChangeRule, CheckIn, CheckIns, CreateClassifications, CreateRules, DeleteRule, Found, Judged,
    NewClassification, NewRule,
};
use site::queries::explain::{Unshown, explain};
use site::{Effects, Move, Record, Site, State};

use crate::live::Live;
use crate::{at, context};

fn check_in(live: &mut Live) -> Judged {
    let report = Box::new(Report { os: Some(Os::Linux), ..Report::default() });
    let item = CheckIn { uid: DeviceUid::new("PC-1").unwrap(), userkey: UserKey::new("").unwrap(), report };
    live.run(&context("ann", at(9)), CheckIns::new(vec![item])).unwrap().remove(0)
}

#[test]
fn what_an_earlier_program_could_decide_with_it_is_in_doubt_once_rules_change() {
    let mut live = Live::default();
    live.run(&context("ann", at(0)), Found { salt: 77 }).unwrap();
    let new = ["low risk", "other"]
        .map(|name| NewClassification { name: ClassificationName::new(name).unwrap(), description: None });
    let ids = live.run(&context("ann", at(1)), CreateClassifications::new(new.into())).unwrap();
    let judged = check_in(&mut live);
    let device = live.site.device(judged.id).unwrap();
    let (number, from) = (device.number(), device.outcome());
    let fields = RuleFields {
        name: RuleName::new("newer").unwrap(),
        classification: ids[0],
        os: Os::Linux,
        conditions: Conditions::new("{}").unwrap(),
    };
    let to = Outcome { status: Status::Managed, classification: Some(ids[0]), ..Outcome::default() };
    let moved = Move { from, to, devices: [number.0].into_iter().collect() };
    live.site.replay(&Record {
        version: live.site.version().next(),
        time: at(10),
        actor: context("ann", at(10)).actor,
        request_id: "7-a".into(),
        changes: vec![Change::RuleAdded { id: RuleId(3), after: fields }],
        effects: Effects { moves: vec![moved] },
    });
    let never = AtomicBool::new(false);
    assert_eq!(live.site.misjudged(&never), Some(1), "it keeps what was recorded");

    let rule = NewRule {
        name: RuleName::new("another").unwrap(),
        label: ClassificationName::new("other").unwrap(),
        os: Os::Linux,
        conditions: Conditions::new(r#"{"$and":[{"process_check":{"process":"x"}}]}"#).unwrap(),
    };
    live.run(&context("ann", at(11)), CreateRules::new(vec![rule])).unwrap();
    assert_eq!(live.site.misjudged(&never), Some(0));
    let outcome = live.site.fleet.get(number).unwrap().outcome();
    assert_eq!((outcome.status, &*outcome.undetermined), (Status::Unmanaged, &ids[..]));
}

#[test]
fn it_is_kept_as_recorded_undetermined_for_every_device_and_can_be_changed_and_deleted() {
    let mut live = Live::default();
    live.run(&context("ann", at(0)), Found { salt: 77 }).unwrap();
    let name = ClassificationName::new("low risk").unwrap();
    let new = NewClassification { name, description: None };
    let ids = live.run(&context("ann", at(1)), CreateClassifications::new(vec![new])).unwrap();
    let rule = RuleId(2);
    let fields = RuleFields {
        name: RuleName::new("newer").unwrap(),
        classification: ids[0],
        os: Os::Linux,
        conditions: Conditions::new("{}").unwrap(),
    };
    live.site.replay(&Record {
        version: live.site.version().next(),
        time: at(2),
        actor: context("ann", at(2)).actor,
        request_id: "7-a".into(),
        changes: vec![Change::RuleAdded { id: rule, after: fields.clone() }],
        effects: Effects::default(),
    });

    let kept = |site: &Site| site.catalogue.rules.get(rule).unwrap().clone();
    assert_eq!(kept(&live.site).fields, fields);
    let flaws = kept(&live.site).tree.unwrap_err();
    assert!(flaws.iter().any(|flaw| flaw.field.starts_with("conditions")), "{flaws:?}");

    let judged = check_in(&mut live);
    assert_eq!((judged.status, judged.classification), (Status::Unmanaged, None));
    assert_eq!(judged.undetermined.len(), 1);
    let device = live.site.device(judged.id).unwrap();
    let explanation = explain(&live.site, &device, &AtomicBool::new(false)).unwrap();
    let proof = &explanation.classifications[0].rules[0];
    assert_eq!(
        (proof.verdict, proof.proof.as_ref()),
        (Truth::Unknown, Err(&Unshown::Unreadable(&flaws[0].message)))
    );
    assert!(explanation.flips.is_empty() && explanation.flips_complete);
    assert!(explain(&live.site, &device, &AtomicBool::new(true)).is_none(), "it was told to stop");

    let written: Vec<_> = parts(&live.site).iter().map(|part| (part.key(), part.encode())).collect();
    let keys: Vec<_> = written.iter().map(|(key, _)| (*key, 1)).collect();
    let header = decode_header(&encode_header(&live.site, &keys)).unwrap();
    let decoded = written.iter().map(|(key, bytes)| decode_part(*key, bytes).unwrap()).collect();
    assert!(restore(&header, decoded, NonZeroUsize::MIN).unwrap() == live.site);

    let mut change =
        ChangeRule { id: rule, name: RuleName::new("renamed").ok(), label: None, os: None, conditions: None };
    live.run(&context("ann", at(10)), change).unwrap();
    assert!(kept(&live.site).tree.is_err());
    let conditions = Conditions::new(r#"{"$and":[{"process_check":{"process":"x"}}]}"#).ok();
    change = ChangeRule { id: rule, name: None, label: None, os: None, conditions };
    live.run(&context("ann", at(11)), change).unwrap();
    assert!(kept(&live.site).tree.is_ok());
    live.run(&context("ann", at(12)), DeleteRule(rule)).unwrap();
    assert!(live.site.catalogue.rules.is_empty());
}
