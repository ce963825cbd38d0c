//! What each rule says of a device, and why.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::{Os, TagId};
use rules::Truth;
use rules::explain::{Proof, Prover};

use super::{ClassificationProof, Contender};
use crate::catalogue::Rule;
use crate::{DeviceRef, Site};

/// The proofs of one explanation weigh so much as JSON, about; of the checks and rules that follow only the verdicts are
/// told.
pub const TREES_MAX_BYTES: usize = 8 << 20;

/// What one rule says of a device.
#[derive(Debug)]
pub struct RuleProof<'a> {
    /// Which.
    pub rule: &'a Rule,
    /// What it says.
    pub verdict: Truth,
    /// Why.
    pub proof: Result<Proof, Unshown<'a>>,
}

/// Why there is no proof of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unshown<'a> {
    /// Its conditions cannot be read, for this reason: it is unknown of every device.
    Unreadable(&'a str),
    /// The proofs of stronger rules have taken all room ([`TREES_MAX_BYTES`]).
    NoRoom,
}

/// Of the contenders in their order. `None`: `stop` became true.
pub(super) fn of<'a>(
    site: &'a Site,
    os: Os,
    device: &DeviceRef<'a>,
    contenders: &[Contender<'a>],
    stop: &AtomicBool,
) -> Option<Vec<ClassificationProof<'a>>> {
    let tag_name = |tag: TagId| site.catalogue.tags.get(tag).map(|tag| tag.fields.name.as_str());
    let mut prover = Prover::new(os, device, &tag_name, TREES_MAX_BYTES);
    let mut proofs = Vec::with_capacity(contenders.len());
    for contender in contenders {
        let mut rules = Vec::with_capacity(contender.rules.len());
        for rule in contender.rules.iter().copied() {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            rules.push(prove(rule, &mut prover));
        }
        let verdict = rules.iter().map(|rule| rule.verdict).max().unwrap_or(Truth::Fail);
        let Contender { priority, classification, .. } = *contender;
        proofs.push(ClassificationProof { classification, priority, verdict, rules });
    }
    Some(proofs)
}

fn prove<'p, 'a: 'p>(rule: &'a Rule, prover: &mut Prover<'p, DeviceRef<'a>>) -> RuleProof<'a> {
    let tree = match &rule.tree {
        Ok(tree) => tree,
        Err(violations) => {
            let why = violations.first().map_or("", |violation| violation.message.as_str());
            return RuleProof { rule, verdict: Truth::Unknown, proof: Err(Unshown::Unreadable(why)) };
        }
    };
    if !prover.has_room() {
        return RuleProof { rule, verdict: prover.verdict(tree), proof: Err(Unshown::NoRoom) };
    }
    let proof = prover.prove(tree, &rule.fields.conditions);
    RuleProof { rule, verdict: proof.verdict(), proof: Ok(proof) }
}
