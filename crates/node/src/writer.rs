//! The one writer of a log: takes what has queued up, decides and applies it on a clone, commits all of it with one
//! flush, publishes the clone, and answers everyone. While the store commits one group, the next is decided on what that
//! one made; it is decided anew if that one does not land.

mod due;
mod flight;
mod group;

use std::collections::VecDeque;
use std::future::ready;
use std::iter;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use domain::{Error, SiteId, Timestamp, Version};
use site::State;
use store::{CommitId, Outcome, SideRow, Store, StoreError};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use self::flight::{Flight, landing};
use self::group::{GROUP_MAX, Group};
use crate::clock::Clock;
use crate::error::StartError;
use crate::job::Job;
use crate::log::Published;
use crate::point::Point;
use crate::replay::replay;

/// How often a group is decided anew because others had written meanwhile.
const ATTEMPTS_MAX: usize = 8;
/// What a client is told to wait when the store does not take its write.
const RETRY_AFTER_SECONDS: u32 = 5;
/// How long after a failed commit the store is tried again, if no command does that.
const PROBE_AFTER: Duration = Duration::from_secs(5);
/// The row of side state that is written to try it.
const PROBE_KEY: &str = "probe";

pub(crate) struct Writer<S: State> {
    site: SiteId,
    published: Arc<Published<S>>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// A commit may have landed that is not published yet: nothing is decided before the log was read. Nothing is in
    /// flight then.
    in_doubt: bool,
    settings: watch::Receiver<S::Settings>,
    /// When to look at the latest for what is due.
    look_at: Timestamp,
    /// What is due cannot be done and is left until then.
    left_until: Option<Instant>,
    /// Commands that are to be decided, or decided anew.
    waiting: VecDeque<Box<dyn Job<S>>>,
    /// What was decided and is not in the store's hands yet.
    next: Option<Group<S>>,
    /// What the store commits.
    in_flight: Option<Flight<S>>,
    /// How often in a row others had written meanwhile.
    conflicts: usize,
}

/// How a commit ended.
enum Landed {
    Yes,
    /// Others had written: decide anew.
    No,
    Failed(StoreError),
}

impl<S: State> Writer<S> {
    pub(crate) fn new(
        site: SiteId,
        published: Arc<Published<S>>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let settings = published.settings.subscribe();
        let look_at = Timestamp::EPOCH;
        Self {
            site,
            published,
            store,
            clock,
            in_doubt: false,
            settings,
            look_at,
            left_until: None,
            waiting: VecDeque::new(),
            next: None,
            in_flight: None,
            conflicts: 0,
        }
    }

    /// Until `stop` says true; what had queued up by then is still done.
    pub(crate) async fn run(
        mut self,
        mut queue: mpsc::Receiver<Box<dyn Job<S>>>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut taken = Vec::with_capacity(GROUP_MAX);
        let mut has_all = false;
        // Asked to be woken once, not each time around.
        let mut told = pin!(told(&mut stop));
        loop {
            self.go_on().await;
            let is_idle = self.in_flight.is_none();
            if has_all && is_idle {
                return;
            }
            let (room, due_in) = (GROUP_MAX.saturating_sub(self.held()), self.due_in());
            self.published.held.store(self.held(), Ordering::Relaxed);
            let is_in_trouble = self.published.trouble.load().is_some();
            tokio::select! {
                biased;
                () = &mut told, if !queue.is_closed() => queue.close(),
                Ok(()) = self.settings.changed(), if is_idle => self.look_at = Timestamp::EPOCH,
                (flight, outcome) = landing(&mut self.in_flight), if !is_idle => self.land(flight, outcome).await,
                count = queue.recv_many(&mut taken, room), if room > 0 && !has_all => {
                    has_all = count == 0;
                    // What others are about to send is decided together with this: larger groups are fewer flushes.
                    // Where nobody is, that takes a microsecond.
                    tokio::task::yield_now().await;
                    taken.extend(iter::from_fn(|| queue.try_recv().ok()).take(room - count));
                    self.waiting.extend(taken.drain(..).filter(|job| !job.is_abandoned()));
                }
                () = ready(()), if self.may_decide() => {}
                () = tokio::time::sleep(due_in.unwrap_or_default()), if due_in.is_some() => {
                    self.next = Some(self.begun_group());
                }
                () = tokio::time::sleep(PROBE_AFTER), if is_in_trouble && is_idle => self.probe().await,
            }
        }
    }

    /// How many commands were taken from the queue and are not in the store's hands.
    fn held(&self) -> usize {
        self.waiting.len() + self.next.as_ref().map_or(0, Group::commands)
    }

    /// Decides what waits, and gives it to the store if that is free.
    async fn go_on(&mut self) {
        if self.in_doubt
            && !self.waiting.is_empty()
            && let Err(error) = self.catch_up(None).await
        {
            let refused = std::mem::take(&mut self.waiting);
            return self.refuse_all(refused, &error);
        }
        loop {
            self.decide();
            if self.in_flight.is_some() {
                return;
            }
            match self.next.take() {
                Some(group) if group.records.is_empty() => self.publish(group),
                Some(group) => self.take_off(group).await,
                None => {
                    self.conflicts = 0;
                    return;
                }
            }
        }
    }

    async fn take_off(&mut self, group: Group<S>) {
        self.in_flight = Some(Flight::begin(&self.store, self.site, group).await);
    }

