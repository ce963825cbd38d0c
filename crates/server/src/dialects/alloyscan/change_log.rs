//! The change log of a site: its own entries and those that the instance has about it, as one list, newest first.

use std::collections::VecDeque;
use std::sync::Arc;

use domain::{Error, SiteId, Timestamp};
use node::{ChangeCursor, ChangeEntry, Damage};
use site::queries::changes::{ChangeFilter, Entry, of_instance_record};
use site::{Instance, InstanceRecord, Site};

use crate::auth::ChangeReader;
use crate::dialects::change_shown::{GoneNames, Names};
use crate::failure::Failure;

/// How many entries are read at once, at most.
const BATCH: usize = 250;

/// Reads the list from an offset on. What is done meanwhile moves nothing: it comes before what was read.
pub(super) struct ChangeLog {
    reader: ChangeReader,
    filter: ChangeFilter,
    instance: Arc<Instance>,
    id: SiteId,
    site: Arc<Site>,
    gone: GoneNames,
    /// The instance's that are yet to be given.
    of_instance: VecDeque<InstanceEntry>,
    of_instance_total: usize,
    /// The site's that were read and are yet to be given.
    of_site: VecDeque<Result<ChangeEntry, Damage>>,
    of_site_total: u64,
    /// Behind what was read of the site's.
    rest: Option<ChangeCursor>,
    /// How many are read at once.
    batch: usize,
    ended: bool,
}

/// An entry of the instance's, by its record and its place there.
#[derive(Clone)]
struct InstanceEntry {
    record: Arc<InstanceRecord>,
    place: u16,
}

/// An entry that is given, with the record that it is of.
pub(super) enum Given {
    Site(ChangeEntry),
    Instance(Arc<InstanceRecord>, u16),
}

impl ChangeLog {
    /// The entries that `filter` takes, without the first `offset`, for who takes `limit` of them at most.
    ///
    /// # Errors
    /// When the store cannot be read, or the log is being indexed.
    pub(super) async fn open(
        reader: ChangeReader,
        filter: ChangeFilter,
        offset: usize,
        limit: usize,
    ) -> Result<Self, Failure> {
        let (id, site, instance) = (reader.site_id(), reader.site()?, reader.instance());
        let mut of_instance = VecDeque::new();
        for record in reader.instance_changes().await? {
            let entries = of_instance_record(&instance, (id, &site), &record);
            let taken = entries.filter(|entry| entry.is_taken(&filter)).map(|entry| entry.place);
            let mut places: Vec<_> = taken.collect();
            places.reverse();
            of_instance
                .extend(places.into_iter().map(|place| InstanceEntry { record: Arc::clone(&record), place }));
        }
        let of_instance_total = of_instance.len();
        // So many of the site's come before the offset, however the others lie among them.
        let start = offset.saturating_sub(of_instance_total);
        let mut log = Self {
            reader,
            filter,
            instance,
            id,
            site,
            gone: GoneNames::default(),
            of_instance,
            of_instance_total,
            of_site: VecDeque::new(),
            of_site_total: 0,
            rest: None,
            batch: BATCH.min(limit.saturating_add(offset - start)),
            ended: false,
        };
        log.begin(start as u64).await?;
        let before = if start == 0 { 0 } else { log.before_site() };
        log.of_instance.drain(..before);
        for _ in 0..(offset - start - before) {
            log.pass().await?;
        }
        Ok(log)
    }

    /// How many entries the filter takes.
    pub(super) fn total(&self) -> usize {
        usize::try_from(self.of_site_total).unwrap_or(usize::MAX).saturating_add(self.of_instance_total)
    }

    /// The next entry; none at the end.
    ///
    /// # Errors
    /// When the store cannot be read, or the entry is of a record that is damaged.
    pub(super) async fn next(&mut self) -> Result<Option<Given>, Failure> {
        self.pass().await?.transpose().map_err(|damage| Error::from(damage).into())
    }

    /// Goes on by one entry, whether it can be told or not.
    async fn pass(&mut self) -> Result<Option<Result<Given, Damage>>, Failure> {
        if self.of_site.is_empty() && !self.ended {
            self.read().await?;
        }
        let is_instances = match (self.of_instance.front(), self.of_site.front()) {
            // Of one moment the site's come first.
            (Some(one), Some(other)) => one.record.time > time_of(other),
            (one, _) => one.is_some(),
        };
        if is_instances {
            let given = self.of_instance.pop_front();
            return Ok(given.map(|one| Ok(Given::Instance(one.record, one.place))));
        }
        Ok(self.of_site.pop_front().map(|entry| entry.map(Given::Site)))
    }

    /// What an entry says; none where its record is not what the log says it is.
    pub(super) fn entry<'g>(&self, given: &'g Given) -> Option<Entry<'g>> {
        match given {
            Given::Site(entry) => Entry::of(&self.site, &entry.record, u16::try_from(entry.place).ok()?),
            Given::Instance(record, place) => {
                Entry::of_instance(&self.instance, (self.id, &self.site), record, *place)
            }
        }
    }

    /// Where names are looked up that records do not have.
    pub(super) fn names(&self) -> Names<'_> {
        Names { instance: &self.instance, id: self.id, site: &self.site, gone: self.gone.get() }
    }

    /// How many of the instance's come before the first that was read of the site's; none of those that come after its
    /// last can, if there is no such one, have been asked for.
    fn before_site(&self) -> usize {
        let Some(first) = self.of_site.front() else { return self.of_instance.len() };
        self.of_instance.iter().take_while(|one| one.record.time > time_of(first)).count()
    }

    /// Counts the site's and reads the first behind an offset.
    async fn begin(&mut self, offset: u64) -> Result<(), Failure> {
        let page = self.reader.changes(&self.filter, offset, self.batch).await?;
        (self.of_site_total, self.rest) = (page.total, Some(page.rest));
        self.take(page.entries).await
    }

    /// Reads more of the site's.
    async fn read(&mut self) -> Result<(), Failure> {
        let entries = match &mut self.rest {
            Some(rest) => self.reader.changes_next(rest, self.batch).await?,
            None => Vec::new(),
        };
        self.ended = entries.is_empty();
        self.take(entries).await
    }

    async fn take(&mut self, entries: Vec<Result<ChangeEntry, Damage>>) -> Result<(), Failure> {
        self.of_site.extend(entries);
        let records = self.of_site.iter().flatten().map(|entry| &*entry.record);
        self.gone.learn(&self.reader, &self.site, records).await
    }
}

/// When an entry was made.
fn time_of(entry: &Result<ChangeEntry, Damage>) -> Timestamp {
    match entry {
        Ok(entry) => entry.record.time,
        Err(damage) => damage.time,
    }
}
