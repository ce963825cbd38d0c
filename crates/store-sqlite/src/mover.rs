//! Moving a write-ahead log into its file while writes go on.
//!
//! SQLite begins a log anew only when all of it is moved and the file is flushed, which commits that keep coming
//! prevent. So a thread of its own copies the pages and flushes the file, beside the commits; then the writer moves,
//! between two commits, the little that came meanwhile. Done by the writer alone, all of it would keep writes waiting.

use std::{
    fs::{File, OpenOptions},
    path::Path,
    sync::Arc,
};

use rusqlite::Connection;
use store::StoreError;
use tokio::sync::oneshot::{self, error::TryRecvError};

use crate::{
    file::{OpenFile, move_log},
    read_side::{Answer, ReadSide, Reader},
};

/// The second time moves what came during the first, so that little is left for the writer.
const TIMES: usize = 2;

/// The thread that moves a log. To be dropped after all connections to the file are closed: when a process closes any
/// handle of a file, it loses the locks that SQLite holds on it.
#[derive(Debug)]
pub struct Mover {
    thread: Reader,
    file: Arc<File>,
    moving: Option<oneshot::Receiver<Answer<()>>>,
}

impl Mover {
    /// Starts the thread for this file, which uses the connection of `side`. To be called before the file is connected to.
    pub fn start(path: &Path, side: ReadSide) -> Result<Self, StoreError> {
        let file = OpenOptions::new().write(true).open(path);
        let file = file.map_err(|error| StoreError::io(format!("open {}", path.display()), &error))?;
        let thread = Reader::start("store-move", side);
        let thread = thread.map_err(|error| StoreError::io("start a thread", &error))?;
        Ok(Self { thread, file: Arc::new(file), moving: None })
    }

    /// To be called after each write: begins to move the log when it has grown long, and ends what was begun.
    pub fn go_on(&mut self, log: &mut OpenFile) {
        let Some(moving) = &mut self.moving else {
            if log.has_long_log() {
                self.begin(log);
            }
            return;
        };
        let moved = match moving.try_recv() {
            Err(TryRecvError::Empty) => return,
            Ok(Ok(Err(error))) => Err(error),
            // Also when there was no connection, or the thread is gone: then the writer moves more of it.
            Ok(_) | Err(TryRecvError::Closed) => Ok(()),
        };
        self.moving = None;
        match moved {
            Ok(()) => log.move_log(),
            // Pages that SQLite takes for moved may be in memory only: the log is read anew, and all of it moved.
            Err(error) => log.reopen(&error),
        }
    }

    fn begin(&mut self, log: &mut OpenFile) {
        let file = Arc::clone(&self.file);
        match self.thread.try_begin(move |connection| beside_writes(connection, &file)) {
            Some(moving) => self.moving = Some(moving),
            None => log.move_log(),
        }
    }
}

/// Moves what is there, and flushes it. SQLite itself flushes the file only when nothing came meanwhile.
fn beside_writes(connection: &Connection, file: &File) -> Result<(), StoreError> {
    for _ in 0..TIMES {
        move_log(connection);
        file.sync_data().map_err(|error| StoreError::io("flush", &error))?;
    }
    Ok(())
}
