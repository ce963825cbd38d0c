//! The life of a site, step by step, at random or not.

use std::sync::Arc;

use domain::{
    ClassificationName, Conditions, DeviceName, DeviceNumber, DeviceUid, FactText, Facts, Label, Os, Report,
    RuleId, RuleName, TagId, Timestamp, UserKey,
};
use proptest::collection::vec;
use proptest::prelude::*;
use site::commands::{
    Assign, Assignment, ChangeRule, CheckIn, CheckIns, CreateClassifications, CreateRules, DeleteRule,
    DeleteTag, MergeTags, NewClassification, NewRule, RemoveDevice,
};
use site::{Site, State};

use crate::commands::tag;
use crate::rig::{Rig, START_SECONDS};

/// What happens, so many seconds after the step before.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub seconds: u8,
    pub act: Act,
}

#[derive(Clone, Copy, Debug)]
pub enum Act {
    CheckIn { device: u16, version: u8, domain: bool },
    MakeTag(u8),
    RemoveTag(u8),
    PutTag { device: u16, tag: u8 },
    MakeRule(u8),
    EditRule { rule: u8, version: u8 },
    DropRule(u8),
    RemoveDevice(u16),
    MergeTags { from: u8, into: u8 },
}

/// Up to so many steps. Several may fall into one moment.
pub fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let act = prop_oneof![
        6 => (0..40_u16, 0..5_u8, any::<bool>())
            .prop_map(|(device, version, domain)| Act::CheckIn { device, version, domain }),
        2 => (0..6_u8).prop_map(Act::MakeTag),
        1 => (0..6_u8).prop_map(Act::RemoveTag),
        4 => (0..40_u16, 0..6_u8).prop_map(|(device, tag)| Act::PutTag { device, tag }),
        1 => (0..4_u8).prop_map(Act::MakeRule),
        1 => (0..4_u8, 0..5_u8).prop_map(|(rule, version)| Act::EditRule { rule, version }),
        1 => (0..4_u8).prop_map(Act::DropRule),
        1 => (0..40_u16).prop_map(Act::RemoveDevice),
        1 => (0..6_u8, 0..6_u8).prop_map(|(from, into)| Act::MergeTags { from, into }),
    ];
    vec((0..4_u8, act).prop_map(|(seconds, act)| Step { seconds, act }), 1..most)
}

/// A life of so many steps that is always the same, a second each.
pub fn usual(count: u16) -> impl Iterator<Item = Step> {
    (0..count).map(|number| {
        let (device, version) = (number % 23, (number / 3 % 5) as u8);
        let act = match number % 7 {
            1 => Act::MakeTag((number % 6) as u8),
            3 => Act::PutTag { device, tag: (number % 6) as u8 },
            5 => Act::MakeRule((number % 4) as u8),
            _ => Act::CheckIn { device, version, domain: number % 2 == 0 },
        };
        Step { seconds: 1, act }
    })
}

/// The state after each moment at which something happened, the first first.
#[derive(Debug, Default)]
pub struct Moments(Vec<(Timestamp, Arc<Site>)>);

impl Moments {
    /// Takes note of what there is now.
    pub fn add(&mut self, site: Arc<Site>) {
        if self.0.last().is_some_and(|(time, _)| *time == site.time()) {
            self.0.pop();
        }
        self.0.push((site.time(), site));
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Timestamp, &Arc<Site>)> {
        self.0.iter().map(|(time, site)| (*time, site))
    }
}

/// Takes steps, and notes the state after each. What is refused is as good as what is done.
pub async fn live(rig: &Rig, steps: impl IntoIterator<Item = Step>, moments: &mut Moments) {
    for step in steps {
        rig.clock.forward(step.seconds.into());
        take(rig, step.act).await;
        moments.add(rig.site());
    }
}

/// A life of so many usual steps.
pub async fn lived(rig: &Rig, count: u16) -> Moments {
    let mut moments = Moments::default();
    moments.add(rig.site());
    live(rig, usual(count), &mut moments).await;
    moments
}

