//! Drafts on the wire become those of the core.

use domain::{ClassificationId, RuleId, Violation};
use site::commands::ChangeRule;
use site::what_if::{self, DRAFTS_MAX, DraftRule, Refused};
use wire::preview::{self, Draft, DraftPriority, Drafts};

use crate::body::JsonBody;
use crate::dialects::rule_form::{RuleForm, RuleTexts};
use crate::failure::Failure;
use crate::violations::Violations;

// The document says how many the core takes.
const _: () = assert!(DRAFTS_MAX == preview::MAX_DRAFTS);

/// How failures name a draft.
#[derive(Clone, Copy, Debug)]
pub(super) enum Places {
    /// Not at all: the body is the only one.
    Alone,
    /// By its place in the array that is the body.
    Numbered,
}

/// The drafts of a body.
pub(super) fn read(body: &JsonBody) -> Result<(Vec<what_if::Draft>, Places), Failure> {
    let (items, places) = match body.read()? {
        Drafts::One(draft) => (vec![draft], Places::Alone),
        Drafts::Several(drafts) => (drafts, Places::Numbered),
    };
    let mut found = Violations::default();
    found.at_most("", items.len(), DRAFTS_MAX);
    if items.is_empty() {
        found.push(Violation::new("", "empty", "the list must hold at least one draft"));
    }
    let drafts = items.iter().enumerate();
    let drafts = drafts.map(|(place, item)| draft(item, &places.path(place), &mut found)).collect();
    Ok((found.complete(drafts)?, places))
}

impl Places {
    /// The failure of a draft, said of the body.
    pub(super) fn failure(self, Refused { draft, error }: Refused) -> Failure {
        match self {
            Self::Alone => error.into(),
            Self::Numbered => error.within(&format!("[{draft}]")).into(),
        }
    }

    /// What stands before the names of a draft's members.
    fn path(self, place: usize) -> String {
        match self {
            Self::Alone => String::new(),
            Self::Numbered => format!("[{place}]."),
        }
    }
}

fn draft(item: &Draft<'_>, at: &str, found: &mut Violations) -> Option<what_if::Draft> {
    match *item {
        Draft { delete: Some(rule), .. } => {
            alone(item, "delete", at, found);
            Some(what_if::Draft::Delete(RuleId(rule)))
        }
        Draft { priority: Some(DraftPriority { id, to }), .. } => {
            alone(item, "priority", at, found);
            Some(what_if::Draft::Priority { id: ClassificationId(id), to })
        }
        Draft { id: Some(id), .. } => {
            let RuleForm { name, label, os, conditions } = texts(item).read(at, found);
            Some(what_if::Draft::Edit(ChangeRule { id: RuleId(id), name, label, os, conditions }))
        }
        _ => new(item, at, found).map(what_if::Draft::New),
    }
}

fn new(item: &Draft<'_>, at: &str, found: &mut Violations) -> Option<DraftRule> {
    let needed = ["label", "os", "conditions"].into_iter().filter(|name| !given(item).contains(name));
    for name in needed {
        let message = format!("{at}{name} is missing; a new rule needs it");
        found.push(Violation::new(format!("{at}{name}"), "missing", message));
    }
    let RuleForm { name, label, os, conditions } = texts(item).read(at, found);
    Some(DraftRule { name, label: label?, os: os?, conditions: conditions? })
}

/// A deletion and a move are said in one member.
fn alone(item: &Draft<'_>, what: &str, at: &str, found: &mut Violations) {
    for name in given(item).into_iter().filter(|name| *name != what) {
        let message = format!("{at}{name} cannot stand beside {what}; make it a draft of its own");
        found.push(Violation::new(format!("{at}{name}"), "not_together", message));
    }
}

/// The names of the members that are there.
fn given(item: &Draft<'_>) -> Vec<&'static str> {
    let members = [
        ("id", item.id.is_some()),
        ("delete", item.delete.is_some()),
        ("priority", item.priority.is_some()),
        ("name", item.name.is_some()),
        ("label", item.label.is_some()),
        ("os", item.os.is_some()),
        ("conditions", item.conditions.is_some()),
    ];
    members.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect()
}

fn texts<'a>(item: &'a Draft<'_>) -> RuleTexts<'a> {
    let Draft { name, label, os, conditions, .. } = item;
    RuleTexts { name: name.as_ref(), label: label.as_ref(), os: os.as_ref(), conditions: *conditions }
}
