//! The instance and its sites, running.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Error, Noun, SiteId, TagName, Timestamp};
use site::commands::{Found, Reclassify};
use site::instance::commands::{AddSite, AddedSite};
use site::queries::devices;
use site::{Command, Instance, Site};
use store::{Head, Store};
use tokio::sync::Semaphore;

use crate::access::{self, AccessTokens};
use crate::background;
use crate::changes::{Bodies, Index};
use crate::checkpoint::{Checkpoints, Keeper, Kept};
use crate::clock::Clock;
use crate::error::StartError;
use crate::heads::{self, Sites};
use crate::history::History;
use crate::instance_changes::InstanceChanges;
use crate::job::{Done, Request};
use crate::load::{load, load_site};
use crate::log::{Log, Published};
use crate::notices;
use crate::options::NodeOptions;
use crate::point::Point;
use crate::snapshot::Snapshot;
use crate::stats::Stats;
use crate::tasks::Tasks;

/// The site that every instance has from its first start.
pub const DEFAULT_SITE: &str = "default";

/// How many sites' checkpoints are written, or histories pruned, at once.
const HOUSEKEEPING_MAX: usize = 2;

/// A running instance over a store.
pub struct Node {
    pub(crate) store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    options: NodeOptions,
    stats: Arc<Stats>,
    instance: Log<Instance>,
    sites: Arc<Sites>,
    /// The turns of the keepers.
    housekeeping: Arc<Semaphore>,
    pub(crate) history: Arc<History>,
    pub(crate) access: Arc<AccessTokens>,
    pub(crate) instance_changes: InstanceChanges,
    /// Pages of the indexes of all sites.
    bodies: Arc<Bodies>,
    writers: Tasks,
    keepers: Tasks,
}

/// A site that is served.
pub(crate) struct Running {
    pub(crate) log: Log<Site>,
    pub(crate) checkpoints: Arc<Checkpoints>,
    pub(crate) index: Arc<Index>,
}

impl Node {
    /// As [`Node::start_with`], with the default options.
    ///
    /// # Errors
    /// As [`Node::start_with`].
    pub async fn start(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        Self::start_with(store, clock, NodeOptions::default()).await
    }

    /// Reads every site's newest checkpoint and the log after it, and starts the writers. The first start makes the
    /// site [`DEFAULT_SITE`].
    ///
    /// # Errors
    /// When the store cannot be read, or holds what this program does not understand.
    pub async fn start_with(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        options: NodeOptions,
    ) -> Result<Self, StartError> {
        let heads: HashMap<_, _> = store.heads().await?.into_iter().map(|head| (head.site, head)).collect();
        let id = SiteId::INSTANCE;
        let loaded = load(&store, id, Point::start(), heads.get(&id).copied()).await?;
        let (stats, writers) = (Arc::<Stats>::default(), Tasks::new());
        let stop = writers.told();
        let (instance, writer) =
            Log::start(id, loaded, Arc::clone(&store), Arc::clone(&clock), Arc::clone(&stats), stop);
        writers.add(writer).await;
        let access = Arc::new(AccessTokens::load(Arc::clone(&store), &instance.state()).await?);
        let node = Self {
            store,
            clock,
            stats,
            instance,
            sites: Arc::default(),
            housekeeping: Arc::new(Semaphore::new(HOUSEKEEPING_MAX)),
            history: History::new(options.replay_step),
            options,
            access,
            instance_changes: InstanceChanges::default(),
            bodies: Arc::default(),
            writers,
            keepers: Tasks::new(),
        };
        node.keepers.add(tokio::spawn(access::keep(Arc::clone(&node.access), node.keepers.told()))).await;
        let (published, clock) = (Arc::clone(node.instance.published()), Arc::clone(&node.clock));
        node.keepers.add(tokio::spawn(notices::tell(published, clock, node.keepers.told()))).await;
        let known: Vec<_> = node.instance().sites().map(|site| site.id).collect();
        for site in known {
            node.open(site, heads.get(&site).copied()).await?;
        }
        if node.instance().site_named(DEFAULT_SITE).is_none() {
            node.add_default_site().await?;
        }
        let (published, sites) = (Arc::clone(node.instance.published()), Arc::clone(&node.sites));
        node.keepers.add(tokio::spawn(heads::tell(published, sites, node.keepers.told()))).await;
        Ok(node)
    }

