//! The records of the audit trail of a site: its own and those of the instance, as one list, newest first.

use std::collections::VecDeque;

use domain::{SiteId, Timestamp, Version};
use site::queries::audit::{self, Event};
use site::{Instance, InstanceRecord, Record, Site, SiteRecord, State};

use crate::auth::{ClientStatus, Viewer};
use crate::failure::Failure;

/// Most records that are read at once.
const BATCH_MAX: usize = 1000;
/// How much more each read asks for than the one before: where few records hold what is looked for, soon many are read
/// at once.
const BATCH_GROWTH: usize = 4;

/// A record of either log.
pub(super) enum Entry {
    Site(SiteRecord),
    Instance(InstanceRecord),
}

impl Entry {
    /// Its events that are about the site of that id and snapshot, the last first.
    pub(super) fn for_each(
        &self,
        id: SiteId,
        site: &Site,
        instance: &Instance,
        visit: impl FnMut(Event<'_>),
    ) {
        match self {
            Self::Site(record) => audit::of_record(site, record).for_each(visit),
            Self::Instance(record) => {
                audit::of_instance_record(instance, id, site, record).for_each(visit);
            }
        }
    }
}

/// Reads the trail backwards.
pub(super) struct Trail<'v> {
    viewer: &'v Viewer<ClientStatus>,
    start: Timestamp,
    batch: usize,
    site: Source<SiteRecord>,
    instance: Source<InstanceRecord>,
}

impl<'v> Trail<'v> {
    /// From the last record of `viewer`'s site and of `instance` that is not later than `end` back to the first not
    /// earlier than `start`; about `wanted` records will be asked for. What is done meanwhile moves no page.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) async fn new(
        viewer: &'v Viewer<ClientStatus>,
        instance: &Instance,
        start: Timestamp,
        end: Option<Timestamp>,
        wanted: usize,
    ) -> Result<Self, Failure> {
        let (mut site, mut instance) = (viewer.site().version(), instance.version());
        if let Some(end) = end {
            site = site.min(viewer.version_at(end).await?);
            instance = instance.min(viewer.instance_version_at(end).await?);
        }
        let (site, instance) = (Source::new(site.next()), Source::new(instance.next()));
        Ok(Self { viewer, start, batch: wanted.clamp(1, BATCH_MAX), site, instance })
    }

    /// The next older records, at most two thousand; none at the end.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) async fn next(&mut self) -> Result<Vec<Entry>, Failure> {
        let batch = self.batch;
        if let Some(before) = self.site.wants() {
            let records = self.viewer.audited_before(before, batch).await?;
            self.site.take(records, self.start);
            self.batch = grown(batch);
        }
        if let Some(before) = self.instance.wants() {
            let records = self.viewer.instance_audited_before(before, batch).await?;
            self.instance.take(records, self.start);
            self.batch = grown(batch);
        }
        let mut entries = Vec::new();
        while let Some(entry) = self.pop() {
            entries.push(entry);
            // What is older in the other log may be newer than what this one has next.
            if self.site.wants().is_some() || self.instance.wants().is_some() {
                break;
            }
        }
        Ok(entries)
    }

    /// The newest of what was read.
    fn pop(&mut self) -> Option<Entry> {
        // Nothing is older than anything.
        if self.instance.time() > self.site.time() {
            self.instance.read.pop_front().map(Entry::Instance)
        } else {
            self.site.read.pop_front().map(Entry::Site)
        }
    }
}

fn grown(batch: usize) -> usize {
    (batch * BATCH_GROWTH).min(BATCH_MAX)
}

/// One of the two logs: what was read of it and is yet to be given.
struct Source<R> {
    before: Version,
    read: VecDeque<R>,
    ended: bool,
}

impl<R> Source<R> {
    fn new(before: Version) -> Self {
        Self { before, read: VecDeque::new(), ended: false }
    }

    /// Before which version to read on, if that is to be done now.
    fn wants(&self) -> Option<Version> {
        (self.read.is_empty() && !self.ended).then_some(self.before)
    }
}

impl<C, E> Source<Record<C, E>> {
    /// Takes in what was read, newest first; none ends the log, as does one from before `start`.
    fn take(&mut self, records: Vec<Record<C, E>>, start: Timestamp) {
        self.ended = records.last().is_none_or(|last| last.time < start);
        self.before = records.last().map_or(self.before, |last| last.version);
        self.read.extend(records.into_iter().take_while(|record| record.time >= start));
    }

    /// Of the record to be given next.
    fn time(&self) -> Option<Timestamp> {
        self.read.front().map(|record| record.time)
    }
}
