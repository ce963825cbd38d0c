//! Creating, changing and deleting device tags (netskope-v2 §8; alloyscan, Tags).

use domain::{Change, Colour, Description, Error, Limits, Noun, TagFields, TagId, TagName};

use super::may_hold;
use super::segments::giving_instead;
use crate::Site;
use crate::catalogue::Tag;
use crate::state::{Command, Context};

/// Creates a device tag.
#[derive(Debug)]
pub struct CreateTag {
    fields: TagFields,
    limits: Limits,
}

impl CreateTag {
    /// To create a tag with `fields`.
    #[must_use]
    pub fn new(fields: TagFields) -> Self {
        Self { fields, limits: Limits::default() }
    }

    /// The same where the site has these limits.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
}

impl Command<Site> for CreateTag {
    type Outcome = TagId;

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        free(site, &self.fields.name, None)?;
        may_hold("tags", self.limits.tags, site.catalogue.tags.len(), 1)?;
        let id = TagId(site.catalogue.next_id());
        Ok(vec![Change::TagAdded { id, after: self.fields.clone() }])
    }

    fn outcome(&mut self, site: &Site) -> TagId {
        let tag = site.catalogue.tags.named(self.fields.name.as_str());
        tag.expect("the tag was added by this command").id
    }
}

/// Changes a device tag; `None` leaves a member as it is.
#[derive(Debug)]
pub struct ChangeTag {
    /// Which.
    pub id: TagId,
    /// Its new name.
    pub name: Option<TagName>,
    /// Its new description.
    pub description: Option<Description>,
    /// Its new colour.
    pub colour: Option<Colour>,
}

impl Command<Site> for ChangeTag {
    /// As it is now.
    type Outcome = TagFields;

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let before = find(site, self.id)?.fields.clone();
        let mut after = before.clone();
        if let Some(name) = &self.name {
            free(site, name, Some(self.id))?;
            after.name = name.clone();
        }
        if let Some(description) = &self.description {
            after.description = description.clone();
        }
        after.colour = self.colour.unwrap_or(before.colour);
        if after == before {
            return Ok(Vec::new());
        }
        Ok(vec![Change::TagChanged { id: self.id, before, after }])
    }

    fn outcome(&mut self, site: &Site) -> TagFields {
        let tag = site.catalogue.tags.get(self.id);
        tag.expect("the tag was found by this command").fields.clone()
    }
}

/// Deletes a device tag that no rule asks about.
#[derive(Debug)]
pub struct DeleteTag {
    /// Which.
    pub id: TagId,
    /// Take it off the devices that carry it; otherwise there may be none.
    pub force: bool,
}

impl Command<Site> for DeleteTag {
    type Outcome = ();

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let tag = find(site, self.id)?;
        deletable(site, tag, self.force)?;
        let devices = site.carriers(self.id);
        let removed = Change::TagRemoved { id: self.id, before: tag.fields.clone(), devices };
        Ok(giving_instead(site, self.id, None).chain([removed]).collect())
    }

    fn outcome(&mut self, _: &Site) {}
}

/// Whether a tag may go: no rule asks about it and, unless by `force`, no device carries it.
pub(super) fn deletable(site: &Site, tag: &Tag, force: bool) -> Result<(), Error> {
    let asking = site.catalogue.rules.asking_for(tag.id);
    let rules: Vec<_> = asking.map(|rule| rule.fields.name.to_string()).collect();
    let devices = site.catalogue.tags.usage(tag.id);
    if rules.is_empty() && (devices == 0 || force) {
        return Ok(());
    }
    let name = tag.fields.name.to_string();
    Err(Error::InUse { noun: Noun::Tag, name, devices, rules, policies: Vec::new() })
}

pub(super) fn find(site: &Site, id: TagId) -> Result<&Tag, Error> {
    site.catalogue.tags.get(id).ok_or_else(|| Error::not_found(Noun::Tag, id))
}

/// Whether a name may be given to a tag: nobody else has it.
fn free(site: &Site, name: &TagName, own: Option<TagId>) -> Result<(), Error> {
    match site.catalogue.tags.named(name.as_str()) {
        Some(holder) if Some(holder.id) != own => {
            Err(Error::NameTaken { noun: Noun::Tag, name: holder.fields.name.to_string(), id: holder.id.0 })
        }
        _ => Ok(()),
    }
}
