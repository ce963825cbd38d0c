//! What was removed, by the last name that it had.

use std::collections::{HashMap, HashSet};

use domain::{Change, ClassificationId, ClassificationName, Error, SiteId, TagId, TagName};
use site::SiteRecord;
use site::queries::changes::{Action, ChangeFilter, Object};

use super::{ChangeEntry, ChangePage, Damage};
use crate::node::Node;

/// Most removals, and most changes, that are looked through for a name, the newest first.
const LOOKED_MAX: u64 = 1000;
/// So many of them at once.
const LOOKED_PAGE: usize = 50;
/// So many additions are looked at in one place.
const ADDED_PAGE: usize = 16;
/// In most so many places for all names that are asked for together.
const ADDED_PLACES_MAX: usize = 512;

/// Names of tags and classifications that are there no more.
#[derive(Clone, Debug, Default)]
pub struct Gone {
    /// Of tags.
    pub tags: HashMap<TagId, TagName>,
    /// Of classifications.
    pub classifications: HashMap<ClassificationId, ClassificationName>,
}

impl Gone {
    /// Takes in the names of what a record removed, which stand in the record itself.
    pub fn learn(&mut self, record: &SiteRecord) {
        for change in &record.changes {
            match change {
                Change::TagRemoved { id, before, .. } => {
                    self.tags.insert(*id, before.name.clone());
                }
                Change::ClassificationRemoved { id, before } => {
                    self.classifications.insert(*id, before.name.clone());
                }
                _ => {}
            }
        }
    }
}

