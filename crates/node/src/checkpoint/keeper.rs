//! The one task that writes, thins and prunes the checkpoints of a site.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use domain::{Period, SiteId, Version};
use site::{Instance, Site, State};
use store::StoreError;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

use super::Checkpoints;
use super::prune::prune;
use super::thin::superfluous;
use super::write::{WriteError, write};
use crate::changes::Index;
use crate::clock::Clock;
use crate::log::Published;
use crate::options::NodeOptions;
use crate::point::Point;

/// How often a site's history is pruned.
const PRUNE_EVERY: Duration = Duration::from_secs(3600);

/// What a keeper keeps, and with what.
pub(crate) struct Kept {
    pub(crate) checkpoints: Arc<Checkpoints>,
    pub(crate) index: Arc<Index>,
    pub(crate) site: Arc<Published<Site>>,
    /// For the site's settings.
    pub(crate) instance: Arc<Published<Instance>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) options: NodeOptions,
    /// How many keepers, of all sites, may write or prune at once.
    pub(crate) housekeeping: Arc<Semaphore>,
    /// Checkpoints that fit no log, to be dropped before one of the same version is written.
    pub(crate) useless: Vec<Version>,
}

pub(crate) struct Keeper {
    kept: Kept,
    /// How much the log had grown when the last checkpoint was written.
    grown: u64,
    /// The last write failed.
    failed: bool,
    /// The retention that was pruned by last.
    retention: Option<Period>,
}

impl Keeper {
    pub(crate) fn new(kept: Kept) -> Self {
        Self { kept, grown: 0, failed: false, retention: None }
    }

