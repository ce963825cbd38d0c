//! A group in the hands of the store.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use domain::SiteId;
use site::State;
use store::{Commit, CommitId, Outcome, Store};
use tokio::time::Instant;
use uuid::Uuid;

use super::group::Group;
use crate::stats::Stats;

/// A commit on its way, and the group that it makes durable.
pub(super) struct Flight<S: State> {
    pub(super) group: Group<S>,
    pub(super) id: CommitId,
    count: usize,
    began: Instant,
    committing: Pin<Box<dyn Future<Output = Outcome> + Send>>,
    outcome: Option<Outcome>,
}

impl<S: State> Flight<S> {
    /// Has the store begin to commit the records of `group`.
    pub(super) async fn begin(store: &Arc<dyn Store>, site: SiteId, mut group: Group<S>) -> Self {
        let (store, id, began) = (Arc::clone(store), CommitId(commit_id()), Instant::now());
        let records = std::mem::take(&mut group.records);
        let count = records.len();
        let commit = Commit { site, base: group.base, id, records };
        let mut committing = Box::pin(async move { store.commit(commit).await });
        // A future does nothing before it is asked for the first time.
        let outcome = poll_fn(|context| {
            Poll::Ready(match committing.as_mut().poll(context) {
                Poll::Ready(outcome) => Some(outcome),
                Poll::Pending => None,
            })
        });
        let outcome = outcome.await;
        Self { group, id, count, began, committing, outcome }
    }

    /// Counts it as one that has landed.
    pub(super) fn observe(&self, stats: &Stats) {
        let micros = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        stats.commit_micros.observe(micros);
        stats.group_commands.observe(self.group.commands() as u64);
        stats.records.add(self.count as u64);
        stats.record_bytes.add(self.group.bytes as u64);
    }
}

/// Takes what is in flight once it has landed, however it did; waits for ever when there is nothing.
pub(super) async fn landing<S: State>(in_flight: &mut Option<Flight<S>>) -> (Flight<S>, Outcome) {
    poll_fn(|context| {
        let Some(flight) = in_flight else { return Poll::Pending };
        let outcome = match flight.outcome.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => flight.committing.as_mut().poll(context),
        };
        match outcome {
            Poll::Ready(outcome) => {
                in_flight.take().map_or(Poll::Pending, |flight| Poll::Ready((flight, outcome)))
            }
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[expect(clippy::disallowed_methods, reason = "names an attempt to commit; nothing is decided by it")]
fn commit_id() -> Uuid {
    Uuid::now_v7()
}
