//! The index of a log as of one version, and what is asked of it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use domain::{DeviceNumber, Timestamp, Version};
use site::log_index::{Counts, LogPage};
use site::queries::changes::ChangeFilter;
use store::{Chain, Hash, IndexPage};

use super::Failed;
use super::cursor::ChangeCursor;
use super::index::{Index, LOAD_PAGES, is_of};
use crate::blocking::off_thread;

/// So many pages are asked together by who goes on behind a cursor.
const OLDER_PAGES: usize = 8;

/// What is always known of a page, so that most questions need few pages themselves.
pub(super) struct Indexed {
    pub(super) after: Version,
    pub(super) through: Version,
    pub(super) hash: Hash,
    /// What the page weighs.
    pub(super) bytes: usize,
    /// Its records are not what was committed, and there is no page of them.
    pub(super) is_damaged: bool,
    counts: Counts,
    span: Option<(Timestamp, Timestamp)>,
}

impl Indexed {
    pub(super) fn new(page: &LogPage, written: &IndexPage) -> Self {
        Self {
            after: written.after,
            through: written.through,
            hash: written.hash,
            bytes: written.body.len(),
            is_damaged: false,
            counts: page.counts(),
            span: page.span(),
        }
    }

    /// Of damaged records after a version.
    pub(super) fn damaged(after: Version, end: Chain) -> Self {
        let Chain { version: through, hash } = end;
        let (counts, span) = (Counts::default(), None);
        Self { after, through, hash, bytes: 0, is_damaged: true, counts, span }
    }

    /// Its records after a version, newest first.
    fn versions(&self, after: Version) -> impl Iterator<Item = Version> + use<> {
        (self.after.max(after).0..self.through.0).rev().map(|before| Version(before).next())
    }

    /// How many entries it has that a filter takes, of records after a version, where that can be told without the
    /// page.
    fn known(&self, filter: &ChangeFilter, after: Version) -> Option<u64> {
        let Some((first, last)) = self.span else { return Some(0) };
        let too_early = filter.since.is_some_and(|since| last < since);
        let too_late = filter.until.is_some_and(|until| until < first);
        let of_kinds = self.counts.taken_by(filter);
        if too_early || too_late || self.through <= after || of_kinds == 0 {
            return Some(0);
        }
        let whole = filter.takes_time(first) && filter.takes_time(last) && self.after >= after;
        (whole && filter.user.is_none()).then_some(of_kinds)
    }
}

/// All pages, oldest first.
pub(crate) struct View {
    pages: Vec<Arc<Indexed>>,
    tail: Arc<LogPage>,
    tail_indexed: Indexed,
}

/// Entries of a record that are yet to be given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Picked {
    pub(super) version: Version,
    /// So many of them are not, the last ones.
    pub(super) skip: usize,
    pub(super) take: usize,
}

impl View {
    pub(super) fn new(pages: Vec<Arc<Indexed>>, tail: LogPage) -> Self {
        let tail_indexed = Indexed {
            after: tail.after(),
            through: tail.through(),
            hash: Hash::ZERO,
            bytes: 0,
            is_damaged: false,
            counts: tail.counts(),
            span: tail.span(),
        };
        Self { pages, tail: Arc::new(tail), tail_indexed }
    }

    /// The last version.
    pub(super) fn through(&self) -> Version {
        self.tail_indexed.through
    }

