//! With a state that is an alarm clock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use domain::{Error, Owner, SiteId, Timestamp, Version};
use site::{Command, Context, DecodeError, Due, Record, RecordOf, State};
use store::Store;
use store::testing::fake::{Cut, FakeDisk, FakeStore};
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

use crate::clock::Clock;
use crate::job::Request;
use crate::log::Log;
use crate::point::Point;
use crate::replay::Replayed;

const SITE: SiteId = SiteId(1);
const START: i64 = 1_750_000_000;

/// Bells that are set ring at their second; one more rings as the settings say.
#[derive(Clone, Default)]
struct Alarm {
    version: u64,
    time: Timestamp,
    /// By the second they ring at: whether what rings is broken.
    bells: BTreeMap<i64, bool>,
    /// Which rang, and when.
    rung: Vec<(i64, i64)>,
    by: Vec<String>,
    /// How often it was asked what is due.
    asked: Arc<AtomicUsize>,
}

#[derive(Clone, Copy, Debug)]
enum Ring {
    Set { at: i64, broken: bool },
    Rings(i64),
}

impl State for Alarm {
    type Change = Ring;
    type Effects = ();
    type Foreseen = ();
    type Settings = Option<i64>;

    fn version(&self) -> Version {
        Version(self.version)
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    fn foresee(&self, _: &[Ring], _: &AtomicBool) -> Option<()> {
        None
    }

    fn apply(&mut self, context: &Context, changes: Vec<Ring>, _: Option<&()>) -> RecordOf<Self> {
        for change in &changes {
            match change {
                Ring::Set { at, broken } => _ = self.bells.insert(*at, *broken),
                Ring::Rings(at) => {
                    assert_ne!(self.bells.remove(at), Some(true), "it is broken");
                    self.rung.push((*at - START, context.now.seconds() - START));
                }
            }
        }
        self.version += 1;
        self.time = context.now;
        self.by.push(context.actor.to_string());
        let (actor, request_id) = (context.actor.clone(), context.request_id.clone());
        Record { version: self.version(), time: self.time, actor, request_id, changes, effects: () }
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.bells.first_key_value().map(|(at, _)| Timestamp::from_seconds(*at))
    }

    fn due(&self, settings: &Option<i64>, now: Timestamp, _: Timestamp) -> Due<Ring> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let extra = settings.filter(|extra| self.rung.iter().all(|(at, _)| at + START != *extra));
        let all = self.bells.keys().copied().chain(extra);
        let changes = all.filter(|at| *at <= now.seconds()).take(1).map(Ring::Rings).collect();
        Due { changes, again: extra.map_or(Timestamp::MAX, Timestamp::from_seconds) }
    }

    fn replay(&mut self, record: &RecordOf<Self>) {
        self.version = record.version.0;
    }

    fn is_audited(_: &RecordOf<Self>) -> bool {
        false
    }

    fn encode(record: &RecordOf<Self>) -> Vec<u8> {
        record.version.0.to_be_bytes().to_vec()
    }

    fn decode(_: &[u8]) -> Result<RecordOf<Self>, DecodeError> {
        unreachable!("nobody else writes")
    }
}

/// Sets a bell; says which rang before it was decided.
struct Set {
    at: i64,
    broken: bool,
    rung: usize,
}

fn set(at: i64) -> Set {
    Set { at: START + at, broken: false, rung: 0 }
}

impl Command<Alarm> for Set {
    type Outcome = usize;

    fn decide(&mut self, alarm: &Alarm, _: &Context) -> Result<Vec<Ring>, Error> {
        self.rung = alarm.rung.len();
        Ok(vec![Ring::Set { at: self.at, broken: self.broken }])
    }

    fn outcome(&mut self, _: &Alarm) -> usize {
        self.rung
    }
}

/// Goes with the paused clock of the runtime, and can be set forward beside it.
struct TestClock(Instant, AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.0.elapsed().as_millis()).unwrap();
        Timestamp::from_seconds(START + self.1.load(Ordering::Relaxed)).plus_millis(passed)
    }
}

struct Rig {
    log: Log<Alarm>,
    disk: FakeDisk,
    store: Arc<FakeStore>,
    clock: Arc<TestClock>,
    _stop: watch::Sender<bool>,
}

