//! A state that is written to a log: its published snapshot, and the queue of its writer.

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use domain::{Error, SiteId};
use site::{Command, State};
use store::Store;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::job::{Done, Job, Pending, Request};
use crate::load::Loaded;
use crate::stats::Stats;
use crate::writer::Writer;

/// Most commands that wait for one writer; more are answered "busy".
pub const QUEUE_MAX: usize = 1024;

/// What a client is told to wait when the writer cannot take its command.
const RETRY_AFTER_SECONDS: u32 = 1;

/// Why a writer that has ended takes no command.
const STOPPING: &str = "the server is stopping";

/// What a log's readers see.
#[derive(Debug)]
pub(crate) struct Published<S> {
    pub(crate) stats: Arc<Stats>,
    pub(crate) state: ArcSwap<S>,
    /// Why writes are refused at present.
    pub(crate) trouble: ArcSwapOption<String>,
}

/// A state and its writer.
pub(crate) struct Log<S: State> {
    published: Arc<Published<S>>,
    queue: mpsc::Sender<Box<dyn Job<S>>>,
}

impl<S: State> Log<S> {
    /// Starts the writer of `site` on a loaded state. It runs until `stop` says true and its queue is done.
    pub(crate) fn start(
        site: SiteId,
        loaded: Loaded<S>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        stats: Arc<Stats>,
        stop: watch::Receiver<bool>,
    ) -> (Self, JoinHandle<()>) {
        let (queue, commands) = mpsc::channel(QUEUE_MAX);
        let state = ArcSwap::from_pointee(loaded.state);
        let published = Arc::new(Published { stats, state, trouble: ArcSwapOption::empty() });
        let writer = Writer::new(site, Arc::clone(&published), loaded.head, store, clock);
        (Self { published, queue }, tokio::spawn(writer.run(commands, stop)))
    }

    /// How many commands wait for the writer.
    pub(crate) fn queued(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// The snapshot published last.
    pub(crate) fn state(&self) -> Arc<S> {
        self.published.state.load_full()
    }

    /// Why writes are refused at present.
    pub(crate) fn trouble(&self) -> Option<Arc<String>> {
        if self.queue.is_closed() {
            return Some(Arc::new(STOPPING.to_owned()));
        }
        self.published.trouble.load_full()
    }

    /// Has a command done, and waits until that is durable and published.
    pub(crate) async fn run<C: Command<S>>(
        &self,
        request: Request,
        command: C,
    ) -> Result<Done<S, C::Outcome>, Error> {
        let (job, reply) = Pending::new(request, command);
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
