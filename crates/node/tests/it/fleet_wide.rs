//! Commands that look at a whole fleet.

use std::sync::mpsc;

use domain::{Change, Error, TagId, Version};
use node::FLEET_WIDE_WAITING_MAX;
use site::commands::CreateTag;
use site::{Command, Context, Site, State};
use tokio::sync::oneshot;

use crate::commands::tag;
use crate::rig::Rig;

/// Makes a tag as if that took a look at a whole fleet, which lasts until the test has seen enough of it.
struct Wide {
    tag: CreateTag,
    look: Option<Look>,
}

/// Where a first decision waits.
struct Look {
    /// Is told on what version it began.
    began: oneshot::Sender<Version>,
    end: mpsc::Receiver<()>,
}

/// Those commands from outside.
struct Watched {
    began: oneshot::Receiver<Version>,
    /// Ends it, also when it is dropped.
    end: mpsc::Sender<()>,
}

fn wide(name: &str) -> (Wide, Watched) {
    let ((began, begun), (end, ended)) = (oneshot::channel(), mpsc::channel());
    (Wide { tag: tag(name), look: Some(Look { began, end: ended }) }, Watched { began: begun, end })
}

/// One that takes no time.
fn quick(name: &str) -> Wide {
    Wide { tag: tag(name), look: None }
}

impl Command<Site> for Wide {
    type Outcome = TagId;

    fn is_fleet_wide(&self, _: &Site) -> bool {
        true
    }

    fn decide(&mut self, site: &Site, context: &Context) -> Result<Vec<Change>, Error> {
        if let Some(Look { began, end }) = self.look.take() {
            began.send(site.version()).ok();
            end.recv().ok();
        }
        self.tag.decide(site, context)
    }

    fn outcome(&mut self, site: &Site) -> TagId {
        self.tag.outcome(site)
    }
}

/// Fails the way a mistake in what follows would.
struct Fails;

impl Command<Site> for Fails {
    type Outcome = ();

    fn is_fleet_wide(&self, _: &Site) -> bool {
        true
    }

    fn decide(&mut self, _: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        panic!("this command panics, as its test wants")
    }

    fn outcome(&mut self, _: &Site) {}
}

#[tokio::test]
async fn others_are_done_while_a_fleet_wide_command_is_worked_out() {
    let rig = Rig::new().await;
    let (command, watched) = wide("wide");
    let queued = rig.queue(command).await;
    watched.began.await.unwrap();
    let others = [rig.run(tag("one")).await.unwrap(), rig.run(tag("two")).await.unwrap()];
    assert!(rig.site().catalogue.tags.named("wide").is_none());
    drop(watched.end);
    assert_eq!(queued.await.unwrap().version, others[1].version.next());
    let before = rig.site();
    assert_eq!(rig.restarted().await.site(), before);
}

#[tokio::test]
async fn the_writer_decides_anew_on_what_has_happened_meanwhile() {
    let rig = Rig::new().await;
    let (command, watched) = wide("one");
    let queued = rig.queue(command).await;
    watched.began.await.unwrap();
    rig.run(tag("ONE")).await.unwrap();
    drop(watched.end);
    assert_eq!(queued.await.unwrap_err().code(), "name_taken");
}

#[tokio::test]
async fn a_fleet_wide_command_whose_client_has_left_is_not_done() {
    let rig = Rig::new().await;
    let before = rig.version();
    let (command, watched) = wide("abandoned");
    let queued = rig.queue(command).await;
    watched.began.await.unwrap();
    drop(queued);
    drop(watched.end);
    let next = rig.run(quick("next")).await.unwrap();
    assert_eq!(next.version, before.next());
    assert!(rig.site().catalogue.tags.named("abandoned").is_none());
}

#[tokio::test]
async fn fleet_wide_commands_beyond_those_that_may_wait_are_told_to_come_again() {
    let rig = Rig::new().await;
    let (command, watched) = wide("first");
    let first = rig.queue(command).await;
    let mut waiting = Vec::new();
    for number in 0..FLEET_WIDE_WAITING_MAX {
        waiting.push(rig.queue(quick(&format!("wide {number}"))).await);
    }
    let refused = rig.run(quick("one too many")).await.unwrap_err();
    assert_eq!(refused, Error::Busy { retry_after_seconds: 1 });
    assert_eq!(rig.node.stats().busy.get(), 1);
    rig.run(tag("of another kind")).await.unwrap();
    drop(waiting.pop());
    let next = rig.queue(quick("in its place")).await;
    drop(watched.end);
    first.await.unwrap();
    for one in waiting {
        one.await.unwrap();
    }
    next.await.unwrap();
    assert_eq!(rig.site().catalogue.tags.len(), FLEET_WIDE_WAITING_MAX + 2);
}

#[tokio::test]
async fn the_next_one_begins_when_the_one_before_is_answered() {
    let rig = Rig::new().await;
    let before = rig.gate.arrived();
    rig.gate.hold();
    let one = rig.queue(quick("one")).await;
    let (command, mut watched) = wide("two");
    let two = rig.queue(command).await;
    let ((one, two), ()) = tokio::join!(async { tokio::join!(one, two) }, async {
        rig.gate.until_arrived(before + 1).await;
        assert!(watched.began.try_recv().is_err(), "the first is not durable yet");
        rig.gate.pass(2);
        assert_eq!(watched.began.await.unwrap(), Version(2));
        drop(watched.end);
    });
    assert_eq!((one.unwrap().version, two.unwrap().version), (Version(2), Version(3)));
}

#[tokio::test]
async fn one_that_panics_is_answered_and_the_next_has_its_turn() {
    let rig = Rig::new().await;
    let before = rig.version();
    assert_eq!(rig.run(Fails).await.unwrap_err(), Error::Internal);
    assert_eq!((rig.version(), rig.node.stats().panics.get()), (before, 1));
    assert_eq!(rig.run(quick("next")).await.unwrap().version, before.next());
}

#[tokio::test]
async fn one_that_is_worked_out_when_the_node_stops_is_refused() {
    let rig = Rig::new().await;
    let (command, watched) = wide("late");
    let queued = rig.queue(command).await;
    watched.began.await.unwrap();
    rig.node.stop().await;
    drop(watched.end);
    assert_eq!(queued.await.unwrap_err().code(), "unavailable");
}
