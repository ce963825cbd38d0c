//! What was removed, by the last name that it had.

use std::collections::{HashMap, HashSet};

use domain::{Change, ClassificationId, ClassificationName, Error, SiteId, TagId, TagName};
use site::SiteRecord;
use site::queries::changes::{Action, ChangeFilter, Object};

use super::ChangePage;
use crate::node::Node;

/// Most removals that are looked through for a name, the newest first.
const REMOVALS_MAX: u64 = 1000;
/// So many of them at once.
const REMOVALS_PAGE: usize = 50;

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

impl Node {
    /// The names that these had when they were removed. One is missing whose removal was pruned, or lies behind a
    /// thousand later ones.
    ///
    /// # Errors
    /// As [`Node::changes`].
    pub async fn gone(
        &self,
        site: SiteId,
        tags: HashSet<TagId>,
        classifications: HashSet<ClassificationId>,
    ) -> Result<Gone, Error> {
        let mut gone = Gone::default();
        for (object, wanted) in [(Object::Tag, tags.len()), (Object::Classification, classifications.len())] {
            let filter = ChangeFilter {
                object: Some(object),
                action: Some(Action::Deleted),
                ..ChangeFilter::default()
            };
            let (mut offset, mut found) = (0, 0);
            while found < wanted && offset < REMOVALS_MAX {
                let ChangePage { entries, .. } = self.changes(site, &filter, offset, REMOVALS_PAGE).await?;
                if entries.is_empty() {
                    break;
                }
                offset += entries.len() as u64;
                for entry in entries.into_iter().flatten() {
                    match &entry.record.changes[entry.place] {
                        Change::TagRemoved { id, before, .. } if tags.contains(id) => {
                            gone.tags.insert(*id, before.name.clone());
                        }
                        Change::ClassificationRemoved { id, before } if classifications.contains(id) => {
                            gone.classifications.insert(*id, before.name.clone());
                        }
                        _ => continue,
                    }
                    found += 1;
                }
            }
        }
        Ok(gone)
    }
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
