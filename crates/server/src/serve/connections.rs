//! How many connections are open, and how many may be.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Most connections that are open at once. Further ones wait: one accepted, the others in the system's queue.
pub(crate) const CONNECTIONS_MAX: usize = 16_384;

/// The places of all connections.
#[derive(Clone, Debug)]
pub(crate) struct Connections {
    places: Arc<Semaphore>,
    max: usize,
}

/// The place of one connection, free again when this is dropped.
pub(super) type Place = Option<OwnedSemaphorePermit>;

impl Connections {
    pub(crate) fn new(max: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(max)), max }
    }

    /// How many are open.
    pub(crate) fn open(&self) -> usize {
        self.max - self.places.available_permits()
    }

    /// Waits for a place.
    pub(super) async fn place(&self) -> Place {
        // The semaphore is never closed.
        Arc::clone(&self.places).acquire_owned().await.ok()
    }
}
