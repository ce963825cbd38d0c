//! The proof of a device as this dialect shows it.

use domain::{ClassificationId, FactGroup, Timestamp};
use rules::explain::{Finding, Proof};
use rules::{Device as _, Truth};
use site::queries::explain::{self, ClassificationProof, RuleProof, Unshown};
use site::{DeviceRef, Site};
use wire::explain::{
    ExplainedCheck, ExplainedClassification, ExplainedNode, ExplainedOperator, ExplainedRule, Explanation,
    Flip, FlipKind, FlippedOutcome, Verdict,
};

use crate::dialects::alloyscan::device_shown;

/// Why a fact is unknown that the device has reported.
const STALE: &str = "went stale: the device has not reported this group of facts for longer than factMaxAge";

/// Ages are counted to `at`.
pub(super) fn whole<'a>(
    site: &'a Site,
    device: &'a DeviceRef<'a>,
    explanation: &'a explain::Explanation<'a>,
    at: Timestamp,
) -> Explanation<'a> {
    let outcome = device.outcome();
    let name = |id| site.catalogue.classifications.name(id);
    let shown = Shown { device, at };
    Explanation {
        device: device_shown::names(site, device),
        at: at.to_string(),
        status: outcome.status.name(),
        classification: outcome.classification.map(name),
        undetermined: outcome.undetermined.iter().copied().map(name).collect(),
        classifications: explanation.classifications.iter().map(|one| shown.classification(one)).collect(),
        flips: explanation.flips.iter().filter_map(|flip| shown.flip(flip, name)).collect(),
        flips_complete: explanation.flips_complete,
    }
}

/// The device, and the moment that ages are counted to.
#[derive(Clone, Copy)]
struct Shown<'a> {
    device: &'a DeviceRef<'a>,
    at: Timestamp,
}

impl<'a> Shown<'a> {
    fn classification(self, proof: &'a ClassificationProof<'a>) -> ExplainedClassification<'a> {
        ExplainedClassification {
            id: proof.classification.id.0,
            name: proof.classification.fields.name.as_str(),
            priority: proof.priority,
            verdict: verdict(proof.verdict),
            rules: proof.rules.iter().map(|rule| self.rule(rule)).collect(),
        }
    }

    fn rule(self, proof: &'a RuleProof<'a>) -> ExplainedRule<'a> {
        let (tree, reason) = match &proof.proof {
            Ok(tree) => (Some(self.node(tree)), None),
            Err(unshown) => (None, Some(because(*unshown))),
        };
        ExplainedRule {
            id: proof.rule.id.0,
            name: proof.rule.fields.name.as_str(),
            verdict: verdict(proof.verdict),
            tree,
            reason,
        }
    }

    fn node(self, proof: &'a Proof) -> ExplainedNode<'a> {
        match proof {
            Proof::Operator { operator, verdict: says, children } => {
                ExplainedNode::Operator(ExplainedOperator {
                    op: operator.name(),
                    verdict: verdict(*says),
                    children: children.iter().map(|child| self.node(child)).collect(),
                })
            }
            Proof::Check { name, parameters, finding } => {
                let Finding { verdict: says, group, fact, reason, .. } = &**finding;
                let (fact_age, reported_at) = self.age(*group).unzip();
                ExplainedNode::Check(ExplainedCheck {
                    check: name,
                    parameters,
                    verdict: verdict(*says),
                    fact,
                    fact_age,
                    reported_at,
                    reason: self.staleness(*group, *says).or(reason.as_deref()),
                })
            }
        }
    }

    /// That a check is undecided because what it asks about was known once and is no more.
    fn staleness(self, group: Option<FactGroup>, says: Truth) -> Option<&'static str> {
        let stale = says == Truth::Unknown && self.device.has_gone_stale(group?);
        stale.then_some(STALE)
    }

    /// How many seconds ago the device last spoke of a group, and when.
    fn age(self, group: Option<FactGroup>) -> Option<(i64, String)> {
        let reported = self.device.spoken_of_at(group?)?;
        Some(((self.at.seconds() - reported.seconds()).max(0), reported.to_string()))
    }

    fn flip(
        self,
        flip: &'a explain::Flip<'a>,
        name: impl Fn(ClassificationId) -> &'a str,
    ) -> Option<Flip<'a>> {
        let os = self.device.os()?;
        Some(Flip {
            kind: if flip.tag.is_some() { FlipKind::Tag } else { FlipKind::Fact },
            name: flip.tag.map_or_else(|| flip.supposed.name(), |tag| tag.fields.name.to_string()),
            tag_id: flip.tag.map(|tag| tag.id.0),
            from: flip.supposed.from(os, self.device),
            to: flip.supposed.to(),
            then: FlippedOutcome {
                status: flip.status.name(),
                classification: flip.classification.map(name),
            },
        })
    }
}

fn because(unshown: Unshown<'_>) -> String {
    match unshown {
        Unshown::Unreadable(why) => {
            format!("this server cannot read its conditions, so it is unknown of every device: {why}")
        }
        Unshown::NoRoom => "not shown: the trees of stronger rules have taken all room".to_owned(),
    }
}

const fn verdict(truth: Truth) -> Verdict {
    match truth {
        Truth::Pass => Verdict::Pass,
        Truth::Fail => Verdict::Fail,
        Truth::Unknown => Verdict::Unknown,
    }
}