    /// The instance as of now.
    #[must_use]
    pub fn instance(&self) -> Arc<Instance> {
        self.instance.state()
    }

    /// A site as of now.
    #[must_use]
    pub fn site(&self, id: SiteId) -> Option<Arc<Site>> {
        self.sites.load().get(&id).map(|site| site.log.state())
    }

    /// As [`Node::instance`], for a reader who keeps nothing of it.
    #[must_use]
    pub fn instance_snapshot(&self) -> Snapshot<Instance> {
        self.instance.snapshot()
    }

    /// As [`Node::site`], for a reader who keeps nothing of it.
    #[must_use]
    pub fn site_snapshot(&self, id: SiteId) -> Option<Snapshot<Site>> {
        self.sites.load().get(&id).map(|site| site.log.snapshot())
    }

    /// This moment, by the clock that records are made with.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Has a command done on a site; when this returns, it is durable and every later read sees it.
    ///
    /// # Errors
    /// What the command was refused for; `Busy` when too many wait; `Unavailable` when the store does not take it.
    pub async fn run<C: Command<Site>>(
        &self,
        site: SiteId,
        request: Request,
        command: C,
    ) -> Result<Done<Site, C::Outcome>, Error> {
        self.running(site)?.log.run(request, command).await
    }

    /// Has a command done on the instance.
    ///
    /// # Errors
    /// As [`Node::run`].
    pub async fn run_instance<C: Command<Instance>>(
        &self,
        request: Request,
        command: C,
    ) -> Result<Done<Instance, C::Outcome>, Error> {
        let before = self.instance();
        let done = self.instance.run(request, command).await;
        let after = self.instance();
        let settings = |instance: &Instance, site| instance.site(site).map(|site| site.settings.clone());
        for (id, site) in &**self.sites.load() {
            if settings(&before, *id) != settings(&after, *id) {
                site.log.set_settings(settings(&after, *id).unwrap_or_default());
                site.checkpoints.settings_changed();
            }
        }
        done
    }

    /// Adds a site and serves it. Goes on to the end though its caller leaves: a site that is on record is served.
    ///
    /// # Errors
    /// As [`Node::run`].
    pub async fn add_site(
        self: &Arc<Self>,
        request: Request,
        add: AddSite,
    ) -> Result<Done<Instance, AddedSite>, Error> {
        let node = Arc::clone(self);
        let added = tokio::spawn(async move {
            let done = node.run_instance(request, add).await?;
            let site = done.outcome.site;
            node.open(site, None).await.map_err(|error| {
                tracing::error!(%site, %error, "a site that was added cannot be served");
                let reason = "the site was added and cannot be served before the next start".to_owned();
                Error::Unavailable { reason, retry_after_seconds: 1 }
            })?;
            Ok(done)
        });
        added.await.unwrap_or(Err(Error::Internal))
    }

