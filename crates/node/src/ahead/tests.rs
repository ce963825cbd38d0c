//! With a state that only counts, and tells what it was given.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use domain::{Owner, SiteId, Timestamp, Version};
use site::{Context, DecodeError, Due, Record, RecordOf};
use store::testing::fake::FakeDisk;
use store::{Commit, CommitId, Hash, Outcome, Store, link};
use tokio::sync::{oneshot, watch};
use uuid::Uuid;

use super::*;
use crate::clock::SystemClock;
use crate::log::Log;
use crate::point::Point;
use crate::replay::Replayed;

const SITE: SiteId = SiteId(1);

/// Knows its version, and on which versions those of its changes were foreseen that it made itself.
#[derive(Clone, Default)]
struct Count {
    version: u64,
    foreseen: Vec<Option<Version>>,
}

impl State for Count {
    type Change = Look;
    type Effects = ();
    type Foreseen = Version;
    type Settings = ();

    fn version(&self) -> Version {
        Version(self.version)
    }

    fn time(&self) -> Timestamp {
        Timestamp::from_seconds(0)
    }

    fn foresee(&self, changes: &[Look], stop: &AtomicBool) -> Option<Version> {
        changes.iter().for_each(|look| look.take(stop));
        Some(self.version())
    }

    fn apply(&mut self, context: &Context, changes: Vec<Look>, foreseen: Option<&Version>) -> RecordOf<Self> {
        self.version += 1;
        self.foreseen.push(foreseen.copied());
        Record {
            version: self.version(),
            time: context.now,
            actor: context.actor.clone(),
            request_id: context.request_id.clone(),
            changes,
            effects: (),
        }
    }

    fn next_due(&self) -> Option<Timestamp> {
        None
    }

    fn due(&self, (): &(), _: Timestamp, _: Timestamp) -> Due<Look> {
        Due::default()
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

    fn decode(bytes: &[u8]) -> Result<RecordOf<Self>, DecodeError> {
        let version = bytes.try_into().map(u64::from_be_bytes).unwrap();
        let Request { actor, request_id } = request();
        let (time, changes) = (Timestamp::from_seconds(0), Vec::new());
        Ok(Record { version: Version(version), time, actor, request_id, changes, effects: () })
    }
}

/// Waits where what follows from it is worked out.
#[derive(Clone, Default)]
struct Look(Option<Arc<Mutex<Waits>>>);

struct Waits {
    began: Option<oneshot::Sender<()>>,
    /// Ends it; without one it waits to be stopped.
    end: Option<mpsc::Receiver<()>>,
    stopped: Option<oneshot::Sender<()>>,
}

impl Look {
    fn take(&self, stop: &AtomicBool) {
        let Some(waits) = &self.0 else { return };
        let mut waits = waits.lock().unwrap();
        waits.began.take().unwrap().send(()).unwrap();
        if let Some(end) = &waits.end {
            return end.recv().unwrap();
        }
        while !stop.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        waits.stopped.take().unwrap().send(()).unwrap();
    }
}

/// Wants one more.
struct Add {
    is_fleet_wide: bool,
    look: Look,
}

impl Command<Count> for Add {
    type Outcome = ();

    fn is_fleet_wide(&self, _: &Count) -> bool {
        self.is_fleet_wide
    }

    fn decide(&mut self, _: &Count, _: &Context) -> Result<Vec<Look>, Error> {
        Ok(vec![self.look.clone()])
    }

    fn outcome(&mut self, _: &Count) {}
}

fn request() -> Request {
    Request { actor: Owner::new("ann").unwrap(), request_id: "7-a".into() }
}

/// A log on an empty store, and what keeps its writer going.
fn log() -> (Log<Count>, Arc<dyn Store>, watch::Sender<bool>) {
    let store: Arc<dyn Store> = Arc::new(FakeDisk::new(Uuid::nil()).open().unwrap());
    let stop = watch::Sender::new(false);
    let loaded = Replayed { point: Point::start(), bytes: 0, found: false };
    let clock = Arc::new(SystemClock);
    let (log, _) = Log::start(SITE, loaded, store.clone(), clock, Arc::default(), stop.subscribe());
    (log, store, stop)
}

#[tokio::test]
async fn what_was_foreseen_is_given_to_the_writer_and_only_of_fleet_wide_commands() {
    let (log, _store, _stop) = log();
    for is_fleet_wide in [false, true, false, true] {
        log.run(request(), Add { is_fleet_wide, look: Look::default() }).await.unwrap();
    }
    assert_eq!(log.state().foreseen, [None, Some(Version(1)), None, Some(Version(3))]);
}

#[tokio::test]
async fn what_was_foreseen_is_given_again_when_another_node_was_faster() {
    let (log, store, _stop) = log();
    let ((began, begun), (end, ended)) = (oneshot::channel(), mpsc::channel());
    let waits = Waits { began: Some(began), end: Some(ended), stopped: None };
    let look = Look(Some(Arc::new(Mutex::new(waits))));
    let (done, ()) = tokio::join!(log.run(request(), Add { is_fleet_wide: true, look }), async {
        begun.await.unwrap();
        let payload = Bytes::copy_from_slice(&1_u64.to_be_bytes());
        let (version, time, hash) = (Version(1), Timestamp::from_seconds(0), link(&Hash::ZERO, &payload));
        let records = vec![store::Record { version, time, payload, hash, audited: false }];
        let commit = Commit { site: SITE, base: Version(0), id: CommitId(Uuid::from_u128(7)), records };
        assert!(matches!(store.commit(commit).await, Outcome::Committed));
        end.send(()).unwrap();
    });
    assert_eq!(done.unwrap().version, Version(2));
    assert_eq!(log.state().foreseen, [Some(Version(0))]);
}

#[tokio::test]
async fn foreseeing_is_told_to_stop_when_the_client_leaves_and_nothing_is_done() {
    let (log, _store, _stop) = log();
    let ((began, begun), (stopped, has_stopped)) = (oneshot::channel(), oneshot::channel());
    let waits = Waits { began: Some(began), end: None, stopped: Some(stopped) };
    let look = Look(Some(Arc::new(Mutex::new(waits))));
    let log = Arc::new(log);
    let client = tokio::spawn({
        let log = Arc::clone(&log);
        async move { log.run(request(), Add { is_fleet_wide: true, look }).await.map(drop) }
    });
    begun.await.unwrap();
    client.abort();
    has_stopped.await.unwrap();
    log.run(request(), Add { is_fleet_wide: true, look: Look::default() }).await.unwrap();
    assert_eq!(log.state().foreseen, [Some(Version(0))]);
}
