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

pub(super) struct Group<S: State> {
    /// The version that it was begun on.
    pub(super) base: Version,
    pub(super) jobs: Vec<Box<dyn Job<S>>>,
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
        Self { base, jobs: Vec::new(), state, records: Vec::new(), head, bytes: 0, look_at }
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes >= GROUP_BYTES || self.jobs.len() >= GROUP_MAX
    }
}

impl<S: State> Writer<S> {
    /// Decides and applies waiting commands one after the other, each on what those before it made, until the next group
    /// is full.
    pub(super) fn decide(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let mut group = match self.next.take() {
            Some(group) => group,
            // They count for a group that is begun when nothing is in flight.
            None if self.in_flight.is_some() && self.has_new_settings() => return,
            None => self.begun_group(),
        };
        while !group.is_full()
            && let Some(mut job) = self.waiting.pop_front()
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
            self.decide_anew(group.jobs);
            group = self.begun_group();
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
