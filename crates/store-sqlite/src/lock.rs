//! The lock file: one process, one store.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use store::StoreError;

use crate::connect::private_file;

/// Held while a store is open. The lock is the kernel's (advisory, exclusive), so it ends with the process however
/// that ends; the file stays, because removing it would let two processes lock two files of one name.
#[derive(Debug)]
pub struct LockFile {
    _held: File,
}

impl LockFile {
    /// Takes `<database>.lock`.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when it is held.
    pub fn take(database: &Path) -> Result<Self, StoreError> {
        let mut name = database.as_os_str().to_owned();
        name.push(".lock");
        let path = PathBuf::from(name);
        let file = private_file(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _held: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path }),
            Err(TryLockError::Error(error)) => {
                Err(StoreError::io(format!("lock {}", path.display()), &error))
            }
        }
    }
}
