//! SQLite's errors as the store's.

use std::io;

use rusqlite::{Error, ErrorCode};
use store::StoreError;

/// What an error of SQLite means to a caller.
pub fn store_error(doing: &str, error: &Error) -> StoreError {
    let io = |kind| StoreError::Io { doing: doing.to_owned(), kind, detail: error.to_string() };
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => io(io::ErrorKind::PermissionDenied),
        Some(ErrorCode::OutOfMemory) => io(io::ErrorKind::OutOfMemory),
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::FileLockingProtocolFailed) => {
            io(io::ErrorKind::Other)
        }
        // Anything else means that the file does not have the tables, types or rows that its format promises.
        _ => StoreError::Damaged { what: format!("cannot {doing}: {error}") },
    }
}

/// Whether COMMIT certainly did nothing. SQLite answers these before the last frame of the transaction is in the
/// write-ahead log, and without that frame the transaction does not exist. After any other error, a failed flush
/// above all, the frame may be there.
pub fn commit_did_nothing(error: &Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy))
}
