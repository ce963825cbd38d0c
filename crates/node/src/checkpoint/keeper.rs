//! The one task that writes, thins and prunes the checkpoints of a site.

use std::sync::Arc;
use std::time::Duration;

use domain::Version;
use site::{Site, State};
use store::StoreError;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

use super::counts::count;
use super::thin::superfluous;
use super::write::{WriteError, write};
use super::{Checkpoints, Written, prune};
use crate::clock::Clock;
use crate::log::Published;
use crate::options::NodeOptions;
use crate::point::Point;

/// How often a site's history is pruned.
const PRUNE_EVERY: Duration = Duration::from_secs(3600);

pub(crate) struct Keeper {
    checkpoints: Arc<Checkpoints>,
    published: Arc<Published<Site>>,
    clock: Arc<dyn Clock>,
    options: NodeOptions,
    /// Checkpoints that fit no log, to be dropped before one of the same version is written.
    useless: Vec<Version>,
    /// How much the log had grown when the last checkpoint was written.
    grown: u64,
    /// The last write failed.
    failed: bool,
}

impl Keeper {
    pub(crate) fn new(
        checkpoints: Arc<Checkpoints>,
        published: Arc<Published<Site>>,
        clock: Arc<dyn Clock>,
        options: NodeOptions,
        useless: Vec<Version>,
    ) -> Self {
        Self { checkpoints, published, clock, options, useless, grown: 0, failed: false }
    }

    /// Until `stop` says true, when a last checkpoint is written if something has changed.
    pub(crate) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let first = Instant::now();
        let mut hourly = interval_at(first, PRUNE_EVERY);
        hourly.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let due = due(Arc::clone(&self.published), self.options.clone(), self.grown, self.failed);
            tokio::pin!(due);
            // What prunes in between must not put off what is due.
            loop {
                tokio::select! {
                    biased;
                    stopped = told(&mut stop) => {
                        if stopped {
                            self.write().await;
                        }
                        return;
                    }
                    () = &mut due => break,
                    _ = hourly.tick() => self.prune().await,
                }
            }
            self.write().await;
        }
    }

    /// Writes a checkpoint if something has changed, and thins out the older ones.
    async fn write(&mut self) {
        // In this order: what comes in between is in the checkpoint, and counts as growth after it.
        let grown = self.published.growth.bytes();
        let point = Point::clone(&self.published.point());
        let before = self.checkpoints.newest.load_full();
        let last = before.as_ref().map_or(Version(0), |before| before.point.state.version());
        if point.state.version() == last {
            self.grown = grown;
            return;
        }
        let (site, version) = (self.checkpoints.site, point.state.version());
        let written = self.try_to_write(point, before).await;
        self.failed = written.is_err();
        match written {
            Ok(written) => {
                self.grown = grown;
                self.checkpoints.newest.store(Some(Arc::new(written)));
                count(&self.checkpoints.counts.written);
                tracing::debug!(%site, %version, "a checkpoint was written");
                self.tidied("thin out checkpoints", self.thin().await);
            }
            Err(error) => {
                count(&self.checkpoints.counts.failed);
                tracing::error!(%site, %version, %error, "a checkpoint could not be written");
                if matches!(error, WriteError::Store(StoreError::Refused(_))) {
                    // The last one is not there as it was written: nothing of it is relied on any more.
                    self.checkpoints.newest.store(None);
                }
            }
        }
    }

    async fn try_to_write(
        &mut self,
        point: Point<Site>,
        before: Option<Arc<Written>>,
    ) -> Result<Written, WriteError> {
        if !self.useless.is_empty() {
            self.drop(self.useless.clone()).await?;
            self.useless.clear();
        }
        write(&*self.checkpoints.store, self.checkpoints.site, point, before).await
    }

    async fn thin(&self) -> Result<(), StoreError> {
        let all = self.checkpoints.store.checkpoints(self.checkpoints.site).await?;
        self.drop(superfluous(&all, self.clock.now())).await
    }

    /// Also when none is to be dropped: blobs that a failed write left go with it.
    async fn drop(&self, versions: Vec<Version>) -> Result<(), StoreError> {
        let _alone = self.checkpoints.in_use.write().await;
        self.checkpoints.store.drop_checkpoints(self.checkpoints.site, versions).await
    }

    async fn prune(&self) {
        let Some(retention) = self.options.retention else { return };
        let pruned = prune::prune(&self.checkpoints, &self.published, self.clock.now(), retention).await;
        self.tidied("prune history", pruned);
    }

    fn tidied(&self, doing: &str, done: Result<(), StoreError>) {
        if let Err(error) = done {
            let site = self.checkpoints.site;
            count(&self.checkpoints.counts.tidying_failed);
            tracing::error!(%site, code = error.code(), %error, "cannot {doing}");
        }
    }
}

/// Waits until `stop` says true, or nobody can say so any more, which is no clean stop.
async fn told(stop: &mut watch::Receiver<bool>) -> bool {
    stop.wait_for(|stop| *stop).await.is_ok()
}

/// Waits until a checkpoint is to be written, for a log that had grown to `grown` when the last one was.
async fn due(published: Arc<Published<Site>>, options: NodeOptions, grown: u64, failed: bool) {
    let growth = &published.growth;
    growth.beyond(grown).await;
    let enough = growth.beyond(grown.saturating_add(options.checkpoint_bytes));
    tokio::select! {
        () = sleep(options.checkpoint_after) => {}
        // After a failure it is not tried again at once, however much there is to write.
        () = enough, if !failed => {}
    }
}
