//! What becomes due by itself: the writer does it before it decides a group, and wakes up for it when nobody writes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use domain::{Error, Timestamp};
use site::State;
use tokio::time::Instant;

use super::group::{GROUP_BYTES, Group};
use super::{PROBE_AFTER, Writer};
use crate::blocking::said;
use crate::job::Request;

/// Longest time to wait for something due without looking at the clock, which may be set meanwhile.
const NAP_MAX: Duration = Duration::from_secs(30);

impl<S: State> Writer<S> {
    /// How long until something is due, by the clock as it is now; `None`: nothing is, or it cannot be done at present.
    pub(super) fn due_in(&self) -> Option<Duration> {
        if self.in_flight.is_some() || self.in_doubt || self.published.trouble.load().is_some() {
            return None;
        }
        let due_at = self.due_at(self.look_at, &self.published.snapshot());
        let millis = (due_at < Timestamp::MAX).then(|| due_at.millis() - self.clock.now().millis())?;
        let by_clock = Duration::from_millis(millis.try_into().unwrap_or_default()).min(NAP_MAX);
        let left = self.left_until.map(|until| until.saturating_duration_since(Instant::now()));
        Some(by_clock.max(left.unwrap_or_default()))
    }

    pub(super) fn has_new_settings(&self) -> bool {
        self.settings.has_changed().unwrap_or(false)
    }

    /// Looks anew for what is due if the settings are new; not behind what is in flight, which goes by those before.
    fn heed_settings(&mut self) {
        if self.in_flight.is_none() && self.has_new_settings() {
            self.settings.mark_unchanged();
            self.look_at = Timestamp::EPOCH;
        }
    }

    /// When something is due at the earliest.
    fn due_at(&self, look_at: Timestamp, state: &S) -> Timestamp {
        state.next_due().map_or(look_at, |next| next.min(look_at))
    }

    /// Whether something is due on what a group made so far, and can be done.
    pub(super) fn is_due(&self, group: &Group<S>) -> bool {
        self.clock.now() >= self.due_at(group.look_at, &group.state)
            && self.left_until.is_none_or(|until| Instant::now() >= until)
    }

    /// A group that begins with what is due. That is done before any command is decided, so that none sees what is no
    /// more.
    pub(super) fn begun_group(&mut self) -> Group<S> {
        self.heed_settings();
        let mut group = self.empty_group();
        if !self.is_due(&group) {
            return group;
        }
        let now = self.clock.now();
        self.left_until = None;
        let done = catch_unwind(AssertUnwindSafe(|| self.do_due(now, &mut group)));
        let trouble = match done {
            Ok(Ok(())) if group.bytes >= GROUP_BYTES || now < self.due_at(group.look_at, &group.state) => {
                return group;
            }
            Ok(Ok(())) => "it says that something is, and then nothing".to_owned(),
            Ok(Err(refusal)) => refusal.to_string(),
            Err(panic) => {
                self.published.stats.panics.add(1);
                said(&*panic).to_owned()
            }
        };
        tracing::error!(site = %self.site, trouble, "what is due cannot be done");
        // Tried again, and not all the time.
        self.left_until = Some(Instant::now() + PROBE_AFTER);
        self.empty_group()
    }

    /// Makes records of what is due, each on what those before it made.
    fn do_due(&self, now: Timestamp, group: &mut Group<S>) -> Result<(), Error> {
        while group.bytes < GROUP_BYTES && now >= self.due_at(group.look_at, &group.state) {
            let due = group.state.due(&self.settings.borrow(), now, group.look_at);
            group.look_at = due.again;
            if due.changes.is_empty() {
                break;
            }
            let context = Request::own("due").context(now.max(group.state.time()));
            group.bytes += self.make_record(group, &context, due.changes, None)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