    /// What the node has done since it started.
    #[must_use]
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// How many commands wait for a writer at this moment, on the instance and all sites.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.instance.queued() + self.sites.load().values().map(|site| site.log.queued()).sum::<usize>()
    }

    /// Every site as of now, in no order.
    #[must_use]
    pub fn sites(&self) -> Vec<Arc<Site>> {
        self.sites.load().values().map(|site| site.log.state()).collect()
    }

    /// Whether the node takes writes.
    ///
    /// # Errors
    /// Says what keeps it from that, without internals.
    pub fn ready(&self) -> Result<(), String> {
        let sites = self.sites.load();
        let trouble = self.instance.trouble().or_else(|| sites.values().find_map(|site| site.log.trouble()));
        trouble.map_or(Ok(()), |trouble| Err(String::clone(&trouble)))
    }

    /// Does what has queued up, refuses the rest, writes the checkpoints of sites that have changed, and closes the
    /// store.
    pub async fn stop(&self) {
        self.writers.stop().await;
        self.keepers.stop().await;
        self.store.close().await;
    }

    /// The site, if it is one of those that are served.
    pub(crate) fn running(&self, site: SiteId) -> Result<Arc<Running>, Error> {
        let running = self.sites.load().get(&site).cloned();
        running.ok_or_else(|| Error::not_found(Noun::Site, site))
    }

    /// What readers of the instance see.
    pub(crate) fn instance_published(&self) -> &Arc<Published<Instance>> {
        self.instance.published()
    }

    /// The sites that are served.
    pub(crate) fn running_sites(&self) -> &Sites {
        &self.sites
    }

    /// Reads a site, starts its writer and the keeper of its checkpoints, founds the site if that is not on record, and
    /// judges its devices anew if an evaluator of another number did.
    async fn open(&self, site: SiteId, head: Option<Head>) -> Result<(), StartError> {
        let loaded = load_site(&self.store, site, head).await?;
        let (store, clock) = (Arc::clone(&self.store), Arc::clone(&self.clock));
        let stop = self.writers.told();
        let (log, writer) = Log::start(
            site,
            loaded.log,
            Arc::clone(&store),
            Arc::clone(&clock),
            Arc::clone(&self.stats),
            stop,
        );
        self.writers.add(writer).await;
        let failed = |error| StartError::Site { site: site.to_string(), error };
        if !log.state().is_founded() {
            log.run(Request::own("start"), Found { salt: random() }).await.map_err(failed)?;
        }
        log.run(Request::own("start"), Reclassify).await.map_err(failed)?;
        let found = loaded.checkpoints;
        let index = Arc::new(Index::new(Arc::clone(&store), site, Arc::clone(&self.bodies)));
        let checkpoints = Arc::new(Checkpoints::new(store, site, found.written));
        let keeper = Keeper::new(Kept {
            checkpoints: Arc::clone(&checkpoints),
            index: Arc::clone(&index),
            site: Arc::clone(log.published()),
            instance: Arc::clone(self.instance.published()),
            clock,
            options: self.options.clone(),
            housekeeping: Arc::clone(&self.housekeeping),
            useless: found.useless,
        });
        self.keepers.add(tokio::spawn(keeper.run(self.keepers.told()))).await;
        let running = Arc::new(Running { log, checkpoints, index });
        self.sites.rcu(|sites| {
            let mut sites = HashMap::clone(sites);
            sites.insert(site, Arc::clone(&running));
            sites
        });
        // Those that came before the site was among those that are served.
        let settings = self.instance().site(site).map(|site| site.settings.clone());
        running.log.set_settings(settings.unwrap_or_default());
        // So that the first lists by name need not.
        let (state, stop) = (running.log.state(), self.keepers.told());
        let look = move || devices::look_at_names(&state, || *stop.borrow());
        self.keepers.add(background::begin(look)).await;
        Ok(())
    }

    async fn add_default_site(&self) -> Result<(), StartError> {
        let failed = |error| StartError::Site { site: DEFAULT_SITE.to_owned(), error };
        let name = TagName::new(DEFAULT_SITE).expect("the default site's name has the form of names");
        let add = AddSite { name, administrator: None };
        let done = self.run_instance(Request::own("start"), add).await.map_err(failed)?;
        self.open(done.outcome.site, None).await
    }
}

#[expect(clippy::disallowed_methods, reason = "the edge brings randomness; this makes a site's ids its own")]
fn random() -> u128 {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    u128::from_le_bytes(bytes)
}
