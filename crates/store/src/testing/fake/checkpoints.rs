//! One site's checkpoints on the fake disk.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use domain::Version;

use super::cut::{CheckpointCut, cut_off};
use crate::{Blob, BlobId, CheckpointInfo, Manifest, Refusal, StoreError, check_blobs};

#[derive(Debug, Default)]
pub(super) struct Checkpoints {
    blobs: BTreeMap<BlobId, Bytes>,
    manifests: BTreeMap<Version, Manifest>,
}

impl Checkpoints {
    pub(super) fn write_blobs(
        &mut self,
        blobs: Vec<Blob>,
        cut: Option<CheckpointCut>,
    ) -> Result<(), StoreError> {
        check_blobs(&blobs)?;
        let kept = match cut {
            Some(CheckpointCut::AfterBlobs(kept)) => kept,
            _ => usize::MAX,
        };
        self.blobs.extend(blobs.into_iter().take(kept).map(|blob| (blob.id(), blob.bytes().clone())));
        cut.map_or(Ok(()), |_| Err(cut_off("write blobs")))
    }

    pub(super) fn write_manifest(
        &mut self,
        manifest: Manifest,
        cut: Option<CheckpointCut>,
    ) -> Result<(), StoreError> {
        manifest.check()?;
        if let Some(blob) = manifest.blobs.iter().find(|id| !self.blobs.contains_key(id)) {
            return Err(Refusal::BlobMissing { blob: *blob }.into());
        }
        if cut != Some(CheckpointCut::BeforeManifest) {
            self.manifests.insert(manifest.info.version, manifest);
        }
        cut.map_or(Ok(()), |_| Err(cut_off("write a manifest")))
    }

    pub(super) fn infos(&self) -> Vec<CheckpointInfo> {
        self.manifests.values().map(|manifest| manifest.info).collect()
    }

    pub(super) fn manifest(&self, version: Version) -> Option<Manifest> {
        self.manifests.get(&version).cloned()
    }

    pub(super) fn read_blobs(&self, ids: &[BlobId]) -> Result<Vec<Bytes>, StoreError> {
        let read = |id: &BlobId| match self.blobs.get(id) {
            None => Err(StoreError::Damaged { what: format!("blob {id} is missing") }),
            Some(bytes) if BlobId::of(bytes) == *id => Ok(bytes.clone()),
            Some(_) => Err(StoreError::Damaged { what: format!("blob {id} was altered") }),
        };
        ids.iter().map(read).collect()
    }

    pub(super) fn drop_checkpoints(
        &mut self,
        versions: &[Version],
        cut: Option<CheckpointCut>,
    ) -> Result<(), StoreError> {
        if cut != Some(CheckpointCut::BeforeDrop) {
            self.manifests.retain(|version, _| !versions.contains(version));
        }
        if !matches!(cut, Some(CheckpointCut::BeforeDrop | CheckpointCut::BeforeBlobsDropped)) {
            let named: BTreeSet<&BlobId> =
                self.manifests.values().flat_map(|manifest| &manifest.blobs).collect();
            self.blobs.retain(|id, _| named.contains(id));
        }
        cut.map_or(Ok(()), |_| Err(cut_off("drop checkpoints")))
    }

    /// Puts other bytes in the place of a blob's. False when there is none.
    pub(super) fn tamper(&mut self, id: BlobId) -> bool {
        self.blobs.get_mut(&id).map(|bytes| *bytes = Bytes::from_static(b"tampered")).is_some()
    }
}
