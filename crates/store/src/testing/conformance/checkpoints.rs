//! Checkpoints: blobs and the manifests that name them.

use bytes::Bytes;
use domain::{SiteId, Version};

use super::{Place, open, reopen};
use crate::{
    Blob, BlobId, Head, MAX_BLOB_BYTES, MAX_MANIFEST_BYTES, Manifest, Refusal, Store, StoreError,
    testing::manifest_on,
};

const SITE: SiteId = SiteId(6);

fn head(version: u64) -> Head {
    Head { version: Version(version), ..Head::start_of(SITE) }
}

fn blobs<const N: usize>(texts: [&'static str; N]) -> Vec<Blob> {
    texts.map(Blob::new).into()
}

fn ids(blobs: &[Blob]) -> Vec<BlobId> {
    blobs.iter().map(Blob::id).collect()
}

/// Writes a checkpoint of the suite's site at this version.
async fn checkpoint<const N: usize>(store: &dyn Store, version: u64, texts: [&'static str; N]) -> Manifest {
    let blobs = blobs(texts);
    let manifest = manifest_on(&head(version), &blobs);
    assert_eq!(store.write_blobs(SITE, blobs).await, Ok(()));
    assert_eq!(store.write_manifest(manifest.clone()).await, Ok(()));
    manifest
}

async fn versions(store: &dyn Store) -> Vec<u64> {
    match store.checkpoints(SITE).await {
        Ok(infos) => infos.iter().map(|info| info.version.0).collect(),
        Err(error) => panic!("the checkpoints are listed: {error}"),
    }
}

/// Which of these blobs are there.
async fn there(store: &dyn Store, site: SiteId, texts: &[&'static str]) -> Vec<&'static str> {
    let mut there = Vec::new();
    for text in texts {
        match store.read_blobs(site, vec![BlobId::of(text.as_bytes())]).await {
            Ok(_) => there.push(*text),
            Err(StoreError::Damaged { .. }) => {}
            Err(other) => panic!("a blob is there or missing, but: {other}"),
        }
    }
    there
}

/// Its place, its body, and its blobs in their order; also an empty blob, and one that is named twice.
pub async fn a_checkpoint_comes_back_whole_after_reopening(place: &dyn Place) {
    let store = open(place).await;
    assert_eq!(store.checkpoints(SITE).await, Ok(vec![]));
    let manifest = checkpoint(&*store, 5, ["b", "a", "", "b"]).await;
    let store = reopen(place, store).await;
    assert_eq!(store.checkpoints(SITE).await, Ok(vec![manifest.info]));
    assert_eq!(store.read_manifest(SITE, Version(5)).await, Ok(Some(manifest.clone())));
    let read = store.read_blobs(SITE, manifest.blobs).await;
    assert_eq!(read, Ok(["b", "a", "", "b"].map(Bytes::from).into()));
    for version in [0, 4, 6, u64::MAX] {
        assert_eq!(store.read_manifest(SITE, Version(version)).await, Ok(None));
    }
}

/// In whatever order they were written.
pub async fn checkpoints_are_listed_oldest_first(place: &dyn Place) {
    let store = open(place).await;
    for version in [20, 3, 100] {
        checkpoint(&*store, version, ["shared"]).await;
    }
    assert_eq!(versions(&*store).await, [3, 20, 100]);
}

/// Of many, each once or more.
pub async fn blobs_come_in_the_order_asked_for(place: &dyn Place) {
    let store = open(place).await;
    let blobs: Vec<Blob> = (0..20_usize).map(|number| Blob::new(vec![7; number * 1000])).collect();
    assert_eq!(store.write_blobs(SITE, blobs.clone()).await, Ok(()));
    let asked: Vec<&Blob> = (0..64).map(|number| &blobs[number * 13 % blobs.len()]).collect();
    let read = store.read_blobs(SITE, asked.iter().map(|blob| blob.id()).collect()).await;
    assert_eq!(read, Ok(asked.iter().map(|blob| blob.bytes().clone()).collect()));
    assert_eq!(store.read_blobs(SITE, vec![]).await, Ok(vec![]));
}

/// Who does not know whether a write arrived writes again.
pub async fn writing_a_checkpoint_again_is_harmless(place: &dyn Place) {
    let store = open(place).await;
    let first = checkpoint(&*store, 5, ["a", "b"]).await;
    assert_eq!(checkpoint(&*store, 5, ["a", "b"]).await, first);
    assert_eq!(store.checkpoints(SITE).await, Ok(vec![first.info]));
    assert_eq!(there(&*store, SITE, &["a", "b"]).await, ["a", "b"]);
}

/// The same state may be cut into other blobs.
pub async fn a_manifest_takes_the_place_of_the_one_at_its_version(place: &dyn Place) {
    let store = open(place).await;
    checkpoint(&*store, 5, ["a", "b"]).await;
    let second = checkpoint(&*store, 5, ["a", "c"]).await;
    assert_eq!(store.read_manifest(SITE, Version(5)).await, Ok(Some(second)));
    assert_eq!(versions(&*store).await, [5]);
}

/// A checkpoint that counts is whole. Blobs of another site are not there.
pub async fn a_manifest_that_names_a_missing_blob_is_refused(place: &dyn Place) {
    let store = open(place).await;
    let blobs = blobs(["a", "b"]);
    let (manifest, missing) = (manifest_on(&head(5), &blobs), blobs[1].id());
    assert_eq!(store.write_blobs(SITE, blobs[..1].to_vec()).await, Ok(()));
    assert_eq!(store.write_blobs(SiteId(7), blobs).await, Ok(()));
    let refused = Err(StoreError::Refused(Refusal::BlobMissing { blob: missing }));
    assert_eq!(store.write_manifest(manifest).await, refused);
    assert_eq!(versions(&*store).await, [0; 0]);
}

/// The limits themselves are allowed. Of blobs that come together none is kept when one is too large.
pub async fn a_blob_and_a_manifest_have_limits(place: &dyn Place) {
    let store = open(place).await;
    let of = |bytes| Blob::new(vec![0xA5; bytes]);
    let largest = of(MAX_BLOB_BYTES);
    assert_eq!(store.write_blobs(SITE, vec![largest.clone()]).await, Ok(()));
    let mut manifest = manifest_on(&head(1), std::slice::from_ref(&largest));
    manifest.body = Bytes::from(vec![1; MAX_MANIFEST_BYTES]);
    assert_eq!(store.write_manifest(manifest.clone()).await, Ok(()));
    assert_eq!(store.read_manifest(SITE, Version(1)).await, Ok(Some(manifest.clone())));
    assert_eq!(store.read_blobs(SITE, manifest.blobs.clone()).await, Ok(vec![largest.bytes().clone()]));

    let bytes = MAX_BLOB_BYTES + 1;
    let refused = Err(StoreError::Refused(Refusal::BlobTooLarge { bytes }));
    assert_eq!(store.write_blobs(SITE, vec![Blob::new("small"), of(bytes)]).await, refused);
    assert_eq!(there(&*store, SITE, &["small"]).await, [""; 0]);
    let bytes = MAX_MANIFEST_BYTES + 1;
    manifest.body = Bytes::from(vec![1; bytes]);
    let refused = Err(StoreError::Refused(Refusal::ManifestTooLarge { bytes }));
    assert_eq!(store.write_manifest(manifest).await, refused);
}

/// Also blobs of a checkpoint that was never finished go.
pub async fn dropping_a_checkpoint_keeps_the_blobs_that_others_name(place: &dyn Place) {
    let store = open(place).await;
    checkpoint(&*store, 1, ["always", "first"]).await;
    checkpoint(&*store, 2, ["always", "second", "both"]).await;
    let third = checkpoint(&*store, 3, ["always", "both", "third"]).await;
    assert_eq!(store.write_blobs(SITE, blobs(["never finished"])).await, Ok(()));
    let all = ["always", "first", "second", "both", "third", "never finished"];
    assert_eq!(there(&*store, SITE, &all).await, all);

    assert_eq!(store.drop_checkpoints(SITE, vec![Version(1), Version(2), Version(9)]).await, Ok(()));
    assert_eq!(versions(&*store).await, [3]);
    let left = ["always", "both", "third"];
    assert_eq!(there(&*store, SITE, &all).await, left);
    let store = reopen(place, store).await;
    assert_eq!(there(&*store, SITE, &all).await, left);
    assert_eq!(store.read_manifest(SITE, Version(3)).await, Ok(Some(third)));

    assert_eq!(store.drop_checkpoints(SITE, vec![Version(3)]).await, Ok(()));
    assert_eq!(versions(&*store).await, [0; 0]);
    assert_eq!(there(&*store, SITE, &all).await, [""; 0]);
}

/// Equal blobs of two sites are two.
pub async fn checkpoints_of_one_site_are_not_those_of_another(place: &dyn Place) {
    let store = open(place).await;
    checkpoint(&*store, 1, ["same"]).await;
    let other = SiteId(SITE.0 + 1);
    assert_eq!(store.checkpoints(other).await, Ok(vec![]));
    assert_eq!(there(&*store, other, &["same"]).await, [""; 0]);
    let manifest = manifest_on(&Head { site: other, ..head(1) }, &blobs(["same"]));
    assert_eq!(store.write_blobs(other, blobs(["same"])).await, Ok(()));
    assert_eq!(store.write_manifest(manifest.clone()).await, Ok(()));
    assert_eq!(store.drop_checkpoints(SITE, vec![Version(1)]).await, Ok(()));
    assert_eq!(there(&*store, SITE, &["same"]).await, [""; 0]);
    assert_eq!(there(&*store, other, &["same"]).await, ["same"]);
    assert_eq!(store.checkpoints(other).await, Ok(vec![manifest.info]));
}

/// Whoever finds out makes a new checkpoint of the log, which must not share the damage.
pub async fn an_altered_blob_is_found_and_mended_by_writing_it_again(place: &dyn Place) {
    let store = open(place).await;
    let manifest = checkpoint(&*store, 1, ["sound", "altered"]).await;
    store.close().await;
    place.tamper_blob(SITE, manifest.blobs[1]).await;
    let store = open(place).await;
    let read = store.read_blobs(SITE, manifest.blobs.clone()).await;
    assert!(matches!(&read, Err(StoreError::Damaged { what }) if what.contains("altered")), "{read:?}");
    assert_eq!(there(&*store, SITE, &["sound", "altered"]).await, ["sound"]);
    assert_eq!(checkpoint(&*store, 1, ["sound", "altered"]).await, manifest);
    assert_eq!(store.read_blobs(SITE, ids(&blobs(["altered"]))).await, Ok(vec![Bytes::from("altered")]));
}
