//! Where a store is: `sqlite:PATH`.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use store::{Store, StoreError};
use store_sqlite::SqliteStore;

use crate::failure::Failure;

/// The store of a server that names none.
pub const DEFAULT_STORE: &str = "sqlite:./data/fleetmark.db";

/// A store's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreUrl {
    path: PathBuf,
}

impl StoreUrl {
    /// Opens the store; makes the file and its folder if they are not there.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open(&self) -> Result<Arc<dyn Store>, Failure> {
        Ok(Arc::new(SqliteStore::open(&self.path)?))
    }

    /// This store, if it is there.
    ///
    /// # Errors
    /// When it is not.
    pub fn existing(&self) -> Result<&Self, Failure> {
        if self.path.is_file() {
            return Ok(self);
        }
        Err(Failure::new(format!("there is no store at {}", self.path.display())))
    }

    /// Opens a store that is there, for what no running server can be asked.
    ///
    /// # Errors
    /// When it is not; and as [`SqliteStore::open`].
    pub fn open_existing(&self) -> Result<Arc<dyn Store>, Failure> {
        match SqliteStore::open(&self.existing()?.path) {
            Err(error @ StoreError::Locked { .. }) => {
                Err(Failure::new(error).hint("stop the server first, or take a copy of its store"))
            }
            opened => Ok(Arc::new(opened?)),
        }
    }
}

impl FromStr for StoreUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Ok(Self { path: path.into() }),
            _ => Err(format!("a store is named sqlite:PATH, such as {DEFAULT_STORE}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_named_by_its_engine_and_path() {
        assert_eq!("sqlite:./a.db".parse(), Ok(StoreUrl { path: "./a.db".into() }));
        assert!("sqlite:".parse::<StoreUrl>().is_err());
        assert!("./a.db".parse::<StoreUrl>().is_err());
    }
}
