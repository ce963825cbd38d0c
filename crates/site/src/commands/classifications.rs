//! Creating, changing and deleting classifications (netskope-v2 §4).

use std::collections::HashMap;

use domain::{
    Change, ClassificationFields, ClassificationId, ClassificationName, Description, Error, Limits, Noun,
    fold,
};

use super::{is_large, may_hold};
use crate::Site;
use crate::catalogue::Classification;
use crate::state::{Command, Context};

/// One classification to create.
#[derive(Clone, Debug)]
pub struct NewClassification {
    /// Its name.
    pub name: ClassificationName,
    /// Its description; `None` is empty for a new one and agrees with any that an existing one has.
    pub description: Option<Description>,
}

/// Creates classifications, all or none, as the weakest in the order given. One that exists with the same name and
/// an agreeing description is left as it is, so that a repeat is safe.
#[derive(Debug)]
pub struct CreateClassifications {
    items: Vec<NewClassification>,
    limits: Limits,
    ids: Vec<ClassificationId>,
}

impl CreateClassifications {
    /// To create `items`.
    #[must_use]
    pub fn new(items: Vec<NewClassification>) -> Self {
        Self { items, limits: Limits::default(), ids: Vec::new() }
    }

    /// The same where the site has these limits.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
}

impl Command<Site> for CreateClassifications {
    /// The ids, in the order of the items.
    type Outcome = Vec<ClassificationId>;

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        self.ids.clear();
        let mut added: Vec<(ClassificationId, ClassificationFields)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for item in &self.items {
            let name = fold(item.name.as_str());
            let known = match site.catalogue.classifications.named(&name) {
                Some(known) => Some((known.id, &known.fields)),
                None => places.get(&name).map(|place| &added[*place]).map(|(id, fields)| (*id, fields)),
            };
            match known {
                None => {
                    let id = ClassificationId(site.catalogue.next_id() + narrow(added.len()));
                    let description = item.description.clone().unwrap_or_else(Description::empty);
                    places.insert(name, added.len());
                    added.push((id, ClassificationFields { name: item.name.clone(), description }));
                    self.ids.push(id);
                }
                Some((id, fields))
                    if item.description.as_ref().is_none_or(|said| *said == fields.description) =>
                {
                    self.ids.push(id);
                }
                Some((id, fields)) => {
                    return Err(Error::DescriptionDiffers { name: fields.name.to_string(), id: id.0 });
                }
            }
        }
        let held = site.catalogue.classifications.len();
        may_hold("classifications", self.limits.classifications, held, added.len())?;
        Ok(added.into_iter().map(|(id, after)| Change::ClassificationAdded { id, after }).collect())
    }

    fn outcome(&mut self, _: &Site) -> Self::Outcome {
        std::mem::take(&mut self.ids)
    }
}

/// Changes a classification; `None` leaves a member as it is.
#[derive(Debug)]
pub struct ChangeClassification {
    /// Which.
    pub id: ClassificationId,
    /// Its new name.
    pub name: Option<ClassificationName>,
    /// Its new description.
    pub description: Option<Description>,
    /// Its new place, from 1 (strongest) to the number of classifications; the others close up.
    pub priority: Option<u32>,
}

impl Command<Site> for ChangeClassification {
    type Outcome = ();

    fn is_fleet_wide(&self, site: &Site) -> bool {
        self.priority.is_some() && is_large(site)
    }

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let all = &site.catalogue.classifications;
        let (from, known) = find(site, self.id)?;
        let before = known.fields.clone();
        let mut after = before.clone();
        if let Some(name) = &self.name {
            if let Some(holder) = all.named(name.as_str()).filter(|holder| holder.id != self.id) {
                let name = holder.fields.name.to_string();
                return Err(Error::NameTaken { noun: Noun::Classification, name, id: holder.id.0 });
            }
            after.name = name.clone();
        }
        if let Some(description) = &self.description {
            after.description = description.clone();
        }
        let mut changes = Vec::new();
        if after != before {
            changes.push(Change::ClassificationChanged { id: self.id, before, after });
        }
        if let Some(to) = self.priority {
            if to == 0 || to as usize > all.len() {
                let message =
                    format!("priority must be 1 (strongest) to {}, the number of classifications", all.len());
                return Err(Error::invalid("priority", "range", message));
            }
            if to != from {
                changes.push(Change::ClassificationMoved { id: self.id, from, to });
            }
        }
        Ok(changes)
    }

    fn outcome(&mut self, _: &Site) {}
}

/// Deletes a classification that no rule gives.
#[derive(Debug)]
pub struct DeleteClassification(
    /// Which.
    pub ClassificationId,
);

impl Command<Site> for DeleteClassification {
    type Outcome = ();

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let (_, known) = find(site, self.0)?;
        let rules: Vec<_> =
            site.catalogue.rules.of(self.0).map(|rule| rule.fields.name.to_string()).collect();
        if !rules.is_empty() {
            let name = known.fields.name.to_string();
            let (noun, policies) = (Noun::Classification, Vec::new());
            return Err(Error::InUse { noun, name, devices: 0, rules, policies });
        }
        Ok(vec![Change::ClassificationRemoved { id: self.0, before: known.fields.clone() }])
    }

    fn outcome(&mut self, _: &Site) {}
}

fn find(site: &Site, id: ClassificationId) -> Result<(u32, &Classification), Error> {
    site.catalogue.classifications.get(id).ok_or_else(|| Error::not_found(Noun::Classification, id))
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