impl Rig {
    fn new() -> Self {
        let disk = FakeDisk::new(Uuid::nil());
        let (store, stop) = (Arc::new(disk.open().unwrap()), watch::Sender::new(false));
        let loaded = Replayed { point: Point::start(), bytes: 0, found: false };
        let clock = Arc::new(TestClock(Instant::now(), AtomicI64::default()));
        let (kept, time) = (Arc::<FakeStore>::clone(&store), Arc::<TestClock>::clone(&clock));
        let (log, _) = Log::start(SITE, loaded, kept, time, Arc::default(), stop.subscribe());
        Self { log, disk, store, clock, _stop: stop }
    }

    async fn set(&self, set: Set) -> usize {
        let request = Request { actor: Owner::new("ann").unwrap(), request_id: "7-a".into() };
        self.log.run(request, set).await.unwrap().outcome
    }

    /// Which rang, and when.
    fn rung(&self) -> Vec<(i64, i64)> {
        self.log.state().rung.clone()
    }

    fn asked(&self) -> usize {
        self.log.state().asked.load(Ordering::Relaxed)
    }
}

/// Lets so many seconds pass: the clock is paused and jumps when all wait.
async fn pass(seconds: u64) {
    let time = Duration::from_secs(seconds);
    tokio::time::timeout(time, std::future::pending::<()>()).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn what_is_due_is_done_at_its_second_though_nobody_writes() {
    let rig = Rig::new();
    for at in [7, 100, 3600] {
        rig.set(set(at)).await;
    }
    pass(6).await;
    assert_eq!(rig.rung(), []);
    pass(3595).await;
    assert_eq!(rig.rung(), [(7, 7), (100, 100), (3600, 3600)]);
    assert_eq!(rig.log.state().by, ["ann", "ann", "ann", "fleetmark", "fleetmark", "fleetmark"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_due_is_done_before_a_command_is_decided() {
    let rig = Rig::new();
    assert_eq!(rig.set(set(5)).await, 0);
    assert_eq!(rig.set(set(6)).await, 0);
    assert_eq!(rig.set(set(90)).await, 0);
    // The writer's sleep does not end for that.
    rig.clock.1.store(50, Ordering::Relaxed);
    assert_eq!(rig.set(set(70)).await, 2);
    assert_eq!(rig.rung(), [(5, 50), (6, 50)]);
    let state = rig.log.state();
    assert_eq!(
        (state.version, &state.by[3..]),
        (6, &["fleetmark", "fleetmark", "ann"].map(String::from)[..])
    );
    assert_eq!(rig.store.records_since(SITE, Version(0), 9).await.unwrap().len(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_set_forward_is_seen_before_long() {
    let rig = Rig::new();
    rig.set(set(3600)).await;
    rig.clock.1.store(3600, Ordering::Relaxed);
    pass(31).await;
    assert_eq!(rig.rung().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn settings_count_from_the_moment_they_are_set() {
    let rig = Rig::new();
    pass(50).await;
    rig.log.set_settings(Some(START + 60));
    pass(9).await;
    assert_eq!(rig.rung(), []);
    pass(2).await;
    assert_eq!(rig.rung(), [(60, 60)]);
    rig.log.set_settings(Some(START + 20));
    pass(1).await;
    assert_eq!(rig.rung(), [(60, 60), (20, 61)]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_while_nothing_is_due() {
    let rig = Rig::new();
    rig.set(set(5000)).await;
    let asked = rig.asked();
    for _ in 0..100 {
        rig.set(set(5000)).await;
    }
    pass(4000).await;
    assert_eq!(rig.asked(), asked);
}

#[tokio::test(start_paused = true)]
async fn what_is_due_is_tried_again_when_the_store_takes_writes_again() {
    let rig = Rig::new();
    rig.set(set(5)).await;
    rig.disk.cut_next(Cut::BeforeAppend);
    pass(6).await;
    assert!(rig.rung().is_empty() && rig.log.trouble().is_some());
    pass(5).await;
    assert_eq!(rig.rung(), [(5, 10)]);
    assert!(rig.log.trouble().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_takes_no_writes_is_not_asked_all_the_time() {
    let rig = Rig::new();
    rig.set(set(5)).await;
    rig.store.close().await;
    let asked = rig.asked();
    pass(1000).await;
    assert_eq!((rig.rung().len(), rig.asked()), (0, asked + 1));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_done_hinders_nobody() {
    let rig = Rig::new();
    rig.set(Set { broken: true, ..set(5) }).await;
    pass(6).await;
    let asked = rig.asked();
    for _ in 0..100 {
        rig.set(set(9000)).await;
    }
    pass(50).await;
    assert!(rig.asked() <= asked + 11, "{} times", rig.asked() - asked);
    assert!(rig.log.trouble().is_none());
}
