//! What-if says what the real changes then do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use domain::{
    ClassificationId, ClassificationName, Conditions, DeviceNumber, Limits, Os, Outcome, RuleId, RuleName,
};
use proptest::collection::vec;
use proptest::prelude::*;
use roaring::RoaringBitmap;
use site::Site;
use site::commands::{ChangeRule, CreateRules, Found, NewRule};
use site::queries::lint::{self, Code, Finding};
use site::what_if::{Draft, DraftRule, Refused, what_if};

use crate::drive::take;
use crate::live::Live;
use crate::model::{AskedRules, Model};
use crate::steps::{Act, Step, life, rule_act};
use crate::{at, context};

/// Names for rules that a preview need not name.
const FREE: [&str; 4] = ["free 0", "free 1", "free 2", "free 3"];

/// A site after a life that began with classifications and tags, so that most drafts are ones that can be made.
fn lived(steps: Vec<Step>, more: Vec<Act>) -> (Live, Model) {
    let (mut live, mut model) = (Live::default(), Model::default());
    let context = context("ann", at(0));
    live.run(&context, Found { salt: 77 }).unwrap();
    model.found(&context);
    let classifications = ["one", "two", "three", "four"].map(|name| (name, None)).to_vec();
    let tags = ["one", "two"].map(|name| Act::CreateTag { name, description: "" });
    let first = tags.into_iter().chain([Act::CreateClassifications(classifications)]);
    for act in first.chain(steps.into_iter().map(|step| step.act)).chain(more) {
        // What is refused does nothing.
        drop(take(act, &context, &mut live, &mut model));
    }
    (live, model)
}

/// Has every new rule named, as the real change wants it.
fn named(act: Act, place: usize) -> Act {
    match act {
        Act::CreateRules(rules) => {
            let rules = rules.into_iter();
            Act::CreateRules(rules.map(|(_, label, os, wish)| (FREE[place], label, os, wish)).collect())
        }
        other => other,
    }
}

/// The draft of that change.
fn draft(act: &Act, is_named: bool, site: &Site, model: &Model) -> Draft {
    let (tags, rules) = (model.tag_ids(), model.rule_ids());
    match act {
        Act::CreateRules(items) => {
            let (name, label, os, wish) = &items[0];
            let name = is_named.then(|| RuleName::new(name).unwrap());
            let label = ClassificationName::new(label).unwrap();
            Draft::New(DraftRule { name, label, os: *os, conditions: wish.conditions(*os, &tags) })
        }
        Act::ChangeRule { id, name, label, os, conditions } => {
            let id = RuleId(id.of(&rules));
            let own = site.catalogue.rules.get(id).map_or(Os::Linux, |rule| rule.fields.os);
            Draft::Edit(ChangeRule {
                id,
                name: name.map(|name| RuleName::new(name).unwrap()),
                label: label.map(|label| ClassificationName::new(label).unwrap()),
                os: *os,
                conditions: conditions.as_ref().map(|wish| wish.conditions(own, &tags)),
            })
        }
        Act::DeleteRule(id) => Draft::Delete(RuleId(id.of(&rules))),
        Act::ChangeClassification { id, priority, .. } => Draft::Priority {
            id: ClassificationId(id.of(&model.classification_ids())),
            to: priority.expect("a draft of a classification is about its priority"),
        },
        other => unreachable!("{other:?} has no draft"),
    }
}

/// The rules that a draft is about, as the model has them.
fn asked(draft: &Draft, model: &Model, asked: &mut AskedRules) {
    let ids = match draft {
        Draft::New(_) => model.rule_ids().into_iter().max().into_iter().collect(),
        Draft::Edit(change) => vec![change.id.0],
        Draft::Delete(id) => vec![id.0],
        Draft::Priority { id, .. } => model.rules_of(*id),
    };
    asked.extend(ids.into_iter().filter_map(|id| Some((id, model.asked(id)?))));
}

/// Who moved from what to what.
fn moves(before: &Site, after: &Site) -> BTreeMap<(Outcome, Outcome), RoaringBitmap> {
    let mut moves: BTreeMap<_, RoaringBitmap> = BTreeMap::new();
    for device in after.fleet.iter() {
        let (number, to) = (device.number(), device.outcome());
        let from = before.fleet.get(number).unwrap().outcome();
        if from != to {
            moves.entry((from, to)).or_default().insert(number.0);
        }
    }
    moves
}

/// What a finding is about, and its witness.
type Told = ((Code, Option<RuleId>, ClassificationId, Option<Os>, Vec<RuleId>), Option<DeviceNumber>);

/// All of a finding but the text, in which a rule without a name has another one.
fn told_of(finding: &Finding) -> Told {
    let Finding { code, rule, classification, os, others, witness, .. } = finding.clone();
    ((code, rule, classification, os, others), witness)
}

/// What lint finds after changes of those rules and did not before, or of the rules themselves. Sites that were made
/// by replay alone, which have never been asked before, find the same.
fn findings_of_changes(before: &Live, after: &Live, rules: &BTreeSet<RuleId>) -> Vec<Told> {
    let findings = |site: &Site| lint::of(site, &AtomicBool::new(false)).unwrap();
    let log = before.log.iter().chain(&after.log).cloned().collect();
    let replayed = Live { site: Site::default(), log };
    let known: Vec<_> = findings(&before.site).iter().map(|finding| told_of(finding).0).collect();
    let mut found = findings(&after.site);
    if let Some((fresh, _)) = replayed.replayed().last() {
        assert_eq!(findings(&fresh), found);
    }
    let is_drafted = |finding: &Finding| finding.rule.is_some_and(|rule| rules.contains(&rule));
    found.retain(|finding| is_drafted(finding) || !known.contains(&told_of(finding).0));
    found.iter().map(told_of).collect()
}