async fn take(rig: &Rig, act: Act) {
    let named = |number: u8| {
        let site = rig.site();
        site.catalogue.tags.named(&format!("tag {number}")).map_or(TagId(0), |tag| tag.id)
    };
    match act {
        Act::CheckIn { device, version, domain } => {
            drop(rig.run(CheckIns::new(vec![check_in(device, version, domain)])).await);
        }
        Act::MakeTag(number) => drop(rig.run(tag(&format!("tag {number}"))).await),
        Act::RemoveTag(number) => drop(rig.run(DeleteTag { id: named(number), force: true }).await),
        Act::PutTag { device, tag } => {
            let devices = vec![DeviceName::new(&uid(device), None).unwrap()];
            drop(rig.run(Assign::new(Assignment::Add, vec![named(tag)], devices, 5)).await);
        }
        Act::MakeRule(number) => {
            let name = ClassificationName::new(&format!("level {number}")).unwrap();
            let new = NewClassification { name: name.clone(), description: None };
            drop(rig.run(CreateClassifications::new(vec![new])).await);
            drop(rig.run(CreateRules::new(vec![rule(number, name)])).await);
        }
        Act::EditRule { rule, version } => {
            let edition = r#""edition":"Windows All""#;
            let text =
                format!(r#"{{"min_os_version_check":{{"min_os_version":"10.0.{version}",{edition}}}}}"#);
            let conditions = Some(Conditions::new(&text).unwrap());
            let id = rule_of(rig, rule);
            drop(rig.run(ChangeRule { id, name: None, label: None, os: None, conditions }).await);
        }
        Act::DropRule(rule) => drop(rig.run(DeleteRule(rule_of(rig, rule))).await),
        Act::RemoveDevice(device) => {
            let site = rig.site();
            let known = site.fleet.find(&uid(device), "joe").map(|device| device.number());
            let id = site.device_id(known.unwrap_or(DeviceNumber(1 << 30)));
            drop(rig.run(RemoveDevice { id }).await);
        }
        Act::MergeTags { from, into } => {
            drop(rig.run(MergeTags { from: named(from), into: named(into) }).await);
        }
    }
}

/// The id of the rule of that number, if there is one.
fn rule_of(rig: &Rig, number: u8) -> RuleId {
    let (site, name) = (rig.site(), format!("rule {number}"));
    let rule = site.catalogue.rules.iter().find(|rule| rule.fields.name.as_str() == name);
    rule.map_or(RuleId(0), |rule| rule.id)
}

fn rule(number: u8, label: ClassificationName) -> NewRule {
    let text = match number % 2 {
        0 => r#"{"domain_check":{"domains":["corp.local"]}}"#.to_owned(),
        _ => format!(
            r#"{{"min_os_version_check":{{"min_os_version":"10.0.{number}","edition":"Windows All"}}}}"#
        ),
    };
    let conditions = Conditions::new(&text).unwrap();
    NewRule { name: RuleName::new(&format!("rule {number}")).unwrap(), label, os: Os::Windows, conditions }
}

fn uid(device: u16) -> String {
    format!("pc-{device}")
}

/// The check-in of a device, as its version and domain say it.
pub fn check_in(device: u16, version: u8, domain: bool) -> CheckIn {
    let facts = Facts {
        domain: FactText::new(if domain { "corp.local" } else { "lab.local" }).ok(),
        ..Facts::default()
    };
    let report = Report {
        hostname: Label::new(&format!("host {device}")).ok(),
        os: Some(Os::Windows),
        os_version: domain::OsVersion::new(&format!("10.0.{version}")).ok(),
        facts,
        ..Report::default()
    };
    CheckIn {
        uid: DeviceUid::new(&uid(device)).unwrap(),
        userkey: UserKey::new("joe").unwrap(),
        report: Box::new(report),
    }
}

/// So many seconds after the first start.
pub fn after(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(START_SECONDS + seconds)
}
