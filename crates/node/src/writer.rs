//! The one writer of a log: takes what has queued up, decides and applies it on a clone, commits all of it with one
//! flush, publishes the clone, and answers everyone.

mod due;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::{Error, SiteId, Timestamp, Version};
use site::{Context, State};
use store::{Commit, CommitId, Hash, MAX_RECORD_BYTES, Outcome, Record, SideRow, Store, StoreError, link};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use uuid::Uuid;

use crate::blocking::said;
use crate::clock::Clock;
use crate::error::StartError;
use crate::job::Job;
use crate::log::Published;
use crate::point::Point;
use crate::replay::replay;

/// Most commands of one group.
const GROUP_MAX: usize = 256;
/// A group is closed once its records weigh this much.
const GROUP_BYTES: usize = 16 << 20;
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
    /// A commit may have landed that is not published yet: nothing is decided before the log was read.
    in_doubt: bool,
    settings: watch::Receiver<S::Settings>,
    /// When to look at the latest for what is due.
    look_at: Timestamp,
    /// What is due cannot be done and is left until then.
    left_until: Option<Instant>,
}

/// Commands that were decided and applied on a clone, and the records to commit.
struct Group<S: State> {
    jobs: Vec<Box<dyn Job<S>>>,
    state: S,
    records: Vec<Record>,
    head: Hash,
    /// What its records weigh.
    bytes: usize,
    /// When to look for what is due after it.
    look_at: Timestamp,
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
        Self { site, published, store, clock, in_doubt: false, settings, look_at, left_until: None }
    }

    /// Until `stop` says true; what had queued up by then is still done.
    pub(crate) async fn run(
        mut self,
        mut queue: mpsc::Receiver<Box<dyn Job<S>>>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut taken = Vec::with_capacity(GROUP_MAX);
        loop {
            let due_in = self.due_in();
            let count = tokio::select! {
                biased;
                () = told(&mut stop), if !queue.is_closed() => {
                    queue.close();
                    continue;
                }
                Ok(()) = self.settings.changed() => {
                    self.look_at = Timestamp::EPOCH;
                    continue;
                }
                count = queue.recv_many(&mut taken, GROUP_MAX) => count,
                () = tokio::time::sleep(due_in.unwrap_or_default()), if due_in.is_some() => {
                    self.do_group(&mut VecDeque::new()).await;
                    continue;
                }
                () = tokio::time::sleep(PROBE_AFTER), if self.published.trouble.load().is_some() => {
                    self.probe().await;
                    continue;
                }
            };
            if count == 0 {
                return;
            }
            let mut waiting: VecDeque<_> = taken.drain(..).filter(|job| !job.is_abandoned()).collect();
            while !waiting.is_empty() {
                self.do_group(&mut waiting).await;
            }
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

    /// Does as many of the waiting commands as one group takes.
    async fn do_group(&mut self, waiting: &mut VecDeque<Box<dyn Job<S>>>) {
        if self.in_doubt
            && let Err(error) = self.catch_up(None).await
        {
            return self.refuse_all(waiting.drain(..), &error);
        }
        for _ in 0..ATTEMPTS_MAX {
            let mut group = self.decide(waiting);
            let (records, commands) = (std::mem::take(&mut group.records), group.jobs.len());
            match self.measured_commit(records, commands).await {
                Landed::Yes => return self.publish(group),
                Landed::No => group.jobs.into_iter().rev().for_each(|job| waiting.push_front(job)),
                Landed::Failed(error) => return self.refuse_all(group.jobs.into_iter(), &error),
            }
        }
        // The store works; others are faster all the time.
        self.published.stats.busy.add(waiting.len() as u64);
        waiting
            .drain(..)
            .for_each(|job| job.refuse(Error::Busy { retry_after_seconds: RETRY_AFTER_SECONDS }));
    }

    /// Decides and applies commands one after the other, each on what those before it made.
    fn decide(&mut self, waiting: &mut VecDeque<Box<dyn Job<S>>>) -> Group<S> {
        let mut group = self.begun_group();
        while group.bytes < GROUP_BYTES
            && let Some(mut job) = waiting.pop_front()
        {
            let done = catch_unwind(AssertUnwindSafe(|| self.decide_one(&mut *job, &mut group)));
            let refusal = match done {
                Ok(Ok(size)) => {
                    group.bytes += size;
                    group.jobs.push(job);
                    continue;
                }
                Ok(Err(refusal)) => refusal,
                Err(panic) => {
                    let request_id = job.context(self.clock.now()).request_id;
                    let panic = said(&*panic);
                    self.published.stats.panics.add(1);
                    tracing::error!(site = %self.site, %request_id, panic, "a command failed");
                    Error::Internal
                }
            };
            // This one has spoilt the clone: it is answered, and the others begin again without it.
            job.refuse(refusal);
            group.jobs.into_iter().rev().for_each(|job| waiting.push_front(job));
            group = self.begun_group();
        }
        group
    }

    fn empty_group(&self) -> Group<S> {
        let point = self.published.point();
        let state = S::clone(&point.state);
        let look_at = self.look_at;
        Group { jobs: Vec::new(), state, records: Vec::new(), head: point.hash, bytes: 0, look_at }
    }

    /// Gives the size of the record that was made, or why the command cannot be done though it was applied.
    fn decide_one(&self, job: &mut dyn Job<S>, group: &mut Group<S>) -> Result<usize, Error> {
        let context = job.context(self.clock.now().max(group.state.time()));
        let changes = match job.decide(&group.state, &context) {
            Err(refusal) => {
                job.settle(Err(refusal));
                return Ok(0);
            }
            Ok(changes) if changes.is_empty() => {
                job.settle(Ok(&group.state));
                return Ok(0);
            }
            Ok(changes) => changes,
        };
        let size = self.make_record(group, &context, changes, job.foreseen())?;
        job.settle(Ok(&group.state));
        Ok(size)
    }

    /// Applies changes and makes their record. Gives its size, or why it cannot be kept though it was applied.
    fn make_record(
        &self,
        group: &mut Group<S>,
        context: &Context,
        changes: Vec<S::Change>,
        foreseen: Option<&S::Foreseen>,
    ) -> Result<usize, Error> {
        let record = group.state.apply(context, changes, foreseen);
        let payload = Bytes::from(S::encode(&record));
        let size = payload.len();
        if size > MAX_RECORD_BYTES {
            let message =
                format!("this changes more than one record holds ({MAX_RECORD_BYTES} bytes); split it");
            return Err(Error::LimitReached { limit: "record_bytes", message });
        }
        let hash = link(&group.head, &payload);
        let (version, time) = (record.version, record.time);
        group.records.push(Record { version, time, payload, hash, audited: S::is_audited(&record) });
        group.head = hash;
        Ok(size)
    }

    /// As [`Self::commit`], counted.
    async fn measured_commit(&mut self, records: Vec<Record>, commands: usize) -> Landed {
        if records.is_empty() {
            return Landed::Yes;
        }
        let (count, bytes) =
            (records.len(), records.iter().map(|record| record.payload.len()).sum::<usize>());
        let began = Instant::now();
        let landed = self.commit(records).await;
        let stats = &self.published.stats;
        match landed {
            Landed::Yes => {
                stats.commit_micros.observe(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
                stats.group_commands.observe(commands as u64);
                stats.records.add(count as u64);
                stats.record_bytes.add(bytes as u64);
            }
            Landed::No => {}
            Landed::Failed(_) => stats.failed_commits.add(1),
        }
        landed
    }

    async fn commit(&mut self, records: Vec<Record>) -> Landed {
        let base = self.published.version();
        let id = CommitId(commit_id());
        let commit = Commit { site: self.site, base, id, records };
        match self.store.commit(commit).await {
            Outcome::Committed => self.landed(),
            Outcome::NotCommitted(error) => Landed::Failed(error),
            Outcome::Conflict => match self.catch_up(None).await {
                Ok(_) => Landed::No,
                Err(error) => Landed::Failed(error),
            },
            Outcome::Unknown(error) => {
                tracing::warn!(site = %self.site, %error, "a commit's outcome is unknown; reading the log");
                self.in_doubt = true;
                match self.catch_up(Some(id)).await {
                    Ok(true) => self.landed(),
                    Ok(false) => Landed::Failed(error),
                    Err(error) => Landed::Failed(error),
                }
            }
        }
    }

    /// The store takes writes, whatever it said before.
    fn landed(&self) -> Landed {
        self.published.trouble.store(None);
        Landed::Yes
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
        group.jobs.into_iter().for_each(|job| job.answer(&state));
        // Nobody waits for an answer any more.
        drop(before);
    }

    fn refuse_all(&self, jobs: impl Iterator<Item = Box<dyn Job<S>>>, error: &StoreError) {
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

#[expect(clippy::disallowed_methods, reason = "names an attempt to commit; nothing is decided by it")]
fn commit_id() -> Uuid {
    Uuid::now_v7()
}