    /// How many entries a filter takes, of records after a version, and where those after the first `offset` begin, for
    /// who takes `limit` of them first.
    pub(super) async fn pick(
        &self,
        index: &Index,
        filter: Arc<ChangeFilter>,
        after: Version,
        offset: u64,
        limit: usize,
    ) -> Result<(u64, ChangeCursor), Failed> {
        let known: Vec<_> = self.newest_first().map(|place| self.known(place, &filter, after)).collect();
        let unknown: Vec<_> = self.newest_first().zip(&known).filter(|(_, known)| known.is_none()).collect();
        let unknown: Vec<usize> = unknown.into_iter().map(|(place, _)| place).collect();
        let counting = Arc::clone(&filter);
        let count = move |page: &LogPage| {
            page.taken_by(&counting, after).iter().map(|(_, entries)| u64::from(*entries)).sum::<u64>()
        };
        let mut counted = self.ask(index, &unknown, count).await?.into_iter();
        let end = offset.saturating_add(limit.max(1) as u64);
        let (mut total, mut begins, mut asked) = (0, None, Vec::new());
        for (place, known) in self.newest_first().zip(known) {
            let entries = known.or_else(|| counted.next()).unwrap_or_default();
            if entries > 0 && total + entries > offset && total < end {
                begins.get_or_insert(total);
                asked.push(place);
            }
            total += entries;
        }
        let left = asked.last().map_or(Version(0), |place| self.at(*place).after);
        let mut picked = self.taken(index, &filter, after, &asked).await?;
        // The first of those pages has some before the offset.
        let mut skip = usize::try_from(offset - begins.unwrap_or(offset)).unwrap_or(usize::MAX);
        while let Some(mut one) = picked.pop_front() {
            if skip < one.take {
                (one.skip, one.take) = (skip, one.take - skip);
                picked.push_front(one);
                break;
            }
            skip -= one.take;
        }
        Ok((total, ChangeCursor { filter, picked, left }))
    }

    /// The newest records that have entries which a filter takes, of those after a version and not after `left`, and
    /// what is left then: those of some pages, none only when there are none.
    pub(super) async fn older(
        &self,
        index: &Index,
        filter: &Arc<ChangeFilter>,
        after: Version,
        left: Version,
    ) -> Result<(VecDeque<Picked>, Version), Failed> {
        let end = match self.tail_indexed.after < left {
            true => self.pages.len() + 1,
            false => self.pages.partition_point(|page| page.after < left),
        };
        let mut places = (0..end).rev().filter(|place| self.known(*place, filter, after) != Some(0));
        loop {
            let next: Vec<usize> = places.by_ref().take(OLDER_PAGES).collect();
            let Some(last) = next.last() else { return Ok((VecDeque::new(), Version(0))) };
            let mut picked = self.taken(index, filter, after, &next).await?;
            picked.retain(|one| one.version <= left);
            if !picked.is_empty() {
                return Ok((picked, self.at(*last).after));
            }
        }
    }

    /// The records of these pages that have entries which a filter takes.
    async fn taken(
        &self,
        index: &Index,
        filter: &Arc<ChangeFilter>,
        after: Version,
        places: &[usize],
    ) -> Result<VecDeque<Picked>, Failed> {
        let taking = Arc::clone(filter);
        let each = |version| (version, 1);
        let taken = self.or_damaged(index, places, after, each, move |page| page.taken_by(&taking, after));
        let whole = |(version, entries)| {
            let take = usize::try_from(entries).unwrap_or(usize::MAX);
            Picked { version, skip: 0, take }
        };
        Ok(taken.await?.into_iter().flatten().map(whole).collect())
    }

    /// As [`Indexed::known`]. A damaged record has one entry wherever a filter might take one.
    fn known(&self, place: usize, filter: &ChangeFilter, after: Version) -> Option<u64> {
        let indexed = self.at(place);
        if !indexed.is_damaged {
            return indexed.known(filter, after);
        }
        let spans = |place| self.at(place).span;
        let from = (0..place).rev().find_map(spans).map_or(Timestamp::EPOCH, |(_, last)| last);
        let to = (place..=self.pages.len()).find_map(spans).map(|(first, _)| first);
        let records = if filter.may_take(from, to) { indexed.versions(after).count() } else { 0 };
        Some(records as u64)
    }

    /// The records after a version that are part of a device's history, newest first. A damaged one might be part of
    /// any.
    pub(super) async fn of_device(
        &self,
        index: &Index,
        device: DeviceNumber,
        after: Version,
    ) -> Result<Vec<Version>, Failed> {
        let kept: Vec<usize> = self.newest_first().filter(|place| self.at(*place).through > after).collect();
        let each = |version| version;
        let of_pages = self.or_damaged(index, &kept, after, each, move |page| page.of_device(device, after));
        Ok(of_pages.await?.concat())
    }

