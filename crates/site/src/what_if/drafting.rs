//! Drafts become changes, decided one after the other.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use domain::{Change, Error, Limits, Os, RuleId, RuleName, Violation, fold};
use rules::Compiled;

use super::{Draft, DraftRule};
use crate::Site;
use crate::catalogue::Stamp;
use crate::commands::{ChangeClassification, CreateRules, DeleteRule, NewRule};
use crate::state::{Command, Context};

/// Rules by id, as the last draft that is about them has them.
type Asked = BTreeMap<RuleId, (Os, Arc<Compiled>)>;

/// What has been drafted so far.
pub(super) struct Drafting {
    /// As the drafts so far would make it, but for the outcomes of devices.
    site: Site,
    /// Folded names of rules that drafts give or will give.
    names: HashSet<String>,
    limits: Limits,
    /// Rules that drafts would make, with the places of those.
    made: BTreeMap<RuleId, usize>,
    asked: Asked,
    changes: Vec<Change>,
}

impl Drafting {
    pub(super) fn new(site: Site, names: HashSet<String>, limits: Limits) -> Self {
        Self { site, names, limits, made: BTreeMap::new(), asked: Asked::new(), changes: Vec::new() }
    }

    /// All changes, and the rules that they are about.
    pub(super) fn finish(self) -> (Vec<Change>, Asked) {
        (self.changes, self.asked)
    }

    /// Adds the draft at that place.
    pub(super) fn add(
        &mut self,
        place: usize,
        draft: Draft,
        context: &Context,
        stamp: &Stamp,
    ) -> Result<(), Error> {
        match draft {
            Draft::New(DraftRule { name, label, os, conditions }) => {
                let name = name.unwrap_or_else(|| self.free_name());
                let id = RuleId(self.site.catalogue.next_id());
                let rule = NewRule { name, label, os, conditions };
                let create = CreateRules::new(vec![rule]).within(self.limits);
                self.make(create, context, stamp).map_err(|error| self.of_earlier(place, alone(error)))?;
                self.made.insert(id, place);
                self.ask(id);
            }
            Draft::Edit(change) => {
                let id = change.id;
                self.make(change, context, stamp).map_err(|error| self.of_earlier(place, error))?;
                self.ask(id);
            }
            Draft::Delete(id) => {
                self.ask(id);
                self.make(DeleteRule(id), context, stamp)?;
            }
            Draft::Priority { id, to } => {
                let change = ChangeClassification { id, name: None, description: None, priority: Some(to) };
                self.make(change, context, stamp).map_err(of_priority)?;
                let rules: Vec<_> = self.site.catalogue.rules.of(id).map(|rule| rule.id).collect();
                rules.into_iter().for_each(|rule| self.ask(rule));
            }
        }
        Ok(())
    }

    fn make(
        &mut self,
        mut command: impl Command<Site>,
        context: &Context,
        stamp: &Stamp,
    ) -> Result<(), Error> {
        let changes = command.decide(&self.site, context)?;
        self.site.set_all(stamp, &changes);
        self.changes.extend(changes);
        Ok(())
    }

    /// The drafts are about this rule as it is now.
    fn ask(&mut self, id: RuleId) {
        if let Some(rule) = self.site.catalogue.rules.get(id) {
            self.asked.insert(id, (rule.fields.os, Arc::clone(&rule.compiled)));
        }
    }

    /// A name that no rule has and no draft gives.
    fn free_name(&self) -> RuleName {
        let names = (1..).map(|number: u32| format!("draft {number}"));
        let mut free = names.filter(|name| {
            self.site.catalogue.rules.named(name).is_none() && !self.names.contains(&fold(name))
        });
        let name = free.next().expect("there are more numbers than rules and drafts");
        RuleName::new(&name).expect("a word and a number have the form of names")
    }

    /// A rule that an earlier draft would make has an id that nobody knows: the draft is named instead.
    fn of_earlier(&self, place: usize, error: Error) -> Error {
        match error {
            Error::NameTaken { id, ref name, .. } => self.repeated(RuleId(id), "name", |other| {
                format!("drafts {other} and {place} have one name, \"{name}\"")
            }),
            Error::SameCriteria { id, os, .. } => self.repeated(RuleId(id), "conditions", |other| {
                format!("drafts {other} and {place} have the same criteria for {os}")
            }),
            _ => None,
        }
        .unwrap_or(error)
    }

    fn repeated(&self, rule: RuleId, field: &str, message: impl Fn(usize) -> String) -> Option<Error> {
        let other = *self.made.get(&rule)?;
        Some(Error::Repeated { field: field.to_owned(), message: message(other) })
    }
}

/// What stands against the only item of a list, said of that item.
fn alone(error: Error) -> Error {
    renamed(error, "[0].", "")
}

/// What stands against a classification's priority, said of a draft's.
fn of_priority(error: Error) -> Error {
    renamed(error, "priority", "priority.to")
}

fn renamed(error: Error, from: &str, to: &str) -> Error {
    let rename = |violation: Violation| {
        let field = violation.field.replacen(from, to, 1);
        violation.at(field)
    };
    match error {
        Error::Invalid(violations) => Error::Invalid(violations.into_iter().map(rename).collect()),
        other => other,
    }
}
