//! Names of tags and classifications that entries tell of and that are there no more.

use std::collections::HashSet;

use domain::{Change, ClassificationId, Outcome, TagId};
use node::Gone;
use site::{Site, SiteRecord};

use crate::auth::ChangeReader;
use crate::failure::Failure;

/// Beyond so many ids it begins anew.
const KEPT_MAX: usize = 1 << 16;

/// The last names that they had, looked up in the log once.
#[derive(Default)]
pub(in crate::dialects) struct GoneNames {
    gone: Gone,
    /// What was looked up, found or not.
    asked: Ids,
}

/// What records name by its id alone.
#[derive(Default)]
struct Ids {
    tags: HashSet<TagId>,
    classifications: HashSet<ClassificationId>,
}

impl GoneNames {
    /// Those that were looked up.
    pub(in crate::dialects) fn get(&self) -> &Gone {
        &self.gone
    }

    /// Looks up what these records name and neither `site` nor this has. What was known for other records may be let go.
    ///
    /// # Errors
    /// When the log cannot be searched at present.
    pub(in crate::dialects) async fn learn<'r>(
        &mut self,
        reader: &ChangeReader,
        site: &Site,
        records: impl Iterator<Item = &'r SiteRecord>,
    ) -> Result<(), Failure> {
        let kept = [self.gone.tags.len(), self.gone.classifications.len(), self.asked.len()];
        if kept.iter().sum::<usize>() > KEPT_MAX {
            *self = Self::default();
        }
        let mut ids = Ids::default();
        let Self { gone, asked } = self;
        records.for_each(|record| {
            ids.note(record);
            gone.learn(record);
        });
        ids.retain_unknown(site, gone);
        ids.tags.retain(|id| asked.tags.insert(*id));
        ids.classifications.retain(|id| asked.classifications.insert(*id));
        if !ids.tags.is_empty() || !ids.classifications.is_empty() {
            let found = reader.gone(ids.tags, ids.classifications).await?;
            gone.tags.extend(found.tags);
            gone.classifications.extend(found.classifications);
        }
        Ok(())
    }
}

impl Ids {
    fn len(&self) -> usize {
        self.tags.len() + self.classifications.len()
    }

    fn note(&mut self, record: &SiteRecord) {
        for change in &record.changes {
            match change {
                Change::Tagged { added, removed, .. } => self.tags.extend(added.iter().chain(removed)),
                Change::DeviceRemoved { tags, outcome, .. } => {
                    self.tags.extend(tags);
                    self.note_outcome(outcome);
                }
                Change::RuleAdded { after: fields, .. } | Change::RuleRemoved { before: fields, .. } => {
                    self.classifications.insert(fields.classification);
                }
                Change::RuleChanged { before, after, .. } => {
                    self.classifications.extend([before.classification, after.classification]);
                }
                Change::ClassificationMoved { id, .. } => {
                    self.classifications.insert(*id);
                }
                _ => {}
            }
        }
        for moved in &record.effects.moves {
            self.note_outcome(&moved.from);
            self.note_outcome(&moved.to);
        }
    }

    /// Lets go of those that are there or were found.
    fn retain_unknown(&mut self, site: &Site, gone: &Gone) {
        let catalogue = &site.catalogue;
        self.tags.retain(|id| catalogue.tags.get(*id).is_none() && !gone.tags.contains_key(id));
        self.classifications.retain(|id| {
            catalogue.classifications.get(*id).is_none() && !gone.classifications.contains_key(id)
        });
    }

    fn note_outcome(&mut self, outcome: &Outcome) {
        self.classifications.extend(outcome.classification.iter().chain(&outcome.undetermined));
    }
}
