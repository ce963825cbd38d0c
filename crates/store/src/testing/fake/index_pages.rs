//! One site's index on the fake disk.

use std::collections::BTreeMap;

use bytes::Bytes;
use domain::Version;

use crate::{BlobId, IndexPage, PAGE_BYTES, StoreError};

/// The pages by their last version, each with the id that its body had when it was written.
#[derive(Debug, Default)]
pub(super) struct IndexPages(BTreeMap<Version, (IndexPage, BlobId)>);

impl IndexPages {
    pub(super) fn write(&mut self, page: IndexPage) -> Result<(), StoreError> {
        page.check()?;
        self.0.split_off(&page.after.next());
        let id = page.body_id();
        self.0.insert(page.through, (page, id));
        Ok(())
    }

    pub(super) fn since(&self, after: Version, limit: usize) -> Vec<IndexPage> {
        let Some(first) = after.0.checked_add(1) else { return Vec::new() };
        let whole = self.0.range(Version(first)..).filter(|(_, (page, id))| page.body_id() == *id);
        let mut bytes = 0;
        whole
            .take(limit)
            .enumerate()
            .take_while(|(taken, (_, (page, _)))| {
                bytes += page.body.len();
                *taken == 0 || bytes <= PAGE_BYTES
            })
            .map(|(_, (_, (page, _)))| page.clone())
            .collect()
    }

    pub(super) fn prune(&mut self, through: Version) {
        self.0.retain(|last, _| *last > through);
    }

    /// Puts other bytes in the place of a page's. False when there is none.
    pub(super) fn tamper(&mut self, through: Version) -> bool {
        let page = self.0.get_mut(&through);
        page.map(|(page, _)| page.body = Bytes::from_static(b"tampered")).is_some()
    }
}
