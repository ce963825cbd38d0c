//! Where the logs end, told so often that nobody can write one of them anew unseen: whoever keeps what was told can ask
//! of a log whether it has passed through it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use domain::SiteId;
use site::{Instance, State};
use store::{Hash, Head};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::log::Published;
use crate::node::{Node, Running};

/// How often heads are told in the log.
const TELL_EVERY: Duration = Duration::from_secs(60);

impl Node {
    /// Where each log ends: the instance's and those of all sites, by number.
    #[must_use]
    pub fn heads(&self) -> Vec<Head> {
        heads(self.instance_published(), self.running_sites())
    }
}

/// The sites that are served.
pub(crate) type Sites = ArcSwap<HashMap<SiteId, Arc<Running>>>;

fn heads(instance: &Published<Instance>, sites: &Sites) -> Vec<Head> {
    let sites = sites.load();
    let logs = sites.iter().map(|(id, site)| head(*id, site.log.published()));
    let mut heads: Vec<_> = std::iter::once(head(SiteId::INSTANCE, instance)).chain(logs).collect();
    heads.sort_unstable_by_key(|head| head.site);
    heads
}

fn head<S: State>(site: SiteId, log: &Published<S>) -> Head {
    let point = log.point();
    Head { site, version: point.state.version(), hash: point.hash }
}

/// Tells all heads in the log at once, then every minute those that have moved, and so at the end: when `stop` says
/// true, or nobody can say so any more.
pub(crate) async fn tell(
    instance: Arc<Published<Instance>>,
    sites: Arc<Sites>,
    mut stop: watch::Receiver<bool>,
) {
    let mut told = Told::default();
    let mut times = interval(TELL_EVERY);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let stopped = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => true,
            _ = times.tick() => false,
        };
        for Head { site, version, hash } in told.news(heads(&instance, &sites)) {
            tracing::info!(%site, version = version.0, head = %hash, "the change log ends here");
        }
        if stopped {
            return;
        }
    }
}

/// The heads that were told last.
#[derive(Debug, Default)]
struct Told(HashMap<SiteId, Hash>);

impl Told {
    /// Those that are not told yet.
    fn news(&mut self, heads: Vec<Head>) -> Vec<Head> {
        heads.into_iter().filter(|head| self.0.insert(head.site, head.hash) != Some(head.hash)).collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::Version;

    use super::*;

    #[test]
    fn a_head_is_told_once_until_it_moves() {
        let at = |site, version: u8| {
            let hash = Hash([version; 32]);
            Head { site: SiteId(site), version: Version(version.into()), hash }
        };
        let mut told = Told::default();
        assert_eq!(told.news(vec![at(0, 1), at(1, 1)]), [at(0, 1), at(1, 1)]);
        assert!(told.news(vec![at(0, 1), at(1, 1)]).is_empty());
        assert_eq!(told.news(vec![at(0, 1), at(1, 2), at(2, 1)]), [at(1, 2), at(2, 1)]);
    }
}
