//! The index of one site's log: its pages in the store, and what came after the last of them in memory.

use std::sync::Arc;

use domain::{SiteId, Version};
use site::log_index::{LogPage, PageBuilder};
use site::{Site, State};
use store::{Chain, Hash, IndexPage, Store, Stored};
use tokio::sync::Mutex;

use super::Failed;
use super::bodies::Bodies;
use super::records;
use super::view::{Indexed, View};
use crate::background;
use crate::blocking::{joined, off_thread};

/// How many records are read at once.
const STEP_RECORDS: usize = 4096;
/// A step of fewer records is done for somebody who waits.
const SHORT_STEP_RECORDS: usize = 512;
/// After so many records the keeper lets others have their turn.
const EXTEND_RECORDS: u64 = 1 << 16;
/// How many pages are read at once.
pub(super) const LOAD_PAGES: usize = 64;

/// The index of a site's log.
pub(crate) struct Index {
    pub(super) store: Arc<dyn Store>,
    pub(super) site: SiteId,
    pub(super) bodies: Arc<Bodies>,
    /// None until it is first asked for.
    built: Mutex<Option<Built>>,
}

/// As far as it has come.
struct Built {
    pages: Vec<Arc<Indexed>>,
    tail: Arc<Tail>,
    /// The last record of the tail.
    end: Chain,
    /// What readers see of this.
    view: Option<Arc<View>>,
}

/// The page that is not full yet.
#[derive(Clone)]
struct Tail {
    page: PageBuilder,
    /// The hash of the record before its first one.
    before: Hash,
}

impl Tail {
    fn after(end: Chain) -> Self {
        Self { page: PageBuilder::new(end.version), before: end.hash }
    }
}

/// A page that has become full.
struct Full {
    page: LogPage,
    written: IndexPage,
}

impl Index {
    /// Of a site's log in a store; `bodies` are those of all sites.
    pub(crate) fn new(store: Arc<dyn Store>, site: SiteId, bodies: Arc<Bodies>) -> Self {
        Self { store, site, bodies, built: Mutex::default() }
    }

    /// The index of the log up to a version at least, which the log has. What was done when the caller leaves is kept.
    pub(crate) async fn reach(&self, version: Version) -> Result<Arc<View>, Failed> {
        let mut built = self.built.lock().await;
        let built = self.loaded(&mut built, version).await?;
        while built.end.version < version {
            self.step(built, version).await?;
        }
        if let Some(view) = &built.view {
            return Ok(Arc::clone(view));
        }
        let (pages, tail) = (built.pages.clone(), Arc::clone(&built.tail));
        let view = off_thread(move || View::new(pages, tail.page.page())).await;
        Ok(Arc::clone(built.view.insert(Arc::new(view))))
    }

    /// Brings it nearer to a version of the log, for who asks later; whether it is there.
    pub(crate) async fn extend(&self, version: Version) -> Result<bool, Failed> {
        self.bodies.sweep();
        let mut built = self.built.lock().await;
        let built = self.loaded(&mut built, version).await?;
        let enough = Version(built.end.version.0.saturating_add(EXTEND_RECORDS)).min(version);
        while built.end.version < enough {
            self.step(built, enough).await?;
        }
        Ok(built.end.version >= version)
    }

