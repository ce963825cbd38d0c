//! A state that is written to a log: its published snapshot, and the queue of its writer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arc_swap::{ArcSwap, ArcSwapOption};
use domain::{Error, SiteId, Version};
use site::{Command, State};
use store::Store;
use tokio::sync::futures::Notified;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::ahead::{look_ahead, turns};
use crate::clock::Clock;
use crate::growth::Growth;
use crate::job::{Done, Job, Pending, Request};
use crate::point::Point;
use crate::replay::Replayed;
use crate::snapshot::Snapshot;
use crate::stats::Stats;
use crate::turns::Turns;
use crate::writer::Writer;

/// Most commands that wait for one writer; more are answered "busy".
pub const QUEUE_MAX: usize = 1024;

/// What a client is told to wait when the writer cannot take its command.
const RETRY_AFTER_SECONDS: u32 = 1;

/// Why a writer that has ended takes no command.
const STOPPING: &str = "the server is stopping";

/// What a log's readers see.
pub(crate) struct Published<S: State> {
    point: ArcSwap<Point<S>>,
    pub(crate) stats: Arc<Stats>,
    /// How many commands the writer has taken that are not in the store's hands.
    pub(crate) held: AtomicUsize,
    /// Why writes are refused at present.
    pub(crate) trouble: ArcSwapOption<String>,
    /// What decides what becomes due.
    pub(crate) settings: watch::Sender<S::Settings>,
    pub(crate) growth: Growth,
    /// Told of every publication.
    news: Notify,
}

impl<S: State> Published<S> {
    fn new(loaded: Replayed<S>, stats: Arc<Stats>) -> Self {
        let point = ArcSwap::from_pointee(loaded.point);
        Self {
            point,
            stats,
            held: AtomicUsize::new(0),
            trouble: ArcSwapOption::empty(),
            settings: watch::Sender::default(),
            growth: Growth::of(loaded.bytes),
            news: Notify::new(),
        }
    }

    /// The snapshot, together with the hash of its last record.
    pub(crate) fn point(&self) -> Arc<Point<S>> {
        self.point.load_full()
    }

    pub(crate) fn state(&self) -> Arc<S> {
        Arc::clone(&self.point.load().state)
    }

    pub(crate) fn snapshot(&self) -> Snapshot<S> {
        Snapshot::new(self.point.load())
    }

    pub(crate) fn version(&self) -> Version {
        self.point.load().state.version()
    }

    /// Lets everyone see a later point, for which the log has grown by so many bytes. Gives the one before: where much
    /// differs, it takes a while to let go of.
    pub(crate) fn publish(&self, point: Point<S>, bytes: u64) -> Arc<Point<S>> {
        let before = self.point.swap(Arc::new(point));
        self.growth.add(bytes);
        self.news.notify_waiters();
        before
    }

    /// Done at the next publication after this call.
    pub(crate) fn news(&self) -> Notified<'_> {
        self.news.notified()
    }
}

/// A state and its writer.
pub(crate) struct Log<S: State> {
    published: Arc<Published<S>>,
    queue: mpsc::Sender<Box<dyn Job<S>>>,
    clock: Arc<dyn Clock>,
    /// Of fleet-wide commands.
    turns: Turns,
}

impl<S: State> Log<S> {
    /// Starts the writer of `site` on a loaded state. It runs until `stop` says true and its queue is done.
    pub(crate) fn start(
        site: SiteId,
        loaded: Replayed<S>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        stats: Arc<Stats>,
        stop: watch::Receiver<bool>,
    ) -> (Self, JoinHandle<()>) {
        let (queue, commands) = mpsc::channel(QUEUE_MAX);
        let published = Arc::new(Published::new(loaded, stats));
        let writer = Writer::new(site, Arc::clone(&published), store, Arc::clone(&clock));
        (Self { published, queue, clock, turns: turns() }, tokio::spawn(writer.run(commands, stop)))
    }

    /// How many commands wait for the writer.
    pub(crate) fn queued(&self) -> usize {
        self.published.held.load(Ordering::Relaxed) + self.queue.max_capacity() - self.queue.capacity()
    }

    /// The snapshot published last.
    pub(crate) fn state(&self) -> Arc<S> {
        self.published.state()
    }

    /// The same for as long as it is looked at.
    pub(crate) fn snapshot(&self) -> Snapshot<S> {
        self.published.snapshot()
    }

    /// What this log's readers see.
    pub(crate) fn published(&self) -> &Arc<Published<S>> {
        &self.published
    }

    /// Has the writer go by these settings in what becomes due.
    pub(crate) fn set_settings(&self, settings: S::Settings) {
        self.published.settings.send_replace(settings);
    }

    /// Why writes are refused at present.
    pub(crate) fn trouble(&self) -> Option<Arc<String>> {
        if self.queue.is_closed() {
            return Some(Arc::new(STOPPING.to_owned()));
        }
        self.published.trouble.load_full()
    }

    /// Has a command done, and waits until that is durable and published. What follows from a fleet-wide one is worked
    /// out first.
    pub(crate) async fn run<C: Command<S>>(
        &self,
        request: Request,
        command: C,
    ) -> Result<Done<S, C::Outcome>, Error> {
        let (command, ahead) = if command.is_fleet_wide(&self.state()) {
            let (published, clock, turns) = (&self.published, &*self.clock, &self.turns);
            // In a box of its own: few commands need it, and the future of each would be ten times its size.
            let (command, ahead) = Box::pin(look_ahead(published, clock, turns, &request, command)).await?;
            (command, Some(ahead))
        } else {
            (command, None)
        };
        let (job, reply) = Pending::new(request, command, ahead);
        self.queue.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => {
                self.published.stats.busy.add(1);
                Error::Busy { retry_after_seconds: RETRY_AFTER_SECONDS }
            }
            TrySendError::Closed(_) => self.stopping(),
        })?;
        reply.await.unwrap_or_else(|_| Err(self.stopping()))
    }

    fn stopping(&self) -> Error {
        self.published.stats.unavailable.add(1);
        Error::Unavailable { reason: STOPPING.to_owned(), retry_after_seconds: RETRY_AFTER_SECONDS }
    }
}
