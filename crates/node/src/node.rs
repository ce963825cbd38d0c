//! The instance and its sites, running.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use domain::{Error, Noun, Owner, SiteId, TagName, Timestamp};
use site::commands::Found;
use site::instance::commands::AddSite;
use site::{Command, Instance, Site};
use store::{Head, Store};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::error::StartError;
use crate::job::{Done, Request};
use crate::load::Loaded;
use crate::log::Log;
use crate::stats::Stats;

/// The site that every instance has from its first start.
pub const DEFAULT_SITE: &str = "default";

/// A running instance over a store.
pub struct Node {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    stats: Arc<Stats>,
    instance: Log<Instance>,
    sites: ArcSwap<HashMap<SiteId, Arc<Log<Site>>>>,
    stop: watch::Sender<bool>,
    writers: Mutex<Vec<JoinHandle<()>>>,
}

impl Node {
    /// Reads every log of the store and starts the writers. The first start makes the site [`DEFAULT_SITE`].
    ///
    /// # Errors
    /// When the store cannot be read, or holds what this program does not understand.
    pub async fn start(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let (stop, stopped) = watch::channel(false);
        let stats = Arc::new(Stats::default());
        let heads: HashMap<_, _> = store.heads().await?.into_iter().map(|head| (head.site, head)).collect();
        let loaded = Loaded::read(&*store, SiteId::INSTANCE, heads.get(&SiteId::INSTANCE).copied()).await?;
        let (instance, writer) = Log::start(
            SiteId::INSTANCE,
            loaded,
            Arc::clone(&store),
            Arc::clone(&clock),
            Arc::clone(&stats),
            stopped,
        );
        let (sites, writers) = (ArcSwap::default(), Mutex::new(vec![writer]));
        let node = Self { store, clock, stats, instance, sites, stop, writers };
        let known: Vec<_> = node.instance().sites().map(|site| site.id).collect();
        for site in known {
            node.open(site, heads.get(&site).copied()).await?;
        }
        if node.instance().site_named(DEFAULT_SITE).is_none() {
            node.add_default_site().await?;
        }
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
        self.sites.load().get(&id).map(|site| site.state())
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
        let log = self.sites.load().get(&site).cloned();
        let log = log.ok_or_else(|| Error::not_found(Noun::Site, site))?;
        log.run(request, command).await
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
        self.instance.run(request, command).await
    }

    /// What the node has done since it started.
    #[must_use]
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// How many commands wait for a writer at this moment, on the instance and all sites.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.instance.queued() + self.sites.load().values().map(|site| site.queued()).sum::<usize>()
    }

    /// Every site as of now, in no order.
    #[must_use]
    pub fn sites(&self) -> Vec<Arc<Site>> {
        self.sites.load().values().map(|site| site.state()).collect()
    }

    /// Whether the node takes writes.
    ///
    /// # Errors
    /// Says what keeps it from that, without internals.
    pub fn ready(&self) -> Result<(), String> {
        let sites = self.sites.load();
        let trouble = self.instance.trouble().or_else(|| sites.values().find_map(|site| site.trouble()));
        trouble.map_or(Ok(()), |trouble| Err(String::clone(&trouble)))
    }

    /// Does what has queued up, refuses the rest, and closes the store.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let writers = std::mem::take(&mut *self.writers.lock().await);
        for writer in writers {
            if let Err(error) = writer.await {
                tracing::error!(%error, "a writer ended badly");
            }
        }
        self.store.close().await;
    }

    /// Reads a site's log, starts its writer, and founds the site if that is not on record.
    async fn open(&self, site: SiteId, head: Option<Head>) -> Result<(), StartError> {
        let loaded = Loaded::<Site>::read(&*self.store, site, head).await?;
        let (store, clock) = (Arc::clone(&self.store), Arc::clone(&self.clock));
        let stats = Arc::clone(&self.stats);
        let (log, writer) = Log::start(site, loaded, store, clock, stats, self.stop.subscribe());
        self.writers.lock().await.push(writer);
        if !log.state().is_founded() {
            let found = Found { salt: random() };
            let founded = log.run(own_request(), found).await;
            founded.map_err(|error| StartError::Site { site: site.to_string(), error })?;
        }
        let log = Arc::new(log);
        self.sites.rcu(|sites| {
            let mut sites = HashMap::clone(sites);
            sites.insert(site, Arc::clone(&log));
            sites
        });
        Ok(())
    }

    async fn add_default_site(&self) -> Result<(), StartError> {
        let failed = |error| StartError::Site { site: DEFAULT_SITE.to_owned(), error };
        let name = TagName::new(DEFAULT_SITE).expect("the default site's name has the form of names");
        let done = self.run_instance(own_request(), AddSite { name }).await.map_err(failed)?;
        self.open(done.outcome, None).await
    }
}

/// What the server does of its own accord.
fn own_request() -> Request {
    let actor = Owner::new("fleetmark").expect("the server's own name has the form of owners");
    Request { actor, request_id: "start".into() }
}

#[expect(clippy::disallowed_methods, reason = "the edge brings randomness; this makes a site's ids its own")]
fn random() -> u128 {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    u128::from_le_bytes(bytes)
}
