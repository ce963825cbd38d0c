//! Work that takes long, off the threads that answer requests.

use std::any::Any;
use std::panic::resume_unwind;

use tokio::task::{JoinHandle, spawn_blocking};

/// Work that panicked, and what it said.
#[derive(Debug, thiserror::Error)]
#[error("it panicked: {0}")]
pub(crate) struct Panicked(String);

/// Does work on a thread of its own. A panic goes on in the caller.
pub(crate) async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    joined(spawn_blocking(work)).await
}

/// What work that was begun comes to. A panic goes on in the caller.
pub(crate) async fn joined<T>(work: JoinHandle<T>) -> T {
    ended(work).await.unwrap_or_else(|panic| resume_unwind(panic))
}

/// What work that was begun comes to, a panic included.
pub(crate) async fn caught<T>(work: JoinHandle<T>) -> Result<T, Panicked> {
    ended(work).await.map_err(|panic| Panicked(said(&*panic).to_owned()))
}

/// Drops what may be a whole fleet on a thread of its own.
pub(crate) fn drop_off_thread<T: Send + 'static>(dropped: T) {
    drop(spawn_blocking(move || drop(dropped)));
}

async fn ended<T>(work: JoinHandle<T>) -> Result<T, Box<dyn Any + Send>> {
    match work.await {
        Ok(done) => Ok(done),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => Err(panic),
            // Only a runtime that is going down gives work up, and it drops this future next.
            Err(_) => std::future::pending().await,
        },
    }
}

/// What a panic said.
pub(crate) fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("nothing")
}
