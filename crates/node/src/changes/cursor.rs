//! A reader's way through the change log: the index is asked once for each stretch of it, however short the steps are.

use std::collections::VecDeque;
use std::iter::repeat_n;
use std::sync::Arc;

use domain::Version;
use site::queries::changes::{ChangeFilter, entries};
use site::{Site, State as _};

use super::index::Index;
use super::view::{Picked, View};
use super::{ChangeEntry, Damage, Failed, records};

/// Where somebody is who reads what a filter takes, newest first. What is added meanwhile stands before that, and what
/// is pruned meanwhile is passed over.
#[derive(Clone, Debug)]
pub struct ChangeCursor {
    pub(super) filter: Arc<ChangeFilter>,
    /// Found in the index and yet to be read: of some pages at most.
    pub(super) picked: VecDeque<Picked>,
    /// The last record that was not looked for yet.
    pub(super) left: Version,
}

impl ChangeCursor {
    /// The next entries, at most `limit`; none only at the end. What fails may be tried again.
    pub(super) async fn go_on(
        &mut self,
        index: &Index,
        view: &View,
        limit: usize,
    ) -> Result<Vec<Result<ChangeEntry, Damage>>, Failed> {
        let after = records::pruned_through(index).await?;
        self.picked.retain(|one| one.version > after);
        loop {
            if self.picked.is_empty() {
                (self.picked, self.left) = view.older(index, &self.filter, after, self.left).await?;
            }
            let told = self.read(index, limit).await?;
            let is_end = self.picked.is_empty() && self.left == Version(0);
            // A record that was damaged when it was indexed and is put back may have nothing that the filter takes.
            if !told.is_empty() || is_end || limit == 0 {
                return Ok(told);
            }
        }
    }

    /// The first of those that were found.
    pub(super) async fn read(
        &mut self,
        index: &Index,
        limit: usize,
    ) -> Result<Vec<Result<ChangeEntry, Damage>>, Failed> {
        let mut room = limit;
        let mut versions = Vec::new();
        for one in &self.picked {
            if room == 0 {
                break;
            }
            versions.push(one.version);
            room = room.saturating_sub(one.take);
        }
        // Of the last there may be no records, because they are too large.
        let records = records::read(index, &versions, Site::decode).await?;
        let mut told = Vec::new();
        for record in records {
            let Some(one) = self.picked.pop_front() else { break };
            let take = one.take.min(limit - told.len());
            match record {
                Ok(record) => {
                    let places = entries(&self.filter, &record).skip(one.skip).take(take);
                    let entry = |(place, _)| Ok(ChangeEntry { record: Arc::clone(&record), place });
                    told.extend(places.map(entry));
                }
                Err(damage) => told.extend(repeat_n(Err(damage), take)),
            }
            if take < one.take {
                self.picked.push_front(Picked { skip: one.skip + take, take: one.take - take, ..one });
            }
        }
        Ok(told)
    }
}
