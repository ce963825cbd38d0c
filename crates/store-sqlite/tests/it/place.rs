//! A store in a folder that goes with it.

use std::{path::PathBuf, sync::Arc};

use domain::{SiteId, Version};
use rusqlite::Connection;
use store::{BoxFuture, Store, StoreError, testing::conformance::Place};
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
}