    /// The places of all pages, that of the tail first.
    fn newest_first(&self) -> impl Iterator<Item = usize> + use<> {
        (0..=self.pages.len()).rev()
    }

    fn at(&self, place: usize) -> &Indexed {
        self.pages.get(place).map_or(&self.tail_indexed, |page| page)
    }

    /// As [`View::ask`], of damaged records in between `each` of them after a version.
    async fn or_damaged<T: Send + 'static>(
        &self,
        index: &Index,
        places: &[usize],
        after: Version,
        each: impl Fn(Version) -> T,
        ask: impl Fn(&LogPage) -> Vec<T> + Clone + Send + 'static,
    ) -> Result<Vec<Vec<T>>, Failed> {
        let is_damaged = |place: &usize| self.at(*place).is_damaged;
        let whole: Vec<usize> = places.iter().copied().filter(|place| !is_damaged(place)).collect();
        let mut asked = self.ask(index, &whole, ask).await?.into_iter();
        let answers = places.iter().map(|place| match is_damaged(place) {
            true => self.at(*place).versions(after).map(&each).collect(),
            false => asked.next().unwrap_or_default(),
        });
        Ok(answers.collect())
    }

    /// What pages answer, in the order of the places, off the runtime's threads.
    async fn ask<T: Send + 'static>(
        &self,
        index: &Index,
        places: &[usize],
        ask: impl Fn(&LogPage) -> T + Clone + Send + 'static,
    ) -> Result<Vec<T>, Failed> {
        let mut answers = Vec::with_capacity(places.len());
        for places in places.chunks(LOAD_PAGES) {
            let bodies = self.bodies(index, places).await?;
            let ask = ask.clone();
            let asked = off_thread(move || {
                let pages = bodies.into_iter().map(Body::page);
                pages
                    .map(|page| page.map(|(page, bytes)| (ask(&page), page, bytes)))
                    .collect::<Option<Vec<_>>>()
            });
            for (answer, page, bytes) in asked.await.ok_or(Failed::Moved)? {
                if bytes > 0 {
                    index.bodies.keep(index.site, page, bytes);
                }
                answers.push(answer);
            }
        }
        Ok(answers)
    }

    /// The pages at these places, from memory or from the store.
    async fn bodies(&self, index: &Index, places: &[usize]) -> Result<Vec<Body>, Failed> {
        let mut read: HashMap<Version, IndexPage> = HashMap::new();
        let mut bodies = Vec::with_capacity(places.len());
        // Oldest first, because that is how the store gives them.
        for place in places.iter().rev() {
            let Some(indexed) = self.pages.get(*place) else {
                bodies.push(Body::AtHand(Arc::clone(&self.tail)));
                continue;
            };
            if let Some(page) = index.bodies.get(index.site, indexed.through) {
                bodies.push(Body::AtHand(page));
                continue;
            }
            if !read.contains_key(&indexed.through) {
                let pages = index.store.index_pages(index.site, indexed.after, LOAD_PAGES).await?;
                read.extend(pages.into_iter().map(|page| (page.through, page)));
            }
            let page = read.remove(&indexed.through).filter(|page| page.hash == indexed.hash);
            bodies.push(Body::Read(page.ok_or(Failed::Moved)?));
        }
        bodies.reverse();
        Ok(bodies)
    }
}

enum Body {
    AtHand(Arc<LogPage>),
    Read(IndexPage),
}

impl Body {
    /// The page, with what it weighs if it was read just now; none when it is not what it was written as.
    fn page(self) -> Option<(Arc<LogPage>, usize)> {
        match self {
            Self::AtHand(page) => Some((page, 0)),
            Self::Read(written) => {
                let page = LogPage::decode(&written.body).ok().filter(|page| is_of(page, &written))?;
                Some((Arc::new(page), written.body.len()))
            }
        }
    }
}