    /// What there is of it, for a log that has come to a version.
    async fn loaded<'a>(
        &self,
        built: &'a mut Option<Built>,
        version: Version,
    ) -> Result<&'a mut Built, Failed> {
        match built {
            Some(built) => Ok(built),
            none => Ok(none.insert(self.load(version).await?)),
        }
    }

    /// Has it read from the store anew when it is next asked for.
    pub(super) async fn forget(&self) {
        *self.built.lock().await = None;
        self.bodies.forget(self.site);
    }

    /// Takes in what comes next in the log. Changes `built` only when all is done, so it may be given up.
    async fn step(&self, built: &mut Built, version: Version) -> Result<(), Failed> {
        let left = usize::try_from(version.0 - built.end.version.0).unwrap_or(usize::MAX);
        let read = self.store.records_since(self.site, built.end.version, left.min(STEP_RECORDS)).await;
        let records = match read.map_err(Failed::from) {
            Err(Failed::Moved) => {
                // All that it has was pruned, and more.
                *built = self.begun().await?;
                return Ok(());
            }
            records => records?,
        };
        if records.is_empty() {
            return Err(Failed::Damaged(format!("record {} is missing", built.end.version.next())));
        }
        let (tail, end, short) = (Arc::clone(&built.tail), built.end, records.len() < SHORT_STEP_RECORDS);
        let work = move || take_in(Arc::unwrap_or_clone(tail), end, &records);
        let (full, tail, end) =
            if short { off_thread(work).await } else { joined(background::begin(work)).await }?;
        for Full { written, .. } in &full {
            self.store.write_index_page(self.site, written.clone()).await?;
        }
        built.pages.extend(full.iter().map(|Full { page, written }| Arc::new(Indexed::new(page, written))));
        built.tail = Arc::new(tail);
        built.end = end;
        built.view = None;
        Ok(())
    }

    /// What the store has of it, as far as that is of this log and not beyond a version; the log goes on from there.
    async fn load(&self, version: Version) -> Result<Built, Failed> {
        let pruned = records::pruned_through(self).await?;
        let mut pages: Vec<Arc<Indexed>> = Vec::new();
        let mut read = self.store.index_pages(self.site, Version(0), LOAD_PAGES).await?;
        while let Some(end) = read.last().map(|last| last.through) {
            let (count, last) = (read.len(), pages.last().cloned());
            // The next ones are read while these are looked at.
            let fit = off_thread(move || fitting(last, pruned, version, &read));
            let (fit, next) = tokio::join!(fit, self.store.index_pages(self.site, end, LOAD_PAGES));
            let all = fit.len() == count;
            for (indexed, page) in fit {
                self.bodies.keep(self.site, Arc::new(page), indexed.bytes);
                pages.push(indexed);
            }
            if !all {
                break;
            }
            read = next?;
        }
        // A store may have been put back from two backups.
        while let Some(last) = pages.last() {
            if records::hash_at(self, last.through).await? == Some(last.hash) {
                break;
            }
            pages.pop();
        }
        match pages.last() {
            Some(last) => {
                let end = Chain { version: last.through, hash: last.hash };
                Ok(Built { pages, tail: Arc::new(Tail::after(end)), end, view: None })
            }
            None => self.begun().await,
        }
    }

    /// Nothing of it yet, before the first record that was not pruned.
    async fn begun(&self) -> Result<Built, Failed> {
        let version = records::pruned_through(self).await?;
        let hash = match version {
            Version(0) => Hash::ZERO,
            version => records::hash_at(self, version).await?.ok_or(Failed::Moved)?,
        };
        let end = Chain { version, hash };
        Ok(Built { pages: Vec::new(), tail: Arc::new(Tail::after(end)), end, view: None })
    }
}

/// Those of the pages read that follow each other and the one before, up to a version.
fn fitting(
    mut last: Option<Arc<Indexed>>,
    pruned: Version,
    version: Version,
    read: &[IndexPage],
) -> Vec<(Arc<Indexed>, LogPage)> {
    let mut fit = Vec::with_capacity(read.len());
    for written in read {
        let follows = match &last {
            Some(last) => written.after == last.through && written.before == last.hash,
            None => written.after <= pruned,
        };
        let page = LogPage::decode(&written.body).ok().filter(|page| is_of(page, written));
        let Some(page) = page.filter(|_| follows && written.through <= version) else { break };
        let indexed = Arc::new(Indexed::new(&page, written));
        last = Some(Arc::clone(&indexed));
        fit.push((indexed, page));
    }
    fit
}

/// Whether a page is of the records that it was written for.
pub(super) fn is_of(page: &LogPage, written: &IndexPage) -> bool {
    (page.after(), page.through()) == (written.after, written.through)
}

/// Takes records into a page, held against the chain; says which pages became full.
fn take_in(mut tail: Tail, mut end: Chain, records: &[Stored]) -> Result<(Vec<Full>, Tail, Chain), Failed> {
    let mut full = Vec::new();
    for Stored { record, .. } in records {
        let broken = |what: String| Failed::Damaged(format!("record {}: {what}", record.version));
        end.follow(record).map_err(|error| broken(error.to_string()))?;
        let decoded = Site::decode(&record.payload).map_err(|error| broken(error.to_string()))?;
        if decoded.version != record.version {
            return Err(broken(format!("it is record {}", decoded.version)));
        }
        tail.page.add(&decoded);
        if tail.page.is_full() {
            let page = tail.page.page();
            let written = IndexPage {
                after: page.after(),
                through: page.through(),
                before: tail.before,
                hash: end.hash,
                body: page.encode().into(),
            };
            full.push(Full { page, written });
            tail = Tail::after(end);
        }
    }
    Ok((full, tail, end))
}
