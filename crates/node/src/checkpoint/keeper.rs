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
use super::write::write;
use super::{Checkpoints, prune};
use crate::clock::Clock;
use crate::log::Published;
use crate::options::NodeOptions;

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
                    told = stop.wait_for(|stop| *stop) => {
                        if told.is_ok() {
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
        let point = (*self.published.point()).clone();
        let (site, version) = (self.checkpoints.site, point.state.version());
        let before = self.checkpoints.newest.load_full();
        let changed = before.as_ref().is_none_or(|before| before.point.state.version() != version);
        if !changed || version == Version(0) {
            self.grown = grown;
            return;
        }
        let store = &*self.checkpoints.store;
        let written = match self.drop_useless().await {
            Ok(()) => write(store, site, point, before).await,
            Err(error) => Err(error),
        };
        self.failed = written.is_err();
        match written {
            Ok(written) => {
                self.grown = grown;
                self.checkpoints.newest.store(Some(Arc::new(written)));
                count(&self.checkpoints.counts.written);
                tracing::debug!(%site, %version, "a checkpoint was written");
                self.tidied("thin out", self.thin().await);
            }
            Err(error) => {
                count(&self.checkpoints.counts.failed);
                tracing::error!(%site, %version, code = error.code(), %error, "a checkpoint could not be written");
            }
        }
    }

    async fn drop_useless(&mut self) -> Result<(), StoreError> {
        if self.useless.is_empty() {
            return Ok(());
        }
        self.drop(self.useless.clone()).await?;
        self.useless.clear();
        Ok(())
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
        self.tidied("prune", pruned);
    }

    fn tidied(&self, doing: &str, done: Result<(), StoreError>) {
        if let Err(error) = done {
            let site = self.checkpoints.site;
            count(&self.checkpoints.counts.tidying_failed);
            tracing::error!(%site, code = error.code(), %error, "cannot {doing} the checkpoints of a site");
        }
    }
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