    /// Until `stop` says true, when a last checkpoint is written if something has changed.
    pub(crate) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let checkpoints = Arc::clone(&self.kept.checkpoints);
        let mut hourly = interval_at(Instant::now() + prune_offset(checkpoints.site), PRUNE_EVERY);
        hourly.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let due = due(Arc::clone(&self.kept.site), self.kept.options.clone(), self.grown, self.failed);
            tokio::pin!(due);
            // What prunes in between must not put off what is due, nor a log that always has enough to write the pruning.
            loop {
                let prunes = tokio::select! {
                    biased;
                    stopped = told(&mut stop) => return self.end(stopped).await,
                    _ = hourly.tick() => true,
                    () = checkpoints.settings_changed.notified() => self.set_retention() != self.retention,
                    () = &mut due => break,
                };
                if prunes {
                    // It may take long, and goes on from where it was given up.
                    tokio::select! {
                        biased;
                        stopped = told(&mut stop) => return self.end(stopped).await,
                        () = self.prune() => {}
                    }
                }
            }
            self.write().await;
            // What is left of it by a stop is done after the next start.
            tokio::select! {
                biased;
                stopped = told(&mut stop) => return self.end(stopped).await,
                () = self.index() => {}
            }
        }
    }

    /// Brings the index of the log up to what is published, so that who asks for it has little to wait for.
    async fn index(&self) {
        loop {
            let _turn =
                self.kept.housekeeping.acquire().await.expect("the turns of keepers are never closed");
            let indexed = self.kept.index.extend(self.kept.site.version()).await;
            let goes_on = matches!(indexed, Ok(false));
            self.tidied("index the log", indexed);
            if !goes_on {
                return;
            }
        }
    }

    /// Writes a last checkpoint, if this is a clean stop.
    async fn end(&mut self, stopped: bool) {
        if stopped {
            self.write().await;
        }
    }

    /// Writes a checkpoint if something has changed, and thins out the older ones.
    async fn write(&mut self) {
        let housekeeping = Arc::clone(&self.kept.housekeeping);
        let _turn = housekeeping.acquire().await.expect("the turns of keepers are never closed");
        // In this order: what comes in between is in the checkpoint, and counts as growth after it.
        let grown = self.kept.site.growth.bytes();
        let point = Point::clone(&self.kept.site.point());
        let before = self.kept.checkpoints.newest.load_full();
        let last = before.as_ref().map_or(Version(0), |before| before.point.state.version());
        if point.state.version() == last {
            self.grown = grown;
            return;
        }
        let (version, began) = (point.state.version(), Instant::now());
        self.drop_useless(version).await;
        let store = Arc::clone(&self.kept.checkpoints.store);
        let written = write(&*store, self.kept.checkpoints.site, point, before).await;
        self.failed = written.is_err();
        let (site, stats) = (self.kept.checkpoints.site, &self.kept.site.stats.checkpoints);
        match written {
            Ok((written, bytes)) => {
                self.grown = grown;
                self.kept.checkpoints.replace_newest(Some(written));
                // It has taken the place of one of its version, if there was one.
                self.kept.useless.retain(|useless| *useless != version);
                stats.written.add(1);
                stats.last_written_millis.set(self.kept.clock.now().millis().unsigned_abs());
                stats.last_bytes.set(bytes);
                stats.last_micros.set(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
                tracing::debug!(%site, %version, bytes, "a checkpoint was written");
                self.tidied("thin out checkpoints", self.thin().await);
            }
            Err(error) => {
                stats.failed.add(1);
                tracing::error!(%site, %version, %error, "a checkpoint could not be written");
                if matches!(error, WriteError::Store(StoreError::Refused(_))) {
                    // The last one is not there as it was written: nothing of it is relied on any more.
                    self.kept.checkpoints.replace_newest(None);
                }
            }
        }
    }

    /// Drops the checkpoints that fit no log, as far as the log has come to `version`. Those beyond may be all that is
    /// left of what is missing. One that cannot be dropped is tried again before the next is written.
    async fn drop_useless(&mut self, version: Version) {
        let (passed, ahead): (Vec<_>, Vec<_>) = self.kept.useless.iter().partition(|at| **at <= version);
        if !passed.is_empty() {
            let dropped = self.drop(passed).await;
            if dropped.is_ok() {
                self.kept.useless = ahead;
            }
            self.tidied("drop checkpoints that fit no log", dropped);
        }
    }

    async fn thin(&self) -> Result<(), StoreError> {
        let mut all = self.kept.checkpoints.store.checkpoints(self.kept.checkpoints.site).await?;
        // One that is beyond the log is none of this log.
        let head = self.kept.site.version();
        all.retain(|info| info.version <= head);
        self.drop(superfluous(&all)).await
    }

    /// Also when none is to be dropped: blobs that a failed write left go with it.
    async fn drop(&self, versions: Vec<Version>) -> Result<(), StoreError> {
        let checkpoints = &self.kept.checkpoints;
        let _alone = checkpoints.in_use.write().await;
        checkpoints.store.drop_checkpoints(checkpoints.site, versions).await
    }

    /// How far back history is to be kept, as it is set at present.
    fn set_retention(&self) -> Option<Period> {
        let instance = self.kept.instance.state();
        instance.site(self.kept.checkpoints.site).and_then(|site| site.settings.retention)
    }

    async fn prune(&mut self) {
        self.retention = self.set_retention();
        let Some(retention) = self.retention else { return };
        let _turn = self.kept.housekeeping.acquire().await.expect("the turns of keepers are never closed");
        let horizon = retention.before(self.kept.clock.now());
        let pruned = prune(&self.kept.checkpoints, self.kept.site.version(), horizon).await;
        self.tidied("prune history", pruned);
    }

    fn tidied<T, E: Display>(&self, doing: &str, done: Result<T, E>) {
        if let Err(error) = done {
            self.kept.site.stats.checkpoints.tidying_failed.add(1);
            let site = self.kept.checkpoints.site;
            tracing::error!(%site, %error, "cannot {doing}");
        }
    }
}

/// How long after the others' a site's pruning comes round: spread over the hour, and at once for the first site.
fn prune_offset(site: SiteId) -> Duration {
    // Multiples of the golden ratio fall evenly into 0 to 1, however many there are.
    let share = site.0.saturating_sub(1).wrapping_mul(2_654_435_769);
    PRUNE_EVERY.mul_f64(f64::from(share) / f64::from(u32::MAX))
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
