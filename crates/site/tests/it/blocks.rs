//! Blocks of devices are judged as the devices are one by one; what differs between rules tells as much as all rules;
//! and what was foreseen makes no difference. Over fleets of several blocks with vacant places.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::{
    ClassificationName, Colour, Conditions, Description, DeviceName, DeviceUid, FactText, Facts, Limits, Os,
    ProcessFact, Report, RuleId, RuleName, TagFields, TagId, TagName, UserKey,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseError;
use rules::{Device as _, Truth};
use serde_json::{Value, json};
use site::commands::{
    Assign, Assignment, ChangeClassification, ChangeRule, CheckIn, CheckIns, CreateClassifications,
    CreateRules, CreateTag, DeleteClassification, DeleteRule, DeleteTag, Found, NewClassification, NewRule,
    RemoveDevice,
};
use site::what_if::{Draft, DraftRule, what_if};
use site::{Command, Matching, Site, State};

use crate::reports::{SYSTEMS, report};
use crate::{at, context};

const DEVICES: usize = 2_100;
const TAGS: u32 = 4;
const LEVELS: [&str; 5] = ["A", "B", "C", "D", "E"];

/// Something done to a site.
#[derive(Clone, Debug)]
enum Act {
    CheckIns(Vec<(Index, Report)>),
    Assign(Assignment, u32, Vec<Index>),
    Remove(Index),
    /// Devices that are new, some of them in a block of their own.
    Enrol(Box<Report>),
    NewRule(&'static str, Os, Value),
    ChangeRule(Index, Option<&'static str>, Value),
    DeleteRule(Index),
    Priority(Index, u32),
    NewLevel(&'static str),
    DeleteLevel(Index),
    DeleteTag(u32),
}

/// Every kind of check that a system may have.
fn checks(os: Os) -> Vec<Value> {
    let mut checks: Vec<_> = (1..=TAGS).map(|tag| json!({"device_tag_check": {"tag_id": tag}})).collect();
    checks.push(json!({"opswat_check": {"kept": true}}));
    let version = |asked: Value| json!({ "min_os_version_check": asked });
    let desktop = [
        json!({"domain_check": {"domains": ["CORP.local", "other"]}}),
        json!({"process_check": {"process": "X.exe"}}),
        json!({"process_check": {"process": "x.exe", "signerName": "corp"}}),
        json!({"process_check": {"process": "sshd"}}),
        json!({"file_check": {"path": if os == Os::Linux { "/etc/x" } else { r"c:\X" }}}),
        json!({"file_check": {"path": if os == Os::Linux { "/etc/x" } else { r"c:\X" },
            "sha256": "0000000000000000000000000000000000000000000000000000000000000000"}}),
        json!({"av_check": {"product_name": "any"}}),
        json!({"av_check": {"product_name": "Defender", "signature_up_to_date": true}}),
        json!({"disk_enc_check": {"product": "luks"}}),
        json!({"cert_check": {"issuer": "CN=Corp"}}),
    ];
    match os {
        Os::Windows => {
            checks.extend(desktop);
            for (min, edition) in [
                ("0", "Windows All"),
                ("10.0.22631", "Windows All"),
                ("10", "Windows 11"),
                ("0", "Windows 10 All"),
                ("9.9", "Windows 11 Pro"),
            ] {
                checks.push(version(json!({"min_os_version": min, "edition": edition})));
            }
            checks.push(json!({"client_cert_check": {"issuer": "CN=Corp"}}));
            checks.push(json!({"reg_check": {"rootKey": "HKLM", "key": r"software\corp", "value": "V",
                "type": "REG_SZ", "data": "on"}}));
        }
        Os::Linux => {
            checks.extend(desktop);
            checks.push(version(json!({"min_os_version": "10"})));
            checks.push(version(json!({"min_os_version": "0", "distribution": "debian"})));
            checks.push(version(json!({"min_os_version": "10.0.20000", "distribution": "Arch"})));
        }
        _ => {
            checks.push(version(json!({"min_os_version": "10"})));
            for name in [
                "passcode_required_check",
                "device_not_compromised_check",
                "primary_storage_encrypted_check",
                "mdm_check",
            ] {
                checks.push(json!({ name: {} }));
            }
        }
    }
    checks
}

/// Conditions of up to two operators.
fn conditions(os: Os) -> impl Strategy<Value = Value> {
    let leaves = move || vec(select(checks(os)), 1..4);
    let operator = || select(&["$and", "$or"][..]);
    (operator(), leaves(), operator(), vec(leaves(), 0..2)).prop_map(
        |(outer, mut children, inner, nested)| {
            children.extend(nested.into_iter().map(|leaves| json!({ inner: leaves })));
            json!({ outer: children })
        },
    )
}

fn rule() -> impl Strategy<Value = (&'static str, Os, Value)> {
    (select(&LEVELS[..]), select(&SYSTEMS[..]))
        .prop_flat_map(|(level, os)| (Just(level), Just(os), conditions(os)))
}

/// What devices do and what is done to them.
fn act_of_devices() -> impl Strategy<Value = Act> {
    let how = select(&[Assignment::Add, Assignment::Remove, Assignment::Replace][..]);
    prop_oneof![
        2 => vec((any::<Index>(), report()), 1..20).prop_map(Act::CheckIns),
        2 => (how, 1..=TAGS, vec(any::<Index>(), 1..40)).prop_map(|(how, tag, of)| Act::Assign(how, tag, of)),
        1 => any::<Index>().prop_map(Act::Remove),
        1 => report().prop_map(|report| Act::Enrol(Box::new(report))),
    ]
}

fn act_of_rules() -> impl Strategy<Value = Act> {
    let conditions = select(&SYSTEMS[..]).prop_flat_map(conditions);
    let label = proptest::option::of(select(&LEVELS[..]));
    prop_oneof![
        2 => rule().prop_map(|(level, os, tree)| Act::NewRule(level, os, tree)),
        6 => (any::<Index>(), label, conditions).prop_map(|(one, label, tree)| Act::ChangeRule(one, label, tree)),
        1 => any::<Index>().prop_map(Act::DeleteRule),
        2 => (any::<Index>(), 1..6_u32).prop_map(|(one, to)| Act::Priority(one, to)),
        1 => select(&LEVELS[..]).prop_map(Act::NewLevel),
        1 => any::<Index>().prop_map(Act::DeleteLevel),
        1 => (1..=TAGS).prop_map(Act::DeleteTag),
    ]
}

/// A command whose kind makes no difference.
trait Asked {
    fn changes(&mut self, site: &Site) -> Option<Vec<domain::Change>>;
}

impl<C: Command<Site>> Asked for C {
    fn changes(&mut self, site: &Site) -> Option<Vec<domain::Change>> {
        self.decide(site, &context("ann", at(9))).ok().filter(|changes| !changes.is_empty())
    }
}

impl Act {
    fn command(&self, site: &Site) -> Option<Box<dyn Asked>> {
        let rules: Vec<_> = site.catalogue.rules.iter().map(|rule| rule.id).collect();
        let levels: Vec<_> = site.catalogue.classifications.iter().map(|(_, level)| level.id).collect();
        let rule = |one: &Index| (!rules.is_empty()).then(|| rules[one.index(rules.len())]);
        let level = |one: &Index| (!levels.is_empty()).then(|| levels[one.index(levels.len())]);
        Some(match self {
            Self::CheckIns(items) => {
                Box::new(check_ins(items.iter().map(|(one, report)| (one.index(DEVICES), report))))
            }
            Self::Assign(how, tag, of) => {
                let names = of.iter().map(|one| DeviceName::new(&uid(one.index(DEVICES)), None).unwrap());
                Box::new(Assign::new(*how, vec![TagId(*tag)], names.collect(), 5))
            }
            Self::Remove(one) => {
                let device = site.fleet.find(&uid(one.index(DEVICES)), "")?;
                Box::new(RemoveDevice { id: site.device_id(device.number()) })
            }
            Self::Enrol(report) => {
                let first = DEVICES + site.fleet.next_number().0 as usize;
                Box::new(check_ins((first..first + 980).map(|device| (device, &**report))))
            }
            Self::NewRule(label, os, tree) => {
                let name = RuleName::new(&format!("rule {}", site.catalogue.next_id())).unwrap();
                let label = ClassificationName::new(label).unwrap();
                let conditions = Conditions::new(&tree.to_string()).unwrap();
                Box::new(CreateRules::new(vec![NewRule { name, label, os: *os, conditions }]))
            }
            Self::ChangeRule(one, label, tree) => {
                let label = label.map(|label| ClassificationName::new(label).unwrap());
                let conditions = Some(Conditions::new(&tree.to_string()).unwrap());
                Box::new(ChangeRule { id: rule(one)?, name: None, label, os: None, conditions })
            }
            Self::DeleteRule(one) => Box::new(DeleteRule(rule(one)?)),
            Self::Priority(one, to) => {
                let (id, priority) = (level(one)?, Some(*to));
                Box::new(ChangeClassification { id, name: None, description: None, priority })
            }
            Self::NewLevel(name) => Box::new(levels_of(&[name])),
            Self::DeleteLevel(one) => Box::new(DeleteClassification(level(one)?)),
            Self::DeleteTag(tag) => Box::new(DeleteTag { id: TagId(*tag), force: true }),
        })
    }
}

fn uid(device: usize) -> String {
    format!("PC-{device}")
}

fn check_ins<'r>(items: impl Iterator<Item = (usize, &'r Report)>) -> CheckIns {
    let item = |(device, report): (usize, &Report)| CheckIn {
        uid: DeviceUid::new(&uid(device)).unwrap(),
        userkey: UserKey::new("").unwrap(),
        report: Box::new(report.clone()),
    };
    CheckIns::new(items.map(item).collect())
}

fn levels_of(names: &[&str]) -> CreateClassifications {
    let new =
        |name: &&str| NewClassification { name: ClassificationName::new(name).unwrap(), description: None };
    CreateClassifications::new(names.iter().map(new).collect())
}

fn take(site: &mut Site, command: &mut dyn Asked) {
    if let Some(changes) = command.changes(site) {
        site.apply(&context("ann", at(9)), changes, None);
    }
}

/// A site with rules, over devices of which every seventh is not there.
fn site(rules: &[(&'static str, Os, Value)], reports: &[Report]) -> Site {
    let mut site = Site::default();
    take(&mut site, &mut Found { salt: 77 });
    for tag in 1..=TAGS {
        let name = TagName::new(&format!("tag {tag}")).unwrap();
        let fields = TagFields { name, description: Description::empty(), colour: Colour::Gray };
        take(&mut site, &mut CreateTag::new(fields));
    }
    take(&mut site, &mut levels_of(&LEVELS));
    for (label, os, tree) in rules {
        if let Some(mut command) = Act::NewRule(label, *os, tree.clone()).command(&site) {
            take(&mut site, &mut *command);
        }
    }
    for first in (0..DEVICES).step_by(700) {
        let items = (first..first + 700).map(|device| (device, &reports[device * 31 % reports.len()]));
        take(&mut site, &mut check_ins(items));
    }
    for tag in 1..=TAGS {
        let names = (0..DEVICES).filter(|device| device % (tag as usize + 2) == 0).take(900);
        let names = names.map(|device| DeviceName::new(&uid(device), None).unwrap()).collect();
        take(&mut site, &mut Assign::new(Assignment::Add, vec![TagId(tag)], names, 5));
    }
    for device in (0..DEVICES).step_by(7).take(30) {
        let device = site.fleet.find(&uid(device), "").unwrap().number();
        let id = site.device_id(device);
        take(&mut site, &mut RemoveDevice { id });
    }
    site
}

/// Whether all ways of judging agree with what is stored.
fn assert_judged(site: &Site) -> Result<(), TestCaseError> {
    let program = &site.catalogue.rulebook().program;
    for device in site.fleet.iter() {
        prop_assert_eq!(device.outcome(), program.classify(&device), "device {}", device.number());
    }
    let never = AtomicBool::new(false);
    prop_assert_eq!(site.misjudged(&never), Some(0));
    let rules: Vec<_> = site
        .catalogue
        .rules
        .iter()
        .take(3)
        .map(|rule| (rule.fields.os, Arc::clone(&rule.compiled)))
        .collect();
    let mut matching = Matching::default();
    for device in site.fleet.iter() {
        let own = rules.iter().filter(|(os, _)| device.os() == Some(*os));
        match own.map(|(_, rule)| rule.evaluate(&device)).max() {
            Some(Truth::Pass) => matching.matched += 1,
            Some(Truth::Unknown) => matching.unknown += 1,
            _ => {}
        }
    }
    prop_assert_eq!(site.count_matching(&rules, &never), Some(matching));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn all_ways_of_judging_agree_and_what_was_foreseen_makes_no_difference(
        rules in vec(rule(), 1..14),
        reports in vec(report(), 40),
        steps in vec((act_of_rules(), vec(prop_oneof![4 => act_of_devices(), 1 => act_of_rules()], 0..4)), 1..8),
    ) {
        let mut site = site(&rules, &reports);
        assert_judged(&site)?;
        let never = AtomicBool::new(false);
        for (act, meanwhile) in steps {
            let Some(mut command) = act.command(&site) else { continue };
            let foreseen = command.changes(&site).and_then(|changes| site.foresee(&changes, &never));
            for act in meanwhile {
                if let Some(mut command) = act.command(&site) {
                    take(&mut site, &mut *command);
                }
            }
            let Some(changes) = command.changes(&site) else { continue };
            let mut with = site.clone();
            let context = context("ann", at(10));
            let record = site.apply(&context, changes.clone(), None);
            prop_assert_eq!(&with.apply(&context, changes, foreseen.as_ref()), &record, "{:?}", act);
            prop_assert!(with == site, "{:?}", act);
            assert_judged(&site)?;
        }
    }
}

/// The draft of an act that one can be made of.
fn draft(act: &Act, site: &Site) -> Option<Draft> {
    let rules: Vec<_> = site.catalogue.rules.iter().map(|rule| rule.id).collect();
    Some(match act {
        Act::NewRule(label, os, tree) => Draft::New(DraftRule {
            name: None,
            label: ClassificationName::new(label).unwrap(),
            os: *os,
            conditions: Conditions::new(&tree.to_string()).unwrap(),
        }),
        Act::ChangeRule(one, _, tree) if !rules.is_empty() => Draft::Edit(ChangeRule {
            id: rules[one.index(rules.len())],
            name: None,
            label: None,
            os: None,
            conditions: Some(Conditions::new(&tree.to_string()).unwrap()),
        }),
        Act::DeleteRule(one) if !rules.is_empty() => Draft::Delete(rules[one.index(rules.len())]),
        _ => return None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// What one preview keeps for the next makes no difference to it, whatever happened between them.
    #[test]
    fn previews_one_after_the_other_say_what_the_rules_then_say_of_each_device(
        rules in vec(rule(), 1..14),
        reports in vec(report(), 40),
        drafts in vec(act_of_rules(), 1..4),
        meanwhile in vec(vec(prop_oneof![4 => act_of_devices(), 1 => act_of_rules()], 0..3), 1..6),
    ) {
        let (mut site, never) = (site(&rules, &reports), AtomicBool::new(false));
        for acts in meanwhile {
            for draft in drafts.iter().chain(&drafts).filter_map(|act| draft(act, &site)) {
                // Conditions may be for another system than the rule, and names that there are no more.
                let Ok(what) = what_if(&site, vec![draft], Limits::default(), &context("ann", at(9)), &never) else { continue };
                let made = what.expect("nobody stops it").made();
                let program = &made.catalogue.rulebook().program;
                for device in made.fleet.iter() {
                    prop_assert_eq!(device.outcome(), program.classify(&device), "device {}", device.number());
                }
            }
            for act in acts {
                if let Some(mut command) = act.command(&site) {
                    take(&mut site, &mut *command);
                }
            }
            assert_judged(&site)?;
        }
    }
}

/// There are more different things said in a block than there are codes for; and names differ in case only.
#[test]
fn devices_that_each_speak_of_something_else_are_judged_as_one_by_one() {
    let report = |device: usize| {
        let process =
            |name: &str, running| (FactText::new(name).unwrap(), ProcessFact { running, signer: None });
        let mut said = BTreeMap::from([process(&format!("own-{device}.exe"), true)]);
        said.extend((!device.is_multiple_of(3)).then(|| process("x.exe", device.is_multiple_of(2))));
        said.extend(device.is_multiple_of(5).then(|| process("X.EXE", device.is_multiple_of(4))));
        let facts = Facts { processes: Some(said), ..Facts::default() };
        Report { os: Some([Os::Windows, Os::Linux][device % 2]), facts, ..Report::default() }
    };
    let reports: Vec<_> = (0..DEVICES).map(report).collect();
    let asked = |name: &str| json!({"$and": [{"process_check": {"process": name}}]});
    let rules = [
        ("A", Os::Windows, asked("OWN-8.exe")),
        ("B", Os::Windows, asked("X.exe")),
        ("C", Os::Linux, asked("own-9.exe")),
        ("D", Os::Linux, asked("X.EXE")),
    ];
    let mut site = site(&rules, &reports);
    assert_judged(&site).unwrap();
    let ids: Vec<_> = site.catalogue.rules.iter().map(|rule| rule.id).collect();
    let conditions = Some(Conditions::new(&asked("own-16.EXE").to_string()).unwrap());
    take(&mut site, &mut ChangeRule { id: ids[0], name: None, label: None, os: None, conditions });
    assert_judged(&site).unwrap();
}

#[test]
fn what_was_foreseen_of_other_rules_is_not_used() {
    let report = Report { os: Some(Os::Linux), ..Report::default() };
    let rule = |id: u32| json!({"$and": [{"device_tag_check": {"tag_id": id}}]});
    let mut site = site(&[("A", Os::Linux, rule(1)), ("B", Os::Linux, rule(2))], &[report]);
    let never = AtomicBool::new(false);
    let ids: Vec<_> = site.catalogue.rules.iter().map(|rule| rule.id).collect();
    let edit = |id: RuleId, tag: u32| ChangeRule {
        id,
        name: None,
        label: None,
        os: None,
        conditions: Some(Conditions::new(&rule(tag).to_string()).unwrap()),
    };
    let changes = edit(ids[0], 3).changes(&site).unwrap();
    let foreseen = site.foresee(&changes, &never).expect("devices move");
    take(&mut site, &mut edit(ids[1], 4));
    let changes = edit(ids[0], 3).changes(&site).unwrap();
    site.apply(&context("ann", at(10)), changes, Some(&foreseen));
    assert_eq!(site.misjudged(&never), Some(0));
    let outcomes: BTreeSet<_> =
        site.fleet.iter().filter_map(|device| device.outcome().classification).collect();
    assert_eq!(outcomes.len(), 2);
}

#[test]
fn what_is_stopped_says_nothing_and_changes_nothing() {
    let report = Report { os: Some(Os::Linux), ..Report::default() };
    let rule = |id: u32| json!({"$and": [{"device_tag_check": {"tag_id": id}}]});
    let site = site(&[("A", Os::Linux, rule(1))], &[report]);
    let stopped = AtomicBool::new(true);
    let mut command = Act::NewRule("B", Os::Linux, rule(2)).command(&site).unwrap();
    let changes = command.changes(&site).unwrap();
    assert!(site.foresee(&changes, &stopped).is_none());
    assert!(site.foresee(&changes, &AtomicBool::new(false)).is_some());
    assert_eq!((site.misjudged(&stopped), site.count_matching(&[], &stopped)), (None, None));
}
