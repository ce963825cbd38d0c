//! Rules that are not there: classifications that devices of the fleet can never get.

use std::collections::BTreeSet;

use domain::Os;

use super::{Code, Finding, text};
use crate::Site;
use crate::catalogue::Classification;
use crate::fleet::Systems;

/// One finding a classification and system that the fleet has devices of; for a classification without any rule one
/// in all. A rule that cannot be read is one that is there.
pub(super) fn findings(site: &Site, systems: &Systems) -> Vec<Finding> {
    let fleet: Vec<_> = Os::ALL.into_iter().filter(|os| systems[os.index()].devices > 0).collect();
    let mut findings = Vec::new();
    for (_, classification) in site.catalogue.classifications.iter() {
        let with_rules: BTreeSet<_> =
            site.catalogue.rules.of(classification.id).map(|rule| rule.fields.os).collect();
        if with_rules.is_empty() {
            findings.extend(without_any(classification, &fleet, systems));
            continue;
        }
        for os in fleet.iter().copied().filter(|os| !with_rules.contains(os)) {
            let system = systems[os.index()];
            let configured = site.catalogue.rulebook().program.has_rules(os);
            let message = text::no_rule_for(classification, os, system.devices, configured);
            findings.push(Finding {
                os: Some(os),
                message,
                witness: system.example,
                ..finding(classification)
            });
        }
    }
    findings
}

fn without_any(classification: &Classification, fleet: &[Os], systems: &Systems) -> Option<Finding> {
    let os = fleet.first()?;
    let message = text::no_rule(classification);
    Some(Finding { message, witness: systems[os.index()].example, ..finding(classification) })
}

fn finding(classification: &Classification) -> Finding {
    Finding {
        code: Code::NoRuleForOs,
        rule: None,
        classification: classification.id,
        os: None,
        others: Vec::new(),
        message: String::new(),
        witness: None,
    }
}
