//! Device tags and how many devices carry each.

use std::sync::Arc;

use domain::{TagFields, TagId, fold};

use super::Stamp;
use super::tag_names::TagNames;
use crate::fleet::cow::CowVec;

/// A device tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// What is set of it.
    pub fields: TagFields,
    /// Who set it last.
    pub modified: Stamp,
}

/// All tags by id and by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tags {
    /// In the order of their ids, so that a page from anywhere is found at once. New ones come last: ids only grow.
    by_id: Arc<Vec<(TagId, Arc<Tag>)>>,
    names: Arc<TagNames>,
    usage: CowVec<u32>,
}

impl Tags {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// All of them by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Tag> {
        self.by_id.iter().map(|(_, tag)| &**tag)
    }

    /// The one of that id.
    #[must_use]
    pub fn get(&self, id: TagId) -> Option<&Tag> {
        let place = self.place(id).ok()?;
        Some(&self.by_id[place].1)
    }

    /// The one of that name, whatever its case.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Tag> {
        self.get(self.names.get(&fold(name.trim()))?)
    }

    /// The ids of all of them in the order of their names without case.
    #[must_use]
    pub fn ids_by_name(&self) -> &[TagId] {
        self.names.ids()
    }

    /// The places, among [`Self::ids_by_name`], of those whose names hold a part, given without case.
    pub(crate) fn holding(&self, folded: &str) -> Vec<u32> {
        self.names.holding(folded)
    }

    /// How many devices carry it.
    #[must_use]
    pub fn usage(&self, id: TagId) -> u32 {
        self.usage.get(id.0).copied().unwrap_or_default()
    }

    /// Of tags in the order of their ids; `None` if there is one twice. Nothing carries them yet.
    pub(super) fn of(tags: Vec<Tag>) -> Option<Self> {
        if !tags.is_sorted_by(|one, next| one.id < next.id) {
            return None;
        }
        let names = TagNames::of(tags.iter().map(|tag| (fold(tag.fields.name.as_str()), tag.id)).collect())?;
        let by_id = tags.into_iter().map(|tag| (tag.id, Arc::new(tag))).collect();
        Some(Self { by_id: Arc::new(by_id), names: Arc::new(names), usage: CowVec::default() })
    }

    pub(crate) fn set(&mut self, tag: Tag) {
        let place = self.place(tag.id);
        let name = fold(tag.fields.name.as_str());
        let before = place.ok().map(|place| fold(self.by_id[place].1.fields.name.as_str()));
        if before.as_ref() != Some(&name) {
            let names = Arc::make_mut(&mut self.names);
            if let Some(before) = before {
                names.remove(&before);
            }
            names.insert(&name, tag.id);
        }
        let by_id = Arc::make_mut(&mut self.by_id);
        match place {
            Ok(place) => by_id[place].1 = Arc::new(tag),
            Err(place) => by_id.insert(place, (tag.id, Arc::new(tag))),
        }
    }

    /// Whether both have the same tags, not just equal ones; how often they are used may differ.
    pub(crate) fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.by_id, &other.by_id)
    }

    pub(crate) fn remove(&mut self, id: TagId) {
        if let Ok(place) = self.place(id) {
            let (_, tag) = Arc::make_mut(&mut self.by_id).remove(place);
            Arc::make_mut(&mut self.names).remove(&fold(tag.fields.name.as_str()));
        }
        *self.usage.entry(id.0) = 0;
    }

    /// So many devices more and so many fewer carry it.
    pub(crate) fn count(&mut self, id: TagId, more: u32, fewer: u32) {
        let usage = self.usage.entry(id.0);
        *usage = *usage + more - fewer;
    }

    /// Where the tag of that id is, or would be.
    fn place(&self, id: TagId) -> Result<usize, usize> {
        self.by_id.binary_search_by_key(&id, |(id, _)| *id)
    }
}
