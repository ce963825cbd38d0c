//! A node with its disk, its gate and its clock.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use domain::{Error, Owner, Period, SiteId, TagName, Timestamp, Version};
use node::{Clock, Done, Node, NodeOptions, Request, StartError};
use site::instance::commands::{AddSite, ChangeSite};
use site::{Command, Site, State};
use store::testing::fake::FakeDisk;
use store::{CheckpointInfo, Store, Stored};
use uuid::Uuid;

use crate::gate::Gate;

/// The default site.
pub const SITE: SiteId = SiteId(1);

/// The site of a rig that has two.
pub const OTHER_SITE: SiteId = SiteId(2);

/// What does not take long has happened after this time.
pub const LONG: Duration = Duration::from_secs(20);

/// When a test begins.
pub const START_SECONDS: i64 = 1_750_000_000;

/// A clock that stands still until it is set.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::Relaxed);
    }

    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::Relaxed))
    }
}

pub struct Rig {
    pub disk: FakeDisk,
    pub gate: Arc<Gate>,
    pub clock: Arc<TestClock>,
    options: NodeOptions,
    pub node: Node,
}

/// A command on its way: queued, not yet answered.
pub type Queued<'a, T> = Pin<Box<dyn Future<Output = Result<Done<Site, T>, Error>> + Send + 'a>>;

impl Rig {
    /// A node on an empty disk.
    pub async fn new() -> Self {
        Self::with(NodeOptions::default()).await
    }

    /// The same, with so many sites: 1, 2 and so on.
    pub async fn with_sites(count: u32) -> Self {
        let rig = Self::new().await;
        for number in 2..=count {
            let name = TagName::new(&format!("site {number}")).unwrap();
            let added =
                rig.node.run_instance(request(), AddSite { name, administrator: None }).await.unwrap();
            assert_eq!(added.outcome.site, SiteId(number));
        }
        rig.restarted().await
    }

    /// The same, with options of its own.
    pub async fn with(options: NodeOptions) -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(START_SECONDS)));
        Self::begin(FakeDisk::new(Uuid::from_u128(1)), clock, options).await.unwrap()
    }

    /// A node on what a disk holds.
    pub async fn on(disk: FakeDisk) -> Result<Self, StartError> {
        let clock = Arc::new(TestClock(AtomicI64::new(START_SECONDS)));
        Self::begin(disk, clock, NodeOptions::default()).await
    }

    async fn begin(disk: FakeDisk, clock: Arc<TestClock>, options: NodeOptions) -> Result<Self, StartError> {
        let gate = Arc::new(Gate::new(disk.open().unwrap()));
        let node = Node::start_with(gate.clone(), clock.clone(), options.clone()).await?;
        Ok(Self { disk, gate, clock, options, node })
    }

    /// Another node on the same disk, once this one has stopped.
    pub async fn restarted(self) -> Self {
        self.node.stop().await;
        Self::begin(self.disk, self.clock, self.options).await.unwrap()
    }

    /// Another node on the same disk, after this one went without a word.
    pub async fn crashed(self) -> Result<Self, StartError> {
        self.gate.close().await;
        Self::begin(self.disk, self.clock, self.options).await
    }

    pub async fn run<C: Command<Site>>(&self, command: C) -> Result<Done<Site, C::Outcome>, Error> {
        self.node.run(SITE, request(), command).await
    }

    /// Sets how far back the default site's history is kept.
    pub async fn set_retention(&self, period: &str) {
        let retention = Some(Some(Period::new(period).unwrap()));
        let change = ChangeSite { id: SITE, retention, ..ChangeSite::default() };
        self.node.run_instance(request(), change).await.unwrap();
    }

    /// Sets how old facts may become on the default site.
    pub async fn set_fact_max_age(&self, period: &str) {
        let fact_max_age = Some(Some(Period::new(period).unwrap()));
        let change = ChangeSite { id: SITE, fact_max_age, ..ChangeSite::default() };
        self.node.run_instance(request(), change).await.unwrap();
    }

    /// Puts a command into the writer's queue without waiting for its answer.
    pub async fn queue<C: Command<Site>>(&self, command: C) -> Queued<'_, C::Outcome> {
        let mut queued: Queued<'_, _> = Box::pin(self.run(command));
        poll_fn(|context| {
            assert!(queued.as_mut().poll(context).is_pending(), "nobody can have answered yet");
            Poll::Ready(())
        })
        .await;
        queued
    }

    /// Queues a first command and waits until the gate holds up its commit: what is queued next makes one group.
    pub async fn hold_up<C: Command<Site>>(&self, command: C) -> Queued<'_, C::Outcome> {
        let before = self.gate.arrived();
        self.gate.hold();
        let queued = self.queue(command).await;
        self.gate.until_arrived(before + 1).await;
        queued
    }

    pub fn site(&self) -> Arc<Site> {
        self.node.site(SITE).unwrap()
    }

    pub fn version(&self) -> Version {
        self.site().version()
    }

    /// The state that the whole log makes, without any checkpoint.
    pub async fn replayed(&self) -> Site {
        let mut site = Site::default();
        for stored in self.log().await {
            site.replay(&Site::decode(&stored.record.payload).unwrap());
        }
        site
    }

    /// The checkpoints of the default site, oldest first.
    pub async fn checkpoints(&self) -> Vec<CheckpointInfo> {
        self.gate.checkpoints(SITE).await.unwrap()
    }

    /// The records of the default site, as the store has them.
    pub async fn log(&self) -> Vec<Stored> {
        let mut log: Vec<Stored> = Vec::new();
        loop {
            let after = log.last().map_or(Version(0), |last| last.record.version);
            let page = self.gate.records_since(SITE, after, usize::MAX).await.unwrap();
            if page.is_empty() {
                return log;
            }
            log.extend(page);
        }
    }
}

/// Lets so many seconds pass: the clock is paused and jumps when all wait.
pub async fn pass(seconds: u64) {
    let time = Duration::from_secs(seconds);
    tokio::time::timeout(time, std::future::pending::<()>()).await.unwrap_err();
}

pub fn request() -> Request {
    Request { actor: Owner::new("ann").unwrap(), request_id: "7-a".into() }
}

/// Collects what happens, from whichever thread.
#[derive(Clone, Debug, Default)]
pub struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    pub fn add(&self, note: impl Into<String>) {
        self.0.lock().unwrap().push(note.into());
    }

    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}
