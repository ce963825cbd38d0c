//! What would be wrong with the rules that drafts make.

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;

use super::{Finding, found, witnessed};
use crate::Site;
use crate::what_if::WhatIf;

/// What would be wrong with the drafted rules, or anew with others, with their witnesses; `site` is the one that the
/// drafts were for. `None`: `stop` became true.
#[must_use]
pub fn of_drafts(site: &Site, what: &WhatIf, stop: &AtomicBool) -> Option<Vec<Finding>> {
    // Drafts make no devices.
    let systems = &what.systems;
    let known = found(site, systems, stop)?;
    let known: HashSet<_> = known.iter().map(Finding::about).collect();
    let mut findings = found(&what.drafted, systems, stop)?;
    let is_drafted = |finding: &Finding| finding.rule.is_some_and(|rule| what.rules.contains(&rule));
    findings.retain(|finding| is_drafted(finding) || !known.contains(&finding.about()));
    if findings.iter().any(Finding::is_shown_by_passing) {
        witnessed(&what.made(), &mut findings, stop)?;
    }
    Some(findings)
}
