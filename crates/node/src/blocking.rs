//! Work that takes long, off the threads that answer requests.

use std::panic::resume_unwind;

use tokio::task::{JoinHandle, spawn_blocking};

/// Does work on a thread of its own. A panic goes on in the caller.
pub(crate) async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    joined(spawn_blocking(work)).await
}

/// What work that was begun comes to. A panic goes on in the caller.
pub(crate) async fn joined<T>(work: JoinHandle<T>) -> T {
    match work.await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // Only a runtime that is going down gives work up, and it drops this future next.
            Err(_) => std::future::pending().await,
        },
    }
}
