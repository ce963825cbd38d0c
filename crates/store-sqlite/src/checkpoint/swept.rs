//! Which sites need no look for blobs that no manifest names, so that it is not taken after every checkpoint.

use std::collections::{HashMap, HashSet};

use domain::SiteId;
use store::{BlobId, Manifest};

/// The sites whose unnamed blobs were dropped by this program, each with what was written since and is not named yet.
/// A site about which nothing is known is absent: blobs may be left of what failed, or of an earlier run.
#[derive(Debug, Default)]
pub struct Swept(HashMap<SiteId, HashSet<BlobId>>);

impl Swept {
    /// Whether every blob of the site is named by a manifest.
    pub fn is_clean(&self, site: SiteId) -> bool {
        self.0.get(&site).is_some_and(HashSet::is_empty)
    }

    /// No manifest names these yet.
    pub fn blobs_came(&mut self, site: SiteId, blobs: impl Iterator<Item = BlobId>) {
        if let Some(unnamed) = self.0.get_mut(&site) {
            unnamed.extend(blobs);
        }
    }

    /// This one names its blobs; those of one whose place it took may be named by none any more.
    pub fn manifest_came(&mut self, manifest: &Manifest, took_a_place: bool) {
        if took_a_place {
            self.forget(manifest.info.site);
        } else if let Some(unnamed) = self.0.get_mut(&manifest.info.site) {
            for blob in &manifest.blobs {
                unnamed.remove(blob);
            }
        }
    }

    /// What no manifest names was dropped.
    pub fn was_swept(&mut self, site: SiteId) {
        self.0.insert(site, HashSet::new());
    }

    /// Something failed: it is not known what is there.
    pub fn forget(&mut self, site: SiteId) {
        self.0.remove(&site);
    }
}
