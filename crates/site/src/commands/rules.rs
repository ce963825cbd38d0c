//! Creating, changing and deleting rules (netskope-v2 §6).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use domain::{
    Change, ClassificationId, ClassificationName, Conditions, Error, Limits, Noun, Os, RuleFields, RuleId,
    RuleName, TagId, Violation, fold,
};
use rules::Tree;

use super::{is_large, may_hold};
use crate::Site;
use crate::catalogue::{CHECKS_MAX, Rule};
use crate::state::{Command, Context};

/// One rule to create.
#[derive(Clone, Debug)]
pub struct NewRule {
    /// Its name.
    pub name: RuleName,
    /// The classification it gives, by name.
    pub label: ClassificationName,
    /// The operating system it is for.
    pub os: Os,
    /// What must hold of a device.
    pub conditions: Conditions,
}

/// Creates rules, all or none.
#[derive(Debug)]
pub struct CreateRules {
    items: Vec<NewRule>,
    limits: Limits,
}

impl CreateRules {
    /// To create `items`, which get their ids in this order.
    #[must_use]
    pub fn new(items: Vec<NewRule>) -> Self {
        Self { items, limits: Limits::default() }
    }

    /// The same where the site has these limits.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
}

impl Command<Site> for CreateRules {
    type Outcome = ();

    fn is_fleet_wide(&self, site: &Site) -> bool {
        is_large(site)
    }

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let mut violations = Vec::new();
        let mut checked = Vec::new();
        for (index, rule) in self.items.iter().enumerate() {
            let at = format!("[{index}].");
            let label = labelled(site, &at, &rule.label).map_err(|violation| violations.push(violation)).ok();
            let tree =
                check(site, &at, &rule.conditions, rule.os).map_err(|found| violations.extend(found)).ok();
            if let (Some(classification), Some(tree)) = (label, tree) {
                checked.push((rule, classification, tree));
            }
        }
        if !violations.is_empty() {
            return Err(Error::Invalid(violations));
        }
        may_hold("rules", self.limits.rules, site.catalogue.rules.len(), checked.len())?;
        let (mut names, mut criteria) = (HashMap::new(), HashMap::new());
        for (index, (rule, _, tree)) in checked.iter().enumerate() {
            free(site, None, &rule.name)?;
            unlike(site, None, rule.os, tree)?;
            if let Some(other) = earlier(&mut names, fold(rule.name.as_str()), index) {
                let message = format!("items {other} and {index} have one name, \"{}\"", rule.name);
                return Err(Error::Repeated { field: format!("[{index}].name"), message });
            }
            if let Some(other) = earlier(&mut criteria, (rule.os.name(), tree.root()), index) {
                let message =
                    format!("items {other} and {index} have the same criteria for {}", rule.os.name());
                return Err(Error::Repeated { field: format!("[{index}].conditions"), message });
            }
        }
        few_checks(site, None, checked.iter().map(|(.., tree)| tree))?;
        let ids = site.catalogue.next_id()..;
        let added = ids.zip(checked).map(|(id, (rule, classification, _))| Change::RuleAdded {
            id: RuleId(id),
            after: RuleFields {
                name: rule.name.clone(),
                classification,
                os: rule.os,
                conditions: rule.conditions.clone(),
            },
        });
        Ok(added.collect())
    }

    fn outcome(&mut self, _: &Site) {}
}

/// Changes a rule; `None` leaves a member as it is.
#[derive(Debug)]
pub struct ChangeRule {
    /// Which.
    pub id: RuleId,
    /// Its new name.
    pub name: Option<RuleName>,
    /// The classification it is to give, by name.
    pub label: Option<ClassificationName>,
    /// Must be the operating system it is for.
    pub os: Option<Os>,
    /// What must hold of a device from now on.
    pub conditions: Option<Conditions>,
}

impl Command<Site> for ChangeRule {
    type Outcome = ();

    fn is_fleet_wide(&self, site: &Site) -> bool {
        is_large(site)
    }

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let known = find(site, self.id)?;
        let before = known.fields.clone();
        let mut after = before.clone();
        let mut violations = Vec::new();
        if self.os.is_some_and(|os| os != before.os) {
            let message =
                format!("os may not change: it is {}; create another rule instead", before.os.name());
            violations.push(Violation::new("os", "os_fixed", message));
        }
        if let Some(label) = &self.label {
            match labelled(site, "", label) {
                Ok(classification) => after.classification = classification,
                Err(violation) => violations.push(violation),
            }
        }
        let mut tree = None;
        if let Some(conditions) = &self.conditions {
            match check(site, "", conditions, before.os) {
                Ok(checked) => tree = Some(checked),
                Err(found) => violations.extend(found),
            }
            after.conditions = conditions.clone();
        }
        if !violations.is_empty() {
            return Err(Error::Invalid(violations));
        }
        if let Some(name) = &self.name {
            free(site, Some(self.id), name)?;
            after.name = name.clone();
        }
        if let Some(tree) = &tree {
            unlike(site, Some(self.id), before.os, tree)?;
            few_checks(site, Some(self.id), std::iter::once(tree))?;
        }
        if after == before {
            return Ok(Vec::new());
        }
        Ok(vec![Change::RuleChanged { id: self.id, before, after }])
    }

    fn outcome(&mut self, _: &Site) {}
}