fn new_rule(name: Option<&str>, process: &str) -> DraftRule {
    let conditions = format!(r#"{{"$and":[{{"process_check":{{"process":"{process}"}}}}]}}"#);
    DraftRule {
        name: name.map(|name| RuleName::new(name).unwrap()),
        label: ClassificationName::new("one").unwrap(),
        os: Os::Linux,
        conditions: Conditions::new(&conditions).unwrap(),
    }
}

#[test]
fn a_rule_without_a_name_is_in_nobodys_way() {
    let (mut live, _) = lived(Vec::new(), Vec::new());
    let context = context("ann", at(1));
    let DraftRule { label, os, conditions, .. } = new_rule(None, "a");
    let taken = NewRule { name: RuleName::new("Draft 1").unwrap(), label, os, conditions };
    live.run(&context, CreateRules::new(vec![taken])).unwrap();
    let drafts = [(None, "b"), (Some("DRAFT 2"), "c"), (None, "d")];
    let drafts = drafts.map(|(name, process)| Draft::New(new_rule(name, process))).into();
    let what =
        what_if(&live.site, drafts, Limits::default(), &context, &AtomicBool::new(false)).unwrap().unwrap();
    let names: Vec<_> =
        what.drafted.catalogue.rules.iter().map(|rule| rule.fields.name.to_string()).collect();
    assert_eq!(names, ["Draft 1", "draft 3", "DRAFT 2", "draft 4"]);
    assert_eq!(live.site.catalogue.rules.len(), 1, "nothing is saved");
}

#[test]
fn drafts_in_each_others_way_are_named() {
    let (live, _) = lived(Vec::new(), Vec::new());
    let refused = |drafts: [DraftRule; 3]| {
        let drafts = drafts.into_iter().map(Draft::New).collect();
        what_if(&live.site, drafts, Limits::default(), &context("ann", at(1)), &AtomicBool::new(false))
            .unwrap_err()
    };
    let other = || new_rule(Some("other"), "other");
    let name = refused([other(), new_rule(Some("x"), "a"), new_rule(Some("X"), "b")]);
    assert_eq!((name.draft, name.error.to_string()), (2, r#"drafts 1 and 2 have one name, "x""#.to_owned()));
    let criteria = refused([other(), new_rule(None, "a"), new_rule(None, "a")]);
    let text = "drafts 1 and 2 have the same criteria for linux".to_owned();
    assert_eq!((criteria.draft, criteria.error.to_string()), (2, text));
}

#[test]
fn a_preview_that_is_stopped_says_nothing() {
    let (live, _) = lived(Vec::new(), Vec::new());
    let drafts = vec![Draft::New(new_rule(None, "a"))];
    let stopped =
        what_if(&live.site, drafts, Limits::default(), &context("ann", at(1)), &AtomicBool::new(true));
    assert!(stopped.unwrap().is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_preview_says_what_the_changes_then_do(
        steps in life(30),
        rules in vec(rule_act(), 12),
        acts in vec((rule_act(), any::<bool>()), 1..FREE.len()),
    ) {
        let (before, mut model) = lived(steps, rules);
        let context = context("joe", at(9));
        let mut real = Live { site: before.site.clone(), log: Vec::new() };
        let (mut drafts, mut rules, mut refusal) = (Vec::new(), AskedRules::new(), None);
        for (place, (act, is_named)) in acts.into_iter().enumerate() {
            let act = if is_named { act } else { named(act, place) };
            let draft = draft(&act, is_named, &real.site, &model);
            if matches!(draft, Draft::Delete(_)) {
                asked(&draft, &model, &mut rules);
            }
            let (answer, expected) = take(act, &context, &mut real, &mut model);
            prop_assert_eq!(&answer, &expected);
            if !matches!(draft, Draft::Delete(_)) {
                asked(&draft, &model, &mut rules);
            }
            drafts.push(draft);
            if let Err(why) = answer {
                refusal = Some((place, why.code()));
                break;
            }
        }
        match what_if(&before.site, drafts, Limits::default(), &context, &AtomicBool::new(false)) {
            Ok(what) => {
                let what = what.unwrap();
                prop_assert_eq!(refusal, None);
                let told: BTreeMap<_, _> =
                    what.effects.moves.iter().map(|moved| ((moved.from.clone(), moved.to.clone()), moved.devices.clone())).collect();
                prop_assert_eq!(told.len(), what.effects.moves.len());
                prop_assert_eq!(&told, &moves(&before.site, &real.site));
                prop_assert_eq!(&told, &moves(&before.site, &what.made()));
                prop_assert!(what.rules.iter().map(|id| id.0).eq(rules.keys().copied()));
                prop_assert_eq!((what.matching.matched, what.matching.unknown), model.matching(&rules));
                let counts: Vec<_> = what.largest_first().iter().map(|moved| moved.devices.len()).collect();
                prop_assert!(counts.is_sorted_by(|a, b| a >= b));
                let anew = findings_of_changes(&before, &real, &what.rules);
                let drafted = lint::of_drafts(&before.site, &what, &AtomicBool::new(false)).unwrap();
                prop_assert_eq!(drafted.iter().map(told_of).collect::<Vec<_>>(), anew);
            }
            Err(Refused { draft, error }) => {
                // Two drafts in each other's way are told apart from a draft and what there is.
                let code = refusal.map(|(_, code)| code);
                let of_drafts = error.code() == "repeated" && matches!(code, Some("name_taken" | "same_criteria"));
                prop_assert!(code == Some(error.code()) || of_drafts, "{:?} and {}", refusal, error);
                prop_assert_eq!(refusal.map(|(place, _)| place), Some(draft));
            }
        }
    }
}
