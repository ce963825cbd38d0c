//! What is wrong with a site's rules, and what to do about it (DESIGN §5): see [`rules::lint`] for what is claimed and
//! how it is proved.

mod drafted;
mod flaws;
mod missing;
mod text;
mod witness;

use std::sync::atomic::AtomicBool;

use domain::{ClassificationId, DeviceNumber, Os, RuleId};

pub use self::drafted::of_drafts;
pub use self::witness::EVALUATIONS_MAX;
use self::witness::witnessed;
use crate::Site;
use crate::fleet::Systems;

/// What a finding is of. The codes are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// No device can pass the rule.
    NeverTrue,
    /// Every device of its system passes the rule, whatever it reported.
    AlwaysTrue,
    /// The rule asks the same as an earlier one, perhaps in another form.
    Duplicate,
    /// Every device that passes the rule passes a rule of a stronger classification: it never decides.
    Shadowed,
    /// Every device that passes the rule passes another of its classification, or one of a stronger: it makes no
    /// difference.
    Redundant,
    /// A classification has no rule for a system that the fleet has devices of.
    NoRuleForOs,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// The rule it is of; `None` for a rule that is missing.
    pub rule: Option<RuleId>,
    /// The classification it is of.
    pub classification: ClassificationId,
    /// The system whose devices it is about; `None` for a classification without any rule.
    pub os: Option<Os>,
    /// The rules that make it so, the strongest first.
    pub others: Vec<RuleId>,
    /// What is wrong and what to do about it.
    pub message: String,
    /// A device of the fleet that shows it, where one was found: one that passes the rule, for what is a duplicate,
    /// shadowed or redundant; else any that the finding is about. A rule that no device can pass has none.
    pub witness: Option<DeviceNumber>,
}

impl Code {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NeverTrue => "never_true",
            Self::AlwaysTrue => "always_true",
            Self::Duplicate => "duplicate",
            Self::Shadowed => "shadowed",
            Self::Redundant => "redundant",
            Self::NoRuleForOs => "no_rule_for_os",
        }
    }
}

impl Finding {
    /// What it says of which rules, whatever the counts and the witness.
    fn about(&self) -> (Code, Option<RuleId>, ClassificationId, Option<Os>, &[RuleId]) {
        (self.code, self.rule, self.classification, self.os, &self.others)
    }
}

/// All findings with their witnesses: those on rules from the strongest classification to the weakest, then missing
/// rules. `None`: `stop` became true.
#[must_use]
pub fn of(site: &Site, stop: &AtomicBool) -> Option<Vec<Finding>> {
    let mut findings = found(site, &site.fleet.systems(), stop)?;
    witnessed(site, &mut findings, stop)?;
    Some(findings)
}

/// As [`of`], but without the search for witnesses, which grows with the fleet: only always true rules and missing ones
/// have theirs.
fn found(site: &Site, systems: &Systems, stop: &AtomicBool) -> Option<Vec<Finding>> {
    let mut findings = flaws::findings(site, systems, stop)?;
    findings.extend(missing::findings(site, systems));
    Some(findings)
}
