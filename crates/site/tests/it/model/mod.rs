//! A site as one would first write it down: plain maps, everything worked out anew at every look. It shares no code
//! with the site but the nouns, and of the rules the reading of trees and the single check.

mod assign;
mod catalogue;
mod device;
mod judge;
mod rules;
mod segments;

use std::collections::BTreeMap;

use ::rules::{Probes, Tree};
use domain::{
    ClassificationFields, ClassificationId, Error, Os, Outcome, RuleFields, SegmentFields, Source, TagFields,
    Timestamp, Version,
};
use site::catalogue::Stamp;
use site::commands::UnknownDevice;
use site::{Context, Reason};

pub use self::device::Device;
use crate::picture::Picture;

/// The naive site.
#[derive(Debug, Default)]
pub struct Model {
    version: u64,
    time: Timestamp,
    last_id: u32,
    tags: BTreeMap<u32, (TagFields, Stamp)>,
    /// Strongest first.
    classifications: Vec<(u32, ClassificationFields, Stamp)>,
    rules: BTreeMap<u32, (RuleFields, Tree, Stamp)>,
    segments: BTreeMap<u32, (SegmentFields, Stamp)>,
    /// By number.
    devices: BTreeMap<u32, Device>,
    /// The highest number that any device ever had.
    last_device: u32,
}

/// Rules that something is asked about, by id.
pub type AskedRules = BTreeMap<u32, (Os, Tree)>;

/// What a client learns, in plain values.
#[derive(Debug, PartialEq)]
pub enum Answer {
    Done,
    Ids(Vec<u32>),
    Tag(TagFields),
    Judged(Vec<JudgedPicture>),
    Retagged { total: usize, changed: usize, failed: usize },
    Assigned { affected: usize, unknown_devices: Vec<UnknownDevice>, skipped_tags: Vec<u32> },
}

/// What a device that checked in learns.
#[derive(Debug, PartialEq)]
pub struct JudgedPicture {
    pub number: u32,
    pub status: &'static str,
    pub classification: Option<String>,
    pub undetermined: Vec<String>,
    pub tags: Vec<(u32, String)>,
    pub probes: Option<Probes>,
}

/// Why something was refused: the stable code, and for what is in use the devices and rules that use it.
#[derive(Debug, PartialEq)]
pub struct Refusal {
    code: &'static str,
    devices: u32,
    rules: Vec<String>,
}

impl Refusal {
    fn because(code: &'static str) -> Self {
        Self { code, devices: 0, rules: Vec::new() }
    }

    pub fn code(&self) -> &'static str {
        self.code
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let code = error.code();
        match error {
            Error::InUse { devices, rules, .. } => Self { code, devices, rules },
            _ => Self::because(code),
        }
    }
}

type Answered = Result<Answer, Refusal>;

impl Model {
    /// The ids of the tags there are.
    pub fn tag_ids(&self) -> Vec<u32> {
        self.tags.keys().copied().collect()
    }

    /// The ids of the classifications there are, strongest first.
    pub fn classification_ids(&self) -> Vec<u32> {
        self.classifications.iter().map(|(id, ..)| *id).collect()
    }

    /// The ids of the rules there are.
    pub fn rule_ids(&self) -> Vec<u32> {
        self.rules.keys().copied().collect()
    }

    /// The ids of the rules of a classification.
    pub fn rules_of(&self, classification: ClassificationId) -> Vec<u32> {
        let all = self.rules.iter();
        all.filter(|(_, (rule, ..))| rule.classification == classification).map(|(id, _)| *id).collect()
    }

    /// What a rule asks of the devices of which system.
    pub fn asked(&self, rule: u32) -> Option<(Os, Tree)> {
        self.rules.get(&rule).map(|(fields, tree, _)| (fields.os, tree.clone()))
    }

    /// The numbers of the devices there are.
    pub fn device_numbers(&self) -> Vec<u32> {
        self.devices.keys().copied().collect()
    }

    /// Notes that a record is made. Called once by each command that changes anything.
    fn record(&mut self, context: &Context) -> Stamp {
        self.version += 1;
        self.time = self.time.max(context.now);
        Stamp { by: context.actor.clone(), at: self.time }
    }

    /// The reason of what is put on devices with a record.
    fn reason(stamp: &Stamp, source: Source) -> Reason {
        let at = Timestamp::from_seconds(stamp.at.seconds());
        Reason { source, author: stamp.by.clone(), at, expires_at: None }
    }

    /// Does what is due: tags come off whose time has come, and facts older than an hour become unknown.
    pub fn do_due(&mut self, context: &Context) {
        let now = self.time.max(context.now);
        let ended = |reason: &Reason| reason.expires_at.is_some_and(|end| end <= now);
        if self.devices.values().any(|device| device.reasons.values().any(ended)) {
            self.record(context);
        }
        for device in self.devices.values_mut() {
            device.reasons.retain(|_, reason| !ended(reason));
            device.tags.retain(|tag| device.reasons.contains_key(tag));
        }
        let cutoff = (now.seconds() - 3600).max(0);
        if self.devices.values().any(|device| device.ages.values().any(|age| *age < cutoff)) {
            self.record(context);
        }
        self.devices.values_mut().for_each(|device| device.forget_before(cutoff));
    }

    fn new_id(&mut self) -> u32 {
        self.last_id += 1;
        self.last_id
    }

    pub fn found(&mut self, context: &Context) {
        self.record(context);
    }

    /// What must be seen of a site in this state.
    pub fn picture(&self) -> Picture {
        let devices: Vec<_> = self.devices.values().map(|device| device.picture(self)).collect();
        let mut outcomes = BTreeMap::new();
        for device in devices.iter().filter(|device| device.outcome != Outcome::default()) {
            *outcomes.entry(device.outcome.clone()).or_default() += 1;
        }
        let usage = |id| self.devices.values().filter(|device| device.tags.contains(&id)).count();
        let tags = self.tags.iter().map(|(id, (fields, stamp))| {
            (*id, fields.clone(), stamp.clone(), u32::try_from(usage(*id)).unwrap())
        });
        Picture {
            version: Version(self.version),
            time: self.time,
            next_id: self.last_id + 1,
            next_device: self.last_device + 1,
            tags: tags.collect(),
            classifications: self.classifications.clone(),
            rules: self
                .rules
                .iter()
                .map(|(id, (fields, _, stamp))| (*id, fields.clone(), stamp.clone()))
                .collect(),
            segments: self
                .segments
                .iter()
                .map(|(id, (fields, stamp))| (*id, fields.clone(), stamp.clone()))
                .collect(),
            probes: Os::ALL.map(|os| (os, self.probes(os))).into(),
            devices,
            outcomes,
        }
    }
}

/// Whether two names count as one.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