/// Deletes a rule.
#[derive(Debug)]
pub struct DeleteRule(
    /// Which.
    pub RuleId,
);

impl Command<Site> for DeleteRule {
    type Outcome = ();

    fn is_fleet_wide(&self, site: &Site) -> bool {
        is_large(site)
    }

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let rule = find(site, self.0)?;
        Ok(vec![Change::RuleRemoved { id: self.0, before: rule.fields.clone() }])
    }

    fn outcome(&mut self, _: &Site) {}
}

/// The item that has this in common with the one at `index`, which is noted if there is none.
fn earlier<K: Eq + Hash>(items: &mut HashMap<K, usize>, key: K, index: usize) -> Option<usize> {
    match items.entry(key) {
        Entry::Occupied(other) => Some(*other.get()),
        Entry::Vacant(place) => {
            place.insert(index);
            None
        }
    }
}

fn find(site: &Site, id: RuleId) -> Result<&Rule, Error> {
    site.catalogue.rules.get(id).ok_or_else(|| Error::not_found(Noun::Rule, id))
}

/// The classification that a rule names.
fn labelled(site: &Site, at: &str, label: &ClassificationName) -> Result<ClassificationId, Violation> {
    match site.catalogue.classifications.named(label.as_str()) {
        Some(classification) => Ok(classification.id),
        None => {
            let message = format!("{at}label \"{label}\" is no classification; create it first");
            Err(Violation::new(format!("{at}label"), "unknown_label", message))
        }
    }
}

/// The tree of a rule, if all it asks about exists.
fn check(site: &Site, at: &str, conditions: &Conditions, os: Os) -> Result<Tree, Vec<Violation>> {
    let tree = Tree::check(conditions, os).map_err(|violations| {
        let place = |violation: Violation| {
            let field = format!("{at}{}", violation.field);
            violation.at(field)
        };
        violations.into_iter().map(place).collect::<Vec<_>>()
    })?;
    let unknown: Vec<_> = tree
        .tags()
        .into_iter()
        .filter(|tag| site.catalogue.tags.get(*tag).is_none())
        .map(|tag| {
            let message = format!("{at}conditions: {}", unknown_tag(site, tag));
            Violation::new(format!("{at}conditions"), "unknown_tag", message)
        })
        .collect();
    if unknown.is_empty() { Ok(tree) } else { Err(unknown) }
}

fn unknown_tag(site: &Site, tag: TagId) -> String {
    let catalogue = &site.catalogue;
    let kind = if catalogue.classifications.get(ClassificationId(tag.0)).is_some() {
        Noun::Classification
    } else if catalogue.rules.get(RuleId(tag.0)).is_some() {
        Noun::Rule
    } else {
        return format!("tag_id {tag} does not exist; device_tag_check takes a device tag's id");
    };
    format!("{tag} is a {kind}; device_tag_check takes a device tag's id")
}

/// Whether the site's rules would have no more different checks than is allowed.
fn few_checks<'a>(
    site: &'a Site,
    own: Option<RuleId>,
    trees: impl Iterator<Item = &'a Tree>,
) -> Result<(), Error> {
    let mut checks = site.catalogue.rules.checks(own);
    checks.extend(trees.flat_map(Tree::checks));
    if checks.len() <= CHECKS_MAX {
        return Ok(());
    }
    let message =
        format!("the rules of a site have at most {CHECKS_MAX} different checks; delete some first");
    Err(Error::LimitReached { limit: "checks", message })
}

fn free(site: &Site, own: Option<RuleId>, name: &RuleName) -> Result<(), Error> {
    match site.catalogue.rules.named(name.as_str()) {
        Some(holder) if Some(holder.id) != own => {
            Err(Error::NameTaken { noun: Noun::Rule, name: holder.fields.name.to_string(), id: holder.id.0 })
        }
        _ => Ok(()),
    }
}

fn unlike(site: &Site, own: Option<RuleId>, os: Os, tree: &Tree) -> Result<(), Error> {
    match site.catalogue.rules.alike(os, tree) {
        Some(other) if Some(other.id) != own => {
            Err(Error::SameCriteria { other: other.fields.name.to_string(), id: other.id.0, os: os.name() })
        }
        _ => Ok(()),
    }
}
