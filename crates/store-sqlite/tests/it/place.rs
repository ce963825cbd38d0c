//! A store in a folder that goes with it.

use std::{path::PathBuf, sync::Arc};

use domain::{SiteId, Version};
use rusqlite::Connection;
use store::{BlobId, BoxFuture, Store, StoreError, testing::conformance::Place};
use store_sqlite::SqliteStore;
use tempfile::TempDir;

pub struct TempPlace(TempDir);

impl TempPlace {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn file(&self) -> PathBuf {
        self.0.path().join("f.db")
    }

    pub fn checkpoints(&self) -> PathBuf {
        self.0.path().join("f.db.checkpoints")
    }
}

impl Place for TempPlace {
    fn open(&self) -> BoxFuture<'_, Result<Arc<dyn Store>, StoreError>> {
        Box::pin(async { Ok(Arc::new(SqliteStore::open(&self.file())?) as Arc<dyn Store>) })
    }

    fn tamper(&self, site: SiteId, version: Version) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let connection = Connection::open(self.file()).unwrap();
            let update = "UPDATE record SET payload = CAST('tampered' AS BLOB) WHERE id = (?1 << 40 | ?2)";
            let row = (i64::from(site.0), i64::try_from(version.0).unwrap());
            assert_eq!(connection.execute(update, row), Ok(1));
        })
    }

    fn tamper_blob(&self, site: SiteId, blob: BlobId) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let connection = Connection::open(self.checkpoints()).unwrap();
            let update = "UPDATE blob SET bytes = CAST('tampered' AS BLOB) WHERE site = ?1 AND id = ?2";
            assert_eq!(connection.execute(update, (site.0, blob.0)), Ok(1));
        })
    }

    fn tamper_index_page(&self, site: SiteId, through: Version) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let connection = Connection::open(self.checkpoints()).unwrap();
            let update = "UPDATE index_page SET body = CAST('tampered' AS BLOB) WHERE id = (?1 << 40 | ?2)";
            let row = (i64::from(site.0), i64::try_from(through.0).unwrap());
            assert_eq!(connection.execute(update, row), Ok(1));
        })
    }
}
