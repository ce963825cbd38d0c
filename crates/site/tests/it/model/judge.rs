//! What the rules make of a device, by walking every tree as it was given; and what check-ins do and learn.

use domain::{AgentTag, ClassificationId, DeviceUid, Os, Outcome, Report, Status, UserKey};
use rules::{Device as _, Node, Probes, Truth};
use site::Context;

use super::{Answer, Answered, AskedRules, Device, JudgedPicture, Model, Refusal, same};

impl Model {
    pub fn outcome(&self, device: &Device) -> Outcome {
        let Some(os) = device.os() else { return Outcome::default() };
        if !self.rules.values().any(|(fields, ..)| fields.os == os) {
            return Outcome { status: Status::NotConfigured, ..Outcome::default() };
        }
        let mut undetermined = Vec::new();
        for (id, ..) in &self.classifications {
            let id = ClassificationId(*id);
            let own = self.rules.values().filter(|(rule, ..)| rule.os == os && rule.classification == id);
            match own.map(|(_, tree, _)| walk(tree.root(), os, device)).max() {
                Some(Truth::Pass) => {
                    let classification = Some(id);
                    return Outcome {
                        status: Status::Managed,
                        classification,
                        undetermined: undetermined.into(),
                    };
                }
                Some(Truth::Unknown) => undetermined.push(id),
                Some(Truth::Fail) | None => {}
            }
        }
        Outcome { status: Status::Unmanaged, classification: None, undetermined: undetermined.into() }
    }

    /// For how many devices one of the rules passes, and for how many none does and one is unknown.
    pub fn matching(&self, rules: &AskedRules) -> (u64, u64) {
        let truth = |device: &Device| {
            let own = rules.values().filter(|(os, _)| device.os() == Some(*os));
            own.map(|(os, tree)| walk(tree.root(), *os, device)).max()
        };
        let count =
            |wanted| self.devices.values().filter(|device| truth(device) == Some(wanted)).count() as u64;
        (count(Truth::Pass), count(Truth::Unknown))
    }

    pub fn probes(&self, os: Os) -> Probes {
        let mut probes = Probes::default();
        for (_, tree, _) in self.rules.values().filter(|(fields, ..)| fields.os == os) {
            probes.merge(tree.probes());
        }
        probes
    }

    pub fn check_ins(
        &mut self,
        context: &Context,
        items: &[(DeviceUid, UserKey, Report)],
        agent_tag: Option<AgentTag>,
    ) -> Answered {
        let (stamp, before) = (self.record(context), self.devices.clone());
        let mut numbers = Vec::new();
        for (uid, userkey, report) in items {
            let next = self.last_device + 1;
            let known = self
                .devices
                .values()
                .find(|device| same(&device.uid, uid.as_str()) && device.userkey == userkey.as_str());
            let number = known.map_or(next, |device| device.number);
            let new = || Device::new(number, uid.as_str(), userkey.as_str(), stamp.at);
            self.devices.entry(number).or_insert_with(new).hear(report, stamp.at);
            self.last_device = self.last_device.max(number);
            numbers.push(number);
        }
        let heard: Vec<_> = numbers.iter().copied().zip(items.iter().map(|(.., report)| report)).collect();
        self.auto_tag(&before, &heard, agent_tag, &stamp);
        Ok(Answer::Judged(numbers.iter().map(|number| self.judged(&self.devices[number])).collect()))
    }

    pub fn remove_device(&mut self, context: &Context, number: u32) -> Answered {
        if self.devices.remove(&number).is_none() {
            return Err(Refusal::because("not_found"));
        }
        self.record(context);
        Ok(Answer::Done)
    }

    fn judged(&self, device: &Device) -> JudgedPicture {
        let outcome = self.outcome(device);
        let name = |id: &ClassificationId| {
            let mut all = self.classifications.iter();
            all.find(|(other, ..)| *other == id.0).map(|(_, fields, _)| fields.name.to_string()).unwrap()
        };
        JudgedPicture {
            number: device.number,
            status: outcome.status.name(),
            classification: outcome.classification.as_ref().map(name),
            undetermined: outcome.undetermined.iter().map(name).collect(),
            tags: device.tags.iter().map(|id| (*id, self.tags[id].0.name.to_string())).collect(),
            probes: device.os().map(|os| self.probes(os)),
        }
    }
}

fn walk(node: &Node, os: Os, device: &Device) -> Truth {
    match node {
        Node::And(children) => children.iter().map(|child| walk(child, os, device)).min().unwrap(),
        Node::Or(children) => children.iter().map(|child| walk(child, os, device)).max().unwrap(),
        Node::Check(check) => check.evaluate(os, device),
    }
}
