//! Tasks that run as long as the node.

use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

/// Tasks that run until they are told to stop.
pub(crate) struct Tasks {
    stop: watch::Sender<bool>,
    running: Mutex<Vec<JoinHandle<()>>>,
}

impl Tasks {
    pub(crate) fn new() -> Self {
        Self { stop: watch::Sender::new(false), running: Mutex::default() }
    }

    /// By which a task learns that it is to stop: true then, and closed when nobody will ever say so.
    pub(crate) fn told(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    pub(crate) async fn add(&self, task: JoinHandle<()>) {
        self.running.lock().await.push(task);
    }

    /// Tells them, and waits until they have ended.
    pub(crate) async fn stop(&self) {
        self.stop.send_replace(true);
        for task in std::mem::take(&mut *self.running.lock().await) {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task ended badly");
            }
        }
    }
}
