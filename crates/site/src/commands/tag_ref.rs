//! A tag as clients name it where either of its names will do (alloyscan, Tags).

use domain::{Error, TagName, Violation};
use uuid::Uuid;

use crate::Site;
use crate::catalogue::Tag;

/// A tag, by its UUID or by its name, whatever its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagRef {
    /// As `tagId` names it.
    Id(Uuid),
    /// As `tagName` names it.
    Name(TagName),
}

impl TagRef {
    /// The tag, if the site has it.
    #[must_use]
    pub fn find<'a>(&self, site: &'a Site) -> Option<&'a Tag> {
        let tags = &site.catalogue.tags;
        match self {
            Self::Id(id) => tags.get(site.tag_number(*id)?),
            Self::Name(name) => tags.named(name.as_str()),
        }
    }

    /// What is wrong with it where the site has no such tag; `path` is that of the object that names it, with a point
    /// behind it.
    #[must_use]
    pub fn unknown(&self, path: &str) -> Violation {
        let (member, named) = match self {
            Self::Id(id) => ("tagId", id.to_string()),
            Self::Name(name) => ("tagName", format!("\"{name}\"")),
        };
        let message =
            format!("tag {named} does not exist on this site; GET /api/v1/tags lists those there are");
        Violation::new(format!("{path}{member}"), "unknown_tag", message)
    }

    /// The tag.
    ///
    /// # Errors
    /// As [`Self::unknown`] says, of the body itself.
    pub(super) fn known<'a>(&self, site: &'a Site) -> Result<&'a Tag, Error> {
        self.find(site).ok_or_else(|| Error::Invalid(vec![self.unknown("")]))
    }
}
