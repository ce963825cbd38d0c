//! What findings say: what is wrong, and what to do about it.

use domain::Os;
use rules::lint::Contradiction;

use crate::catalogue::{Classification, Rule};

/// Most other rules that a text names; the finding names them all.
const OTHERS_NAMED_MAX: usize = 3;

/// A rule with the classification that it gives.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) rule: &'a Rule,
    pub(super) classification: &'a Classification,
}

impl<'a> Named<'a> {
    fn name(self) -> &'a str {
        self.rule.fields.name.as_str()
    }

    fn gives(self) -> &'a str {
        self.classification.fields.name.as_str()
    }

    fn system(self) -> &'static str {
        self.rule.fields.os.display_name()
    }

    fn is_sibling(self, other: Self) -> bool {
        self.classification.id == other.classification.id
    }
}

pub(super) fn never_true(of: Named<'_>, why: &Contradiction) -> String {
    let (name, system) = (of.name(), of.system());
    let alternatives = "Put alternatives into an $or, or delete the rule.";
    let (why, what) = match why {
        Contradiction::UnknownChecks(names) => {
            let names: Vec<_> = names.iter().map(|name| &**name).collect();
            let why = format!("it needs {}, which is not known here and so of no device", names.join(", "));
            (why, "Take it out of the conditions, or delete the rule.")
        }
        Contradiction::Editions => ("it asks for two editions of Windows at once".to_owned(), alternatives),
        Contradiction::Distributions => ("it asks for two distributions at once".to_owned(), alternatives),
        Contradiction::Domains => {
            let what = "List all domains in one domain_check, of which one suffices, or delete the rule.";
            ("it asks for two domains at once".to_owned(), what)
        }
        Contradiction::Signers(process) => {
            (format!("it asks for two signers of the process {process} at once"), alternatives)
        }
        Contradiction::Hashes(path) => {
            (format!("it asks for two hashes of the file {path} at once"), alternatives)
        }
        Contradiction::Several => ("its checks contradict each other".to_owned(), alternatives),
    };
    format!("No {system} device can pass \"{name}\": {why}. {what}")
}

/// `last`: no rule of its system gives a weaker classification.
pub(super) fn always_true(of: Named<'_>, last: bool) -> String {
    let (name, gives, system) = (of.name(), of.gives(), of.system());
    let passes =
        format!("Every {system} device passes \"{name}\", also one that has reported nothing but its system");
    if last {
        format!("{passes}. That is right for a classification that takes all the rest; else ask for more.")
    } else {
        format!(
            "{passes}, so none gets a classification weaker than \"{gives}\". Ask for more, or give \"{gives}\" the \
             last priority if it is to take all the rest."
        )
    }
}

pub(super) fn duplicate(of: Named<'_>, first: Named<'_>) -> String {
    let (name, first_name) = (of.name(), first.name());
    if of.is_sibling(first) {
        format!(
            "\"{name}\" asks the same as \"{first_name}\" of the same classification. Delete one of them."
        )
    } else {
        format!(
            "\"{name}\" asks the same as \"{first_name}\", which gives the stronger \"{}\": \"{name}\" never decides. \
             Delete one of them, or change what one asks.",
            first.gives()
        )
    }
}

pub(super) fn shadowed(of: Named<'_>, by: &[Named<'_>]) -> String {
    let (name, system) = (of.name(), of.system());
    let (others, gives) = match by {
        [one] => (quoted(*one), format!("which gives the stronger \"{}\"", one.gives())),
        _ => (format!("one of {}", listed(by)), "all of which give stronger classifications".to_owned()),
    };
    format!(
        "Every {system} device that passes \"{name}\" also passes {others}, {gives}: \"{name}\" never decides. Have the \
         stronger ask for more, give \"{}\" a stronger priority, or delete \"{name}\".",
        of.gives()
    )
}

pub(super) fn redundant(of: Named<'_>, by: &[Named<'_>]) -> String {
    let (name, system) = (of.name(), of.system());
    let (others, gives) = match by {
        [one] => (quoted(*one), "of the same classification"),
        _ if by.iter().all(|other| of.is_sibling(*other)) => {
            (format!("one of {}", listed(by)), "all of the same classification")
        }
        _ => (format!("one of {}", listed(by)), "all of the same classification or stronger ones"),
    };
    format!(
        "Every {system} device that passes \"{name}\" also passes {others}, {gives}: \"{name}\" makes no difference. \
         Delete it, or change what it asks."
    )
}

/// `configured`: another classification has a rule for it.
pub(super) fn no_rule_for(classification: &Classification, os: Os, devices: u32, configured: bool) -> String {
    let (name, system) = (classification.fields.name.as_str(), os.display_name());
    let (fleet, can) = match devices {
        1 => (format!("the fleet's only {system} device"), "cannot"),
        _ => (format!("none of the fleet's {devices} {system} devices"), "can"),
    };
    let else_none =
        if configured { "" } else { " No other classification has one either: they are Not Configured." };
    format!(
        "\"{name}\" has no rule for {system}, so {fleet} {can} get it. Add one, unless that is meant.{else_none}"
    )
}

pub(super) fn no_rule(classification: &Classification) -> String {
    let name = classification.fields.name.as_str();
    format!("\"{name}\" has no rule at all, so no device can get it. Add rules for it, or delete it.")
}

fn quoted(named: Named<'_>) -> String {
    format!("\"{}\"", named.name())
}

fn listed(all: &[Named<'_>]) -> String {
    let shown: Vec<_> = all.iter().take(OTHERS_NAMED_MAX).map(|named| quoted(*named)).collect();
    match all.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
