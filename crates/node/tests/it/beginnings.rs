//! From what a site begins at a start.

use bytes::Bytes;
use domain::Version;
use node::StartError;
use store::testing::fake::{CheckpointCut, FakeDisk};
use store::{BlobId, Hash, Manifest, Store};

use crate::commands::tag;
use crate::rig::{Rig, SITE};
use crate::steps::lived;

/// A site with two checkpoints, a tail after them, and what its disk holds.
async fn with_two_checkpoints() -> Rig {
    let rig = Rig::new().await;
    lived(&rig, 40).await;
    let rig = rig.restarted().await;
    lived(&rig, 40).await;
    let rig = rig.restarted().await;
    assert_eq!(rig.checkpoints().await.len(), 2);
    lived(&rig, 10).await;
    rig
}

async fn manifest(rig: &Rig, place: usize) -> Manifest {
    let info = rig.checkpoints().await[place];
    rig.gate.read_manifest(SITE, info.version).await.unwrap().unwrap()
}

/// The blobs that only the newest checkpoint has.
async fn blobs_of_newest(rig: &Rig) -> Vec<BlobId> {
    let older = manifest(rig, 0).await.blobs;
    let newest = manifest(rig, 1).await.blobs;
    newest.into_iter().filter(|blob| !older.contains(blob)).collect()
}

/// Goes away, and begins again with the very same site, from the checkpoint of `from`: nothing before it is read.
async fn assert_begins_from(rig: Rig, from: Version) -> Rig {
    let before = rig.site();
    assert_eq!(rig.replayed().await, *before);
    let untouched = tamper(&rig.disk, 1..=from.0);
    let rig = rig.crashed().await.unwrap();
    assert_eq!(rig.site(), before);
    tamper(&rig.disk, untouched);
    rig
}

fn tamper(disk: &FakeDisk, versions: std::ops::RangeInclusive<u64>) -> std::ops::RangeInclusive<u64> {
    versions.clone().for_each(|version| assert!(disk.tamper(SITE, Version(version))));
    versions
}

#[tokio::test]
async fn a_start_reads_the_newest_checkpoint_and_only_the_log_after_it() {
    let rig = with_two_checkpoints().await;
    let newest = rig.checkpoints().await[1].version;
    assert_begins_from(rig, newest).await;
}

#[tokio::test]
async fn a_damaged_record_after_the_checkpoint_keeps_the_node_from_starting() {
    let rig = with_two_checkpoints().await;
    let after = rig.checkpoints().await[1].version.next();
    assert!(rig.disk.tamper(SITE, after));
    let Err(StartError::Chain { site, version }) = rig.crashed().await.map(drop) else {
        panic!("an altered log was served");
    };
    assert_eq!((site, version), (SITE, after));
}

#[tokio::test]
async fn a_checkpoint_with_a_damaged_blob_is_passed_over_and_replaced() {
    let rig = with_two_checkpoints().await;
    let blobs = blobs_of_newest(&rig).await;
    let [older, newest] = [0, 1].map(|place| place);
    let (older, newest) = (manifest(&rig, older).await.info, manifest(&rig, newest).await.info);
    assert!(rig.disk.tamper_blob(SITE, blobs[0]));
    let rig = assert_begins_from(rig, older.version).await;
    let rig = rig.restarted().await;
    let left = rig.checkpoints().await;
    assert!(!left.contains(&newest) && left.contains(&older), "{left:?}");
    let last = left.last().unwrap().version;
    assert_begins_from(rig, last).await;
}

#[tokio::test]
async fn without_a_checkpoint_that_can_be_read_the_whole_log_is() {
    let rig = with_two_checkpoints().await;
    for place in 0..2 {
        for blob in manifest(&rig, place).await.blobs {
            assert!(rig.disk.tamper_blob(SITE, blob));
        }
    }
    let rig = assert_begins_from(rig, Version(0)).await;
    let rig = rig.restarted().await;
    let last = rig.checkpoints().await.last().unwrap().version;
    assert_begins_from(rig, last).await;
}

