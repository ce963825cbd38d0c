//! A log file with group commit: the floor under every durable write.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use tokio::sync::oneshot;

/// The file is written from its beginning again beyond this, as a write-ahead log is that was checkpointed.
const WRAPS_AT_BYTES: u64 = 64 * 1024 * 1024;

/// Appends records; all that wait together share one `fdatasync`.
#[derive(Clone, Debug)]
pub struct Log(Sender<Entry>);

/// Ends when a record is on disk, in an error when it never will be.
pub type Appended = oneshot::Receiver<()>;

#[derive(Debug)]
struct Entry {
    record: Vec<u8>,
    durable: oneshot::Sender<()>,
}

/// The log could not be written; the server's standard error says why.
#[derive(Debug)]
pub struct Lost;

impl Log {
    /// Makes the file and starts the thread that writes it.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::create(path)?;
        let (sender, entries) = mpsc::channel();
        thread::spawn(move || {
            if let Err(error) = write_groups(file, &entries) {
                eprintln!("the log cannot be written: {error}");
            }
        });
        Ok(Self(sender))
    }

    /// Returns once the record is on disk.
    ///
    /// # Errors
    /// `Lost` when it is not, and never will be.
    pub async fn append(&self, record: Vec<u8>) -> Result<(), Lost> {
        self.begin(record)?.await.map_err(|_| Lost)
    }

    /// Puts the record behind all before; what is given tells when it is on disk.
    ///
    /// # Errors
    /// `Lost` when it never will be.
    pub fn begin(&self, record: Vec<u8>) -> Result<Appended, Lost> {
        let (durable, is_durable) = oneshot::channel();
        self.0.send(Entry { record, durable }).map_err(|_| Lost)?;
        Ok(is_durable)
    }
}

/// Ends when every `Log` is gone. An error drops what waits, which is how `append` learns of it.
fn write_groups(mut file: File, entries: &Receiver<Entry>) -> io::Result<()> {
    let mut buffer = Vec::new();
    let mut waiting = Vec::new();
    let mut written_bytes: u64 = 0;
    while let Ok(first) = entries.recv() {
        for entry in std::iter::once(first).chain(entries.try_iter()) {
            buffer.extend_from_slice(&entry.record);
            waiting.push(entry.durable);
        }
        if written_bytes > WRAPS_AT_BYTES {
            file.seek(SeekFrom::Start(0))?;
            written_bytes = 0;
        }
        file.write_all(&buffer)?;
        file.sync_data()?;
        written_bytes += buffer.len() as u64;
        buffer.clear();
        for durable in waiting.drain(..) {
            // An error means that the caller has left and needs no answer.
            let _left = durable.send(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_record_is_in_the_file_when_append_returns() {
        let path = std::env::temp_dir().join(format!("bench-log-{}", std::process::id()));
        let log = Log::open(&path).expect("opens");
        log.append(b"one".to_vec()).await.expect("durable");
        log.append(b"two".to_vec()).await.expect("durable");
        assert_eq!(std::fs::read(&path).expect("readable"), b"onetwo");
        std::fs::remove_file(&path).expect("removable");
    }
}
