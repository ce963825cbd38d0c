//! The reading side of a file: its connections and their threads.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use rusqlite::Connection;
use store::StoreError;
use tokio::sync::{mpsc, oneshot};

/// How many reads wait in the queue before callers wait to enter it.
const QUEUE_READS: usize = 256;

/// The connection that reads, or why there is none; [`StoreError::Closed`] at first. Who writes takes it away to reopen
/// and to close the file.
#[derive(Clone, Debug)]
pub struct ReadSide(Arc<Mutex<Result<Connection, StoreError>>>);

impl ReadSide {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Err(StoreError::Closed))))
    }

    /// Waits for the read that runs, and puts this in place of the connection.
    pub fn replace(&self, with: Result<Connection, StoreError>) {
        *self.lock() = with;
    }

    fn lock(&self) -> MutexGuard<'_, Result<Connection, StoreError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One read; it sends its answer itself.
type Read = Box<dyn FnOnce(Result<&Connection, StoreError>) + Send>;

/// What a read answers: the inner result is its own; the outer one says why there is no connection to read from.
pub type Answer<T> = Result<Result<T, StoreError>, StoreError>;

/// A thread that reads. It ends when this is dropped.
#[derive(Debug)]
pub struct Reader(mpsc::Sender<Read>);

impl Reader {
    pub fn start(name: &str, side: ReadSide) -> io::Result<Self> {
        let (sender, mut queue) = mpsc::channel::<Read>(QUEUE_READS);
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            while let Some(read) = queue.blocking_recv() {
                read(side.lock().as_ref().map_err(Clone::clone));
            }
        })?;
        Ok(Self(sender))
    }

    /// Queues a read, whose answer can be waited for.
    pub async fn begin<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<oneshot::Receiver<Answer<T>>, StoreError> {
        let (read, answered) = answered(read);
        self.0.send(read).await.map_err(|_| StoreError::Closed)?;
        Ok(answered)
    }

    /// As [`Self::begin`], without waiting for room in the queue: none when there is no room, or the thread is gone.
    pub fn try_begin<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<oneshot::Receiver<Answer<T>>> {
        let (read, answered) = answered(read);
        self.0.try_send(read).ok().map(|()| answered)
    }

    /// Reads. The outermost result is an error when the store was closed.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Answer<T>, StoreError> {
        self.begin(read).await?.await.map_err(|_| StoreError::Closed)
    }
}

/// A read that sends its answer, and where that comes.
fn answered<T: Send + 'static>(
    read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
) -> (Read, oneshot::Receiver<Answer<T>>) {
    let (answer, answered) = oneshot::channel();
    (Box::new(move |connection| drop(answer.send(connection.map(read)))), answered)
}
