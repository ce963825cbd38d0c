//! The proof of a tree: what each of its checks says of a device, and why.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Conditions, Os, TagId};
use serde_json::Value;

use super::finding::Finding;
use crate::check::Check;
use crate::device::Device;
use crate::tree::{Node, Tree};
use crate::truth::Truth;

/// A part of a tree with what it says of a device.
#[derive(Clone, Debug, PartialEq)]
pub enum Proof {
    /// `$and` or `$or`.
    Operator {
        /// Which.
        operator: Operator,
        /// What follows from its children (netskope-v2 §7).
        verdict: Truth,
        /// As the author put them; never empty.
        children: Vec<Proof>,
    },
    /// A check.
    Check {
        /// As `av_check`.
        name: String,
        /// As the author wrote them.
        parameters: Value,
        /// What it looked at and says.
        finding: Arc<Finding>,
    },
}

/// How the verdicts of children are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `$and`: the least of them.
    And,
    /// `$or`: the greatest of them.
    Or,
}

/// Proves trees of one system on one device. Each check is asked once, however many trees have it.
pub struct Prover<'a, D> {
    os: Os,
    device: &'a D,
    tag_name: &'a dyn Fn(TagId) -> Option<&'a str>,
    /// Bytes of JSON that all proofs may still take, about.
    room: usize,
    found: HashMap<&'a Check, Arc<Finding>>,
    truths: HashMap<&'a Check, Truth>,
}

impl<'a, D: Device> Prover<'a, D> {
    /// For a device of `os`. Reasons call a tag by what `tag_name` says. All proofs together take about `room` bytes of
    /// JSON; when it is used up, checks are told without what they looked at.
    pub fn new(os: Os, device: &'a D, tag_name: &'a dyn Fn(TagId) -> Option<&'a str>, room: usize) -> Self {
        Self { os, device, tag_name, room, found: HashMap::new(), truths: HashMap::new() }
    }

    /// Whether a proof could show anything more.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.room > 0
    }

    /// The proof of `tree`, which was checked from `conditions` and so has their shape.
    pub fn prove(&mut self, tree: &'a Tree, conditions: &Conditions) -> Proof {
        self.room = self.room.saturating_sub(conditions.as_str().len());
        self.node(tree.root(), conditions.value())
    }

    /// What `tree` says, without the proof.
    pub fn verdict(&mut self, tree: &'a Tree) -> Truth {
        self.truth(tree.root())
    }

    fn truth(&mut self, node: &'a Node) -> Truth {
        match node {
            Node::And(children) => Truth::all(children.iter().map(|child| self.truth(child))),
            Node::Or(children) => Truth::any(children.iter().map(|child| self.truth(child))),
            Node::Check(check) => self.asked(check),
        }
    }

    fn asked(&mut self, check: &'a Check) -> Truth {
        match self.found.get(check) {
            Some(found) => found.verdict,
            None => *self.truths.entry(check).or_insert_with(|| check.evaluate(self.os, self.device)),
        }
    }

    fn finding(&mut self, check: &'a Check) -> Arc<Finding> {
        if self.room > 0 {
            let (os, device, tag_name) = (self.os, self.device, self.tag_name);
            let found = self.found.entry(check);
            let found = found.or_insert_with(|| Arc::new(Finding::of(check, os, device, tag_name)));
            let fits = found.weight <= self.room;
            self.room = self.room.saturating_sub(found.weight);
            if fits {
                return Arc::clone(found);
            }
        }
        Arc::new(Finding::cut(check, self.asked(check)))
    }

    fn node(&mut self, node: &'a Node, written: Value) -> Proof {
        match node {
            Node::And(children) => self.operator(Operator::And, children, written),
            Node::Or(children) => self.operator(Operator::Or, children, written),
            Node::Check(check) => {
                let (name, parameters) = only_member(written);
                let finding = self.finding(check);
                Proof::Check { name, parameters, finding }
            }
        }
    }

    fn operator(&mut self, operator: Operator, children: &'a [Node], mut written: Value) -> Proof {
        let written = match written[operator.name()].take() {
            Value::Array(written) => written,
            _ => Vec::new(),
        };
        let written = written.into_iter().chain(std::iter::repeat(Value::Null));
        let children: Vec<_> =
            children.iter().zip(written).map(|(child, written)| self.node(child, written)).collect();
        let verdicts = children.iter().map(Proof::verdict);
        let verdict = match operator {
            Operator::And => Truth::all(verdicts),
            Operator::Or => Truth::any(verdicts),
        };
        Proof::Operator { operator, verdict, children }
    }
}

impl Proof {
    /// What the part says of the device.
    #[must_use]
    pub fn verdict(&self) -> Truth {
        match self {
            Self::Operator { verdict, .. } => *verdict,
            Self::Check { finding, .. } => finding.verdict,
        }
    }
}

impl Operator {
    /// As trees write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::And => "$and",
            Self::Or => "$or",
        }
    }
}

/// The name and the parameters of a check as it was written.
fn only_member(written: Value) -> (String, Value) {
    match written {
        Value::Object(members) => members.into_iter().next().unwrap_or_default(),
        _ => (String::new(), Value::Null),
    }
}
