//! A group: commands that were decided and applied on a clone, and the records to commit.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use domain::{Error, Timestamp, Version};
use site::{Context, State};
use store::{Hash, MAX_RECORD_BYTES, Record, link};

use super::Writer;
use crate::blocking::said;
use crate::job::Job;

/// Most commands of one group.
pub(super) const GROUP_MAX: usize = 256;
/// A group is closed once its records weigh this much.
pub(super) const GROUP_BYTES: usize = 16 << 20;

/// Most commands that are decided without looking whether what is in flight has landed.
const PORTION: usize = 32;

pub(super) struct Group<S: State> {
    /// The version that it was begun on.
    pub(super) base: Version,
    pub(super) jobs: Vec<Box<dyn Job<S>>>,
    /// Those that spoilt a clone: refused, and answered with the others, since what came before them may be undone.
    pub(super) spoilers: Vec<Box<dyn Job<S>>>,
    pub(super) state: S,
    pub(super) records: Vec<Record>,
    pub(super) head: Hash,
    /// What its records weigh.
    pub(super) bytes: usize,
    /// When to look for what is due after it.
    pub(super) look_at: Timestamp,
}

impl<S: State> Group<S> {
    fn on(state: &S, head: Hash, look_at: Timestamp) -> Self {
        let (base, state) = (state.version(), S::clone(state));
        let (jobs, spoilers, records) = (Vec::new(), Vec::new(), Vec::new());
        Self { base, jobs, spoilers, state, records, head, bytes: 0, look_at }
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes >= GROUP_BYTES || self.commands() >= GROUP_MAX
    }

    /// How many commands are answered with it.
    pub(super) fn commands(&self) -> usize {
        self.jobs.len() + self.spoilers.len()
    }

    /// All who wait for it.
    pub(super) fn into_jobs(self) -> impl DoubleEndedIterator<Item = Box<dyn Job<S>>> {
        self.jobs.into_iter().chain(self.spoilers)
    }
}

impl<S: State> Writer<S> {
    /// Whether commands wait that can be decided now.
    pub(super) fn may_decide(&self) -> bool {
        !self.waiting.is_empty()
            && match &self.next {
                Some(next) => !next.is_full(),
                // New settings count for a group that is begun when nothing is in flight.
                None => self.in_flight.is_none() || !self.has_new_settings(),
            }
    }

    /// Decides and applies waiting commands one after the other, each on what those before it made, until the next group
    /// is full. Behind what is in flight only some, so that it is answered soon after it has landed.
    pub(super) fn decide(&mut self) {
        if !self.may_decide() {
            return;
        }
        let mut group = match self.next.take() {
            // That comes first, also if it fell due only now.
            Some(group) if self.is_due(&group) => {
                self.decide_anew(group.into_jobs());
                self.begun_group()
            }
            Some(group) => group,
            None => self.begun_group(),
        };
        let mut left = if self.in_flight.is_some() { PORTION } else { usize::MAX };
        while left > 0
            && !group.is_full()
            && let Some(mut job) = self.waiting.pop_front()
        {
            left -= 1;
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
            // This one has spoilt the clone: the others begin again without it.
            job.settle(Err(refusal));
            let mut spoilers = group.spoilers;
            spoilers.push(job);
            self.decide_anew(group.jobs.into_iter());
            group = Group { spoilers, ..self.begun_group() };
        }
        self.next = Some(group);
    }

    /// A group on what is in flight, or else on what is published.
    pub(super) fn empty_group(&self) -> Group<S> {
        match &self.in_flight {
            Some(flight) => Group::on(&flight.group.state, flight.group.head, flight.group.look_at),
            None => {
                let point = self.published.point();
                Group::on(&point.state, point.hash, self.look_at)
            }
        }
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
    pub(super) fn make_record(
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
}