/// A name that a change tells.
enum Told<'a> {
    Tag(TagId, &'a TagName),
    Classification(ClassificationId, &'a ClassificationName),
}

impl<'a> Told<'a> {
    fn of(entry: &'a ChangeEntry) -> Option<Self> {
        match entry.record.changes.get(entry.place)? {
            Change::TagRemoved { id, before: fields, .. }
            | Change::TagAdded { id, after: fields }
            | Change::TagChanged { id, after: fields, .. } => Some(Self::Tag(*id, &fields.name)),
            Change::ClassificationRemoved { id, before: fields }
            | Change::ClassificationAdded { id, after: fields }
            | Change::ClassificationChanged { id, after: fields, .. } => {
                Some(Self::Classification(*id, &fields.name))
            }
            _ => None,
        }
    }

    fn number(&self) -> u32 {
        match self {
            Self::Tag(id, _) => id.0,
            Self::Classification(id, _) => id.0,
        }
    }
}

/// What names are looked for of, and those that were found.
struct Wanted {
    tags: HashSet<TagId>,
    classifications: HashSet<ClassificationId>,
    found: Gone,
    /// In how many places additions were looked at.
    places: usize,
}

impl Wanted {
    /// Takes in what entries tell. Of several names of one thing the first counts.
    fn note(&mut self, entries: &[Result<ChangeEntry, Damage>]) {
        for told in entries.iter().flatten().filter_map(Told::of) {
            match told {
                Told::Tag(id, name) if self.tags.remove(&id) => {
                    self.found.tags.insert(id, name.clone());
                }
                Told::Classification(id, name) if self.classifications.remove(&id) => {
                    self.found.classifications.insert(id, name.clone());
                }
                _ => {}
            }
        }
    }

    /// Whether the one of this number was not found.
    fn wants(&self, object: Object, number: u32) -> bool {
        match object {
            Object::Tag => self.tags.contains(&TagId(number)),
            _ => self.classifications.contains(&ClassificationId(number)),
        }
    }

    /// The numbers of those that were not found, the highest first.
    fn left(&self, object: Object) -> Vec<u32> {
        let mut left: Vec<u32> = match object {
            Object::Tag => self.tags.iter().map(|id| id.0).collect(),
            _ => self.classifications.iter().map(|id| id.0).collect(),
        };
        left.sort_unstable_by(|one, next| next.cmp(one));
        left
    }
}

impl Node {
    /// The names of what was removed: those that they had then, where that is among the last thousand removals, or
    /// among the last thousand changes; else those that they were added with. One is missing of which no such record
    /// is kept, or of very many that were asked for together.
    ///
    /// # Errors
    /// As [`Node::changes`].
    pub async fn gone(
        &self,
        site: SiteId,
        tags: HashSet<TagId>,
        classifications: HashSet<ClassificationId>,
    ) -> Result<Gone, Error> {
        let mut wanted = Wanted { tags, classifications, found: Gone::default(), places: 0 };
        for object in [Object::Tag, Object::Classification] {
            for action in [Action::Deleted, Action::Modified] {
                self.look_in_last(site, object, action, &mut wanted).await?;
            }
            self.look_in_added(site, object, &mut wanted).await?;
        }
        Ok(wanted.found)
    }

    /// Looks through the last entries of a kind.
    async fn look_in_last(
        &self,
        site: SiteId,
        object: Object,
        action: Action,
        wanted: &mut Wanted,
    ) -> Result<(), Error> {
        let filter = of_kind(object, action);
        let mut offset = 0;
        while offset < LOOKED_MAX && !wanted.left(object).is_empty() {
            let ChangePage { entries, .. } = self.changes(site, &filter, offset, LOOKED_PAGE).await?;
            if entries.is_empty() {
                break;
            }
            offset += entries.len() as u64;
            wanted.note(&entries);
        }
        Ok(())
    }

    /// Looks where things were added. Their numbers only rise, so each is found by halving what is left of the log.
    async fn look_in_added(&self, site: SiteId, object: Object, wanted: &mut Wanted) -> Result<(), Error> {
        let filter = of_kind(object, Action::Added);
        let left = wanted.left(object);
        if left.is_empty() {
            return Ok(());
        }
        let total = self.changes(site, &filter, 0, 0).await?.total;
        // None that is looked for stands before this.
        let mut begin = 0;
        for number in left {
            // It may have been found beside another.
            if !wanted.wants(object, number) {
                continue;
            }
            let (mut first, mut end) = (begin, total);
            while first < end && wanted.places < ADDED_PLACES_MAX {
                wanted.places += 1;
                let middle = first.midpoint(end);
                let ChangePage { entries, .. } = self.changes(site, &filter, middle, ADDED_PAGE).await?;
                wanted.note(&entries);
                let mut numbers = entries.iter().flatten().filter_map(Told::of).map(|told| told.number());
                let Some(highest) = numbers.next() else { break };
                let lowest = numbers.next_back().unwrap_or(highest);
                if number > highest {
                    end = middle;
                } else if number < lowest {
                    first = middle + entries.len() as u64;
                } else {
                    begin = middle;
                    break;
                }
            }
            // Whatever stands before has a higher number, and all others that are looked for have a lower one.
            begin = begin.max(first);
        }
        Ok(())
    }
}

fn of_kind(object: Object, action: Action) -> ChangeFilter {
    ChangeFilter { object: Some(object), action: Some(action), ..ChangeFilter::default() }
}

#[cfg(test)]
mod tests {
    use domain::{Colour, Description, Owner, TagFields, Timestamp, Version};
    use site::Effects;

    use super::*;

    #[test]
    fn a_record_that_removes_a_tag_gives_its_name() {
        let name = TagName::new("spare").unwrap();
        let (description, colour) = (Description::empty(), Colour::Gray);
        let before = TagFields { name: name.clone(), description, colour };
        let changes = vec![Change::TagRemoved { id: TagId(4), before, devices: Vec::new() }];
        let mut gone = Gone::default();
        let (version, time, actor) = (Version(9), Timestamp::EPOCH, Owner::new("ann").unwrap());
        let effects = Effects::default();
        gone.learn(&SiteRecord { version, time, actor, request_id: "r".into(), changes, effects });
        assert_eq!(gone.tags, HashMap::from([(TagId(4), name)]));
        assert!(gone.classifications.is_empty());
    }
}
