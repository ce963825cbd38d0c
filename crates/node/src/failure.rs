//! What a client is told when a read fails.

use domain::Error;
use store::StoreError;

/// What a client is told to wait.
const RETRY_AFTER_SECONDS: u32 = 5;

/// The answer for a store that cannot be read; the log says why.
pub(crate) fn unreadable(error: &StoreError) -> Error {
    tracing::error!(code = error.code(), %error, "the store cannot be read");
    let reason = format!("the store cannot be read ({})", error.code());
    Error::Unavailable { reason, retry_after_seconds: RETRY_AFTER_SECONDS }
}
