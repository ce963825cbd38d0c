//! What each cut inside writing a checkpoint, dropping and pruning leaves.

use super::*;
use crate::{
    testing::{block_on, commit_on, manifest_on},
    verify,
};

const SITE: SiteId = SiteId(1);

/// A disk with a log of four records, the checkpoints 1 and 4 of it, and a blob of neither; then what is left when
/// `call` was cut here and the store opened anew.
fn after_cut(
    cut: CheckpointCut,
    call: impl AsyncFnOnce(&FakeStore, &Manifest) -> Result<(), StoreError>,
) -> FakeStore {
    let disk = FakeDisk::new(Uuid::from_u128(1));
    let store = disk.open().unwrap();
    let start = Head::start_of(SITE);
    let first = commit_on(&start, ["one"]);
    let second = commit_on(&Head::after(&first).unwrap(), ["two", "three", "four"]);
    let manifests = [(&first, "shared old"), (&second, "shared new")].map(|(commit, texts)| {
        let blobs: Vec<Blob> = texts.split(' ').map(Blob::new).collect();
        block_on(store.write_blobs(SITE, blobs.clone())).unwrap();
        manifest_on(&Head::after(commit).unwrap(), &blobs)
    });
    for commit in [first, second] {
        assert!(matches!(block_on(store.commit(commit)), Outcome::Committed));
    }
    for manifest in &manifests {
        block_on(store.write_manifest(manifest.clone())).unwrap();
    }
    block_on(store.write_blobs(SITE, vec![Blob::new("orphan")])).unwrap();

    disk.cut_next_checkpoint(cut);
    let answer = block_on(call(&store, &manifests[1]));
    assert!(matches!(answer, Err(StoreError::Io { .. })), "{cut:?}: {answer:?}");
    drop(store);
    disk.open().unwrap()
}

fn there(store: &FakeStore, texts: &'static str) -> Vec<&'static str> {
    let is_there = |text: &&str| block_on(store.read_blobs(SITE, vec![BlobId::of(text.as_bytes())])).is_ok();
    texts.split(' ').filter(is_there).collect()
}

fn versions(store: &FakeStore) -> Vec<u64> {
    block_on(store.checkpoints(SITE)).unwrap().iter().map(|info| info.version.0).collect()
}

#[test]
fn a_cut_while_blobs_are_written_leaves_the_first_of_them() {
    for (count, left) in [(0, vec![]), (1, vec!["x"]), (2, vec!["x", "y"]), (9, vec!["x", "y"])] {
        let write = async |store: &FakeStore, _: &Manifest| {
            store.write_blobs(SITE, ["x", "y"].map(Blob::new).into()).await
        };
        let store = after_cut(CheckpointCut::AfterBlobs(count), write);
        assert_eq!(there(&store, "x y"), left);
        assert_eq!(versions(&store), [1, 4]);
    }
}

#[test]
fn a_cut_around_a_manifest_leaves_all_of_it_or_nothing() {
    for (cut, left) in
        [(CheckpointCut::BeforeManifest, vec![1, 4]), (CheckpointCut::ManifestAnswerLost, vec![1, 4, 5])]
    {
        let write = async |store: &FakeStore, last: &Manifest| {
            let info = CheckpointInfo { version: Version(5), ..last.info };
            store.write_manifest(Manifest { info, ..last.clone() }).await
        };
        assert_eq!(versions(&after_cut(cut, write)), left);
    }
}

#[test]
fn a_cut_while_checkpoints_are_dropped_may_leave_blobs_that_none_names() {
    let all = "shared old new orphan";
    for (cut, left, blobs) in [
        (CheckpointCut::BeforeDrop, vec![1, 4], all),
        (CheckpointCut::BeforeBlobsDropped, vec![4], all),
        (CheckpointCut::DropAnswerLost, vec![4], "shared new"),
    ] {
        let store = after_cut(cut, async |store, _| store.drop_checkpoints(SITE, vec![Version(1)]).await);
        assert_eq!(versions(&store), left, "{cut:?}");
        assert_eq!(there(&store, all), blobs.split(' ').collect::<Vec<_>>(), "{cut:?}");
        assert_eq!(block_on(store.drop_checkpoints(SITE, vec![Version(1)])), Ok(()));
        assert_eq!(there(&store, all), ["shared", "new"], "{cut:?}");
    }
}

#[test]
fn a_cut_while_pruning_leaves_a_log_that_verifies_and_can_be_pruned_on() {
    for (count, pruned) in [(0, 0), (1, 1), (2, 2), (3, 3), (9, 3)] {
        let prune = async |store: &FakeStore, _: &Manifest| store.prune(SITE, Version(3)).await;
        let store = after_cut(CheckpointCut::AfterPruned(count), prune);
        assert_eq!(block_on(store.pruned_since(SITE, Version(0), 9)).unwrap().len(), pruned);
        assert_eq!(block_on(verify(&store, SITE)).unwrap().version, Version(4));
        assert_eq!(block_on(store.prune(SITE, Version(3))), Ok(()));
        assert_eq!(block_on(store.pruned_since(SITE, Version(0), 9)).unwrap().len(), 3);
        assert_eq!(block_on(verify(&store, SITE)).unwrap().version, Version(4));
    }
}

#[test]
fn a_cut_waits_for_the_call_that_has_its_step() {
    let drop = async |store: &FakeStore, last: &Manifest| {
        store.write_blobs(SITE, vec![Blob::new("x")]).await?;
        store.write_manifest(last.clone()).await?;
        store.prune(SITE, Version(2)).await?;
        let answer = store.drop_checkpoints(SITE, vec![Version(1)]).await;
        assert!(answer.is_err());
        assert_eq!(store.drop_checkpoints(SITE, vec![Version(1)]).await, Ok(()));
        answer
    };
    assert_eq!(versions(&after_cut(CheckpointCut::BeforeDrop, drop)), [4]);
}