    async fn land(&mut self, flight: Flight<S>, outcome: Outcome) {
        match self.landed(outcome, flight.id).await {
            Landed::Yes => {
                flight.observe(&self.published.stats);
                self.conflicts = 0;
                if self.published.version() > flight.group.state.version() {
                    // The log was read as far as others have written behind it.
                    self.decide_anew(iter::empty());
                }
                // The store has something to do while everyone is answered.
                if let Some(next) = self.next.take_if(|next| !next.records.is_empty()) {
                    self.take_off(next).await;
                }
                self.publish(flight.group);
            }
            Landed::No => {
                self.decide_anew(flight.group.into_jobs());
                self.conflicts += 1;
                if self.conflicts == ATTEMPTS_MAX {
                    self.give_up();
                }
            }
            Landed::Failed(error) => {
                self.published.stats.failed_commits.add(1);
                self.conflicts = 0;
                self.decide_anew(iter::empty());
                self.refuse_all(flight.group.into_jobs(), &error);
            }
        }
    }

    async fn landed(&mut self, outcome: Outcome, id: CommitId) -> Landed {
        match outcome {
            Outcome::Committed => self.recovered(),
            Outcome::NotCommitted(error) => Landed::Failed(error),
            Outcome::Conflict => match self.catch_up(None).await {
                Ok(_) => Landed::No,
                Err(error) => Landed::Failed(error),
            },
            Outcome::Unknown(error) => {
                tracing::warn!(site = %self.site, %error, "a commit's outcome is unknown; reading the log");
                self.in_doubt = true;
                match self.catch_up(Some(id)).await {
                    Ok(true) => self.recovered(),
                    Ok(false) => Landed::Failed(error),
                    Err(error) => Landed::Failed(error),
                }
            }
        }
    }

    /// The store takes writes, whatever it said before.
    fn recovered(&self) -> Landed {
        self.published.trouble.store(None);
        Landed::Yes
    }

    /// Has `jobs`, and those that were decided behind them, decided anew before all others.
    fn decide_anew(&mut self, jobs: impl DoubleEndedIterator<Item = Box<dyn Job<S>>>) {
        let behind = self.next.take().into_iter().flat_map(Group::into_jobs);
        let waited_for = jobs.chain(behind).filter(|job| !job.is_abandoned());
        waited_for.rev().for_each(|job| self.waiting.push_front(job));
    }

    /// The store works; others are faster all the time.
    fn give_up(&mut self) {
        self.conflicts = 0;
        self.published.stats.busy.add(self.waiting.len() as u64);
        for job in self.waiting.drain(..) {
            job.refuse(Error::Busy { retry_after_seconds: RETRY_AFTER_SECONDS });
        }
    }

    /// Finds out whether the store takes writes again. Without this a node that nobody sends writes to while it is
    /// not ready would never be ready again.
    async fn probe(&mut self) {
        if self.in_doubt && self.catch_up(None).await.is_err() {
            return;
        }
        let row = SideRow { site: self.site, key: PROBE_KEY.to_owned(), value: Bytes::new() };
        match self.store.save_side(vec![row]).await {
            Ok(()) => {
                tracing::info!(site = %self.site, "the store takes writes again");
                self.published.trouble.store(None);
            }
            Err(error) => tracing::warn!(site = %self.site, %error, "the store still takes no writes"),
        }
    }

    /// Publishes what the log has beyond the published snapshot. Says whether the commit looked for was among it.
    async fn catch_up(&mut self, looked_for: Option<CommitId>) -> Result<bool, StoreError> {
        let from = Point::clone(&self.published.point());
        let (version, end) = (from.state.version(), Version(u64::MAX));
        let read = replay(&self.store, self.site, from, end, looked_for).await.map_err(|error| {
            tracing::error!(site = %self.site, %error, "the log cannot be read");
            match error {
                StartError::Store(error) => error,
                altered => StoreError::Damaged { what: altered.to_string() },
            }
        })?;
        if read.point.state.version() > version {
            drop(self.published.publish(read.point, read.bytes));
        }
        self.in_doubt = false;
        Ok(read.found)
    }

    fn publish(&mut self, group: Group<S>) {
        self.look_at = group.look_at;
        // After an unknown outcome the log itself was read and published already.
        let before = (group.state.version() > self.published.version()).then(|| {
            let point = Point { state: Arc::new(group.state), hash: group.head };
            self.published.publish(point, group.bytes as u64)
        });
        let state = self.published.state();
        group.jobs.into_iter().chain(group.spoilers).for_each(|job| job.answer(&state));
        // Nobody waits for an answer any more.
        drop(before);
    }

    fn refuse_all(&self, jobs: impl IntoIterator<Item = Box<dyn Job<S>>>, error: &StoreError) {
        tracing::error!(site = %self.site, code = error.code(), %error, "writes are refused");
        let reason = format!("the store does not take writes ({})", error.code());
        self.published.trouble.store(Some(Arc::new(reason.clone())));
        for job in jobs {
            let (reason, retry_after_seconds) = (reason.clone(), RETRY_AFTER_SECONDS);
            self.published.stats.unavailable.add(1);
            job.refuse(Error::Unavailable { reason, retry_after_seconds });
        }
    }
}

/// Waits until `stop` says true, or nobody can say so any more.
async fn told(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}
