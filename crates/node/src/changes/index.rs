//! The index of one site's log: its pages in the store, and what came after the last of them in memory.

use std::sync::Arc;

use domain::{SiteId, Version};
use site::log_index::{LogPage, PageBuilder};
use site::{Site, State};
use store::{Chain, Hash, IndexPage, Record, Store, Stored};
use tokio::sync::Mutex;

use super::Failed;
use super::bodies::Bodies;
use super::damage::told;
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
/// Most runs of damaged records that an index passes over.
const DAMAGED_MAX: usize = 1000;
/// Most records of such a run.
const DAMAGED_RECORDS: u64 = 4096;
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

    /// The page as it is.
    fn closed(&self, hash: Hash) -> Taken {
        let page = self.page.page();
        let body = page.encode().into();
        let written =
            IndexPage { after: page.after(), through: page.through(), before: self.before, hash, body };
        Taken::Page(Arc::new(Indexed::new(&page, &written)), written)
    }
}

/// What records were taken into.
enum Taken {
    /// A page that takes no more.
    Page(Arc<Indexed>, IndexPage),
    /// A record that is damaged, by itself: it is noted in memory alone, so one that is put back is found whole at the
    /// next start.
    Damaged(Chain),
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
        let next = built.end.version.next();
        if records.first().is_none_or(|first| first.record.version != next) {
            return Err(Failed::Missing(next));
        }
        let (tail, end, short) = (Arc::clone(&built.tail), built.end, records.len() < SHORT_STEP_RECORDS);
        let site = self.site;
        let work = move || take_in(site, Arc::unwrap_or_clone(tail), end, &records);
        let (taken, tail, end) =
            if short { off_thread(work).await } else { joined(background::begin(work)).await };
        let mut pages = built.pages.clone();
        for one in &taken {
            match one {
                Taken::Page(page, _) => pages.push(Arc::clone(page)),
                Taken::Damaged(end) => pass_over(&mut pages, *end)?,
            }
        }
        for one in taken {
            if let Taken::Page(_, written) = one {
                self.store.write_index_page(self.site, written).await?;
            }
        }
        built.pages = pages;
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

/// Notes a damaged record behind these pages.
fn pass_over(pages: &mut Vec<Arc<Indexed>>, end: Chain) -> Result<(), Failed> {
    let goes_on =
        |last: &&mut Arc<Indexed>| last.is_damaged && last.through.0 - last.after.0 < DAMAGED_RECORDS;
    if let Some(last) = pages.last_mut().filter(goes_on) {
        *last = Arc::new(Indexed::damaged(last.after, end));
        return Ok(());
    }
    if pages.iter().filter(|page| page.is_damaged).count() >= DAMAGED_MAX {
        return Err(Failed::Damaged(end.version));
    }
    pages.push(Arc::new(Indexed::damaged(Version(end.version.0 - 1), end)));
    Ok(())
}

/// Takes records that follow each other into a page, held against the chain; says which pages became full. A damaged
/// record ends the page before it.
fn take_in(site: SiteId, mut tail: Tail, mut end: Chain, records: &[Stored]) -> (Vec<Taken>, Tail, Chain) {
    let mut taken = Vec::new();
    for Stored { record, .. } in records {
        let found = told(site, end, record, Site::decode);
        let Record { version, hash, .. } = *record;
        match found {
            Ok(found) => {
                tail.page.add(&found);
                end = Chain { version, hash };
                if tail.page.is_full() {
                    taken.push(tail.closed(end.hash));
                    tail = Tail::after(end);
                }
            }
            Err(_) => {
                if tail.page.through() > tail.page.after() {
                    taken.push(tail.closed(end.hash));
                }
                end = Chain { version, hash };
                taken.push(Taken::Damaged(end));
                tail = Tail::after(end);
            }
        }
    }
    (taken, tail, end)
}
