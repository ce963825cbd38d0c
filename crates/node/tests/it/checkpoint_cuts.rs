//! The machine goes away inside every step of writing, dropping and pruning: the next start serves what the log says.

use std::sync::atomic::Ordering;

use store::StoreError;
use store::testing::fake::CheckpointCut::{self, *};

use crate::rig::{Rig, SITE, pass};
use crate::steps::{Moments, lived};

const CUTS: [CheckpointCut; 13] = [
    AfterBlobs(0),
    AfterBlobs(1),
    AfterBlobs(3),
    AfterBlobs(usize::MAX),
    BeforeManifest,
    ManifestAnswerLost,
    BeforeDrop,
    BeforeBlobsDropped,
    DropAnswerLost,
    AfterPruned(0),
    AfterPruned(1),
    AfterPruned(20),
    AfterPruned(usize::MAX),
];

/// A site that keeps an hour of its history, with a first checkpoint and, two hours later, more of a log.
async fn kept_for_an_hour() -> (Rig, Moments) {
    let rig = Rig::new().await;
    rig.set_retention("1h").await;
    lived(&rig, 40).await;
    rig.gate.until_tidied(1).await;
    rig.clock.forward(7200);
    let moments = lived(&rig, 40).await;
    (rig, moments)
}

#[tokio::test(start_paused = true)]
async fn wherever_the_machine_goes_away_the_next_start_serves_what_was_acknowledged() {
    for cut in CUTS {
        let (rig, moments) = kept_for_an_hour().await;
        rig.disk.cut_next_checkpoint(cut);
        rig.gate.fragile.store(true, Ordering::Relaxed);
        rig.gate.until_gone().await;
        let before = rig.site();
        let rig = rig.crashed().await.unwrap();
        assert_eq!(rig.site(), before, "{cut:?}");
        assert_whole(&rig, &moments, cut).await;

        lived(&rig, 9).await;
        let before = rig.site();
        let rig = rig.restarted().await;
        assert_eq!(rig.site(), before, "{cut:?}");
        assert_whole(&rig, &moments, cut).await;
    }
}

#[tokio::test(start_paused = true)]
async fn wherever_a_step_fails_the_node_goes_on_and_makes_it_good_later() {
    for cut in CUTS {
        let (rig, moments) = kept_for_an_hour().await;
        rig.disk.cut_next_checkpoint(cut);
        pass(7300).await;
        let stats = &rig.node.stats().checkpoints;
        assert_eq!(stats.failed.get() + stats.tidying_failed.get(), 1, "{cut:?}");
        let after = rig.version();
        assert_eq!(rig.checkpoints().await.last().unwrap().version, after, "{cut:?}");
        let first = rig.checkpoints().await[0].version;
        let pruned = store::Store::records_since(&*rig.gate, SITE, domain::Version(0), 1).await;
        assert_eq!(pruned, Err(StoreError::Pruned { site: SITE, through: first }), "{cut:?}");
        assert_whole(&rig, &moments, cut).await;

        let before = rig.site();
        let rig = rig.crashed().await.unwrap();
        assert_eq!(rig.site(), before, "{cut:?}");
        assert_whole(&rig, &moments, cut).await;
    }
}

/// The log verifies, and every moment within the retention is as it was.
async fn assert_whole(rig: &Rig, moments: &Moments, cut: CheckpointCut) {
    store::verify(&*rig.gate, SITE).await.unwrap();
    for (time, site) in moments.iter() {
        assert_eq!(rig.node.site_at(SITE, time).await.as_ref(), Ok(site), "{cut:?} at {time}");
    }
}