#[tokio::test]
async fn a_manifest_that_cannot_be_understood_or_miscounts_is_passed_over() {
    let damage: [fn(&mut Manifest); 5] = [
        |manifest| manifest.body = Bytes::new(),
        |manifest| manifest.body = Bytes::from_static(b"\xff\xff\xff"),
        |manifest| manifest.blobs.truncate(manifest.blobs.len() - 1),
        |manifest| manifest.blobs.push(manifest.blobs[0]),
        |manifest| manifest.blobs.reverse(),
    ];
    for damage in damage {
        let rig = with_two_checkpoints().await;
        let older = manifest(&rig, 0).await.info.version;
        let mut newest = manifest(&rig, 1).await;
        damage(&mut newest);
        rig.gate.write_manifest(newest).await.unwrap();
        assert_begins_from(rig, older).await;
    }
}

#[tokio::test]
async fn a_checkpoint_of_another_history_is_passed_over_and_dropped_before_the_next_is_written() {
    let rig = with_two_checkpoints().await;
    let newest = manifest(&rig, 1).await;
    let mut other = newest.clone();
    other.info.hash = Hash([7; 32]);
    rig.gate.write_manifest(other.clone()).await.unwrap();
    let older = manifest(&rig, 0).await.info.version;
    let rig = assert_begins_from(rig, older).await;
    rig.run(tag("one more")).await.unwrap();
    let rig = rig.restarted().await;
    let left = rig.checkpoints().await;
    assert!(!left.contains(&other.info), "{left:?}");
    assert_eq!(left.last().unwrap().version, rig.version());
}

/// As if the log was put back to an earlier day, and its checkpoints were not.
#[tokio::test]
async fn a_checkpoint_beyond_the_end_of_the_log_stays_until_the_log_has_passed_it() {
    let rig = with_two_checkpoints().await;
    let mut ahead = manifest(&rig, 1).await;
    ahead.info.version = Version(rig.version().0 + 3);
    rig.gate.write_manifest(ahead.clone()).await.unwrap();
    let mut rig = rig.restarted().await;
    for name in ["one", "two"] {
        rig.run(tag(name)).await.unwrap();
        rig = rig.restarted().await;
        assert!(rig.version() < ahead.info.version);
        let left = rig.checkpoints().await;
        assert_eq!(left[left.len() - 2].version, rig.version());
        assert_eq!(left.last(), Some(&ahead.info));
    }
    for name in ["three", "four"] {
        rig.run(tag(name)).await.unwrap();
    }
    let rig = rig.restarted().await;
    let left = rig.checkpoints().await;
    assert!(!left.contains(&ahead.info), "{left:?}");
    assert_eq!(left.last().unwrap().version, rig.version());
}

#[tokio::test]
async fn a_useless_checkpoint_that_cannot_be_dropped_does_not_keep_new_ones_from_being_written() {
    let rig = with_two_checkpoints().await;
    let mut other = manifest(&rig, 1).await;
    other.info.hash = Hash([7; 32]);
    rig.gate.write_manifest(other).await.unwrap();
    let rig = rig.restarted().await;
    rig.run(tag("one more")).await.unwrap();
    rig.disk.cut_next_checkpoint(CheckpointCut::BeforeDrop);
    let rig = rig.restarted().await;
    assert_eq!(rig.checkpoints().await.last().unwrap().version, rig.version());
}

#[tokio::test]
async fn a_checkpoint_that_says_another_version_than_it_holds_is_passed_over() {
    let rig = with_two_checkpoints().await;
    let older = manifest(&rig, 0).await;
    let record = rig.log().await.pop().unwrap().record;
    let mut wrong = older.clone();
    (wrong.info.version, wrong.info.time, wrong.info.hash) = (record.version, record.time, record.hash);
    rig.gate.write_manifest(wrong).await.unwrap();
    let newest = manifest(&rig, 1).await.info.version;
    assert_begins_from(rig, newest).await;
}

#[tokio::test]
async fn a_pruned_log_without_a_checkpoint_keeps_the_node_from_starting_and_says_what_to_do() {
    let rig = with_two_checkpoints().await;
    let newest = manifest(&rig, 1).await;
    rig.gate.prune(SITE, newest.info.version).await.unwrap();
    let blobs = blobs_of_newest(&rig).await;
    assert!(rig.disk.tamper_blob(SITE, blobs[0]));
    let Err(error) = rig.crashed().await.map(drop) else { panic!("a log without a beginning was served") };
    let StartError::Pruned { site, through } = error else { panic!("{error}") };
    assert_eq!((site, through), (SITE, newest.info.version));
    assert!(error.to_string().contains("from one backup"), "{error}");
}
