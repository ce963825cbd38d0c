//! The trace: what the library recorded, in the order in which it happened.

use std::{fs, io, ops::Range, path::Path};

use super::{Rng, disk::Disk};

/// A moment in a trace: the number of its bytes that were written by then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub u64);

/// One thing that the process did, with files as inode numbers and names relative to the watched folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Create { file: u64, name: String },
    Write { file: u64, offset: u64, data: Range<usize> },
    Truncate { file: u64, size: u64 },
    FlushBegin { file: u64, flush: u64 },
    FlushEnd { flush: u64 },
    FolderFlushBegin { flush: u64 },
    FolderFlushEnd { flush: u64 },
    Unlink { name: String },
    Rename { from: String, to: String },
}

/// A recorded run.
#[derive(Clone, Debug)]
pub struct Trace {
    bytes: Vec<u8>,
    /// Each event and where it ends.
    events: Vec<(Position, Event)>,
}

impl Trace {
    /// Reads a trace. An event that is only half there, because the process was killed, is left out.
    ///
    /// # Errors
    /// When the file cannot be read, or is not a trace.
    pub fn read(path: &Path) -> io::Result<Self> {
        let bytes = fs::read(path)?;
        let mut events = Vec::new();
        let mut start = 0;
        while let Some((event, end)) = parse(&bytes, start)? {
            events.push((Position(end as u64), event));
            start = end;
        }
        Ok(Self { bytes, events })
    }

    /// The moment after one of the events, each as likely as any other; the start of an empty trace.
    pub fn random_position(&self, rng: &mut Rng) -> Position {
        self.events.get(rng.below(self.events.len())).map_or(Position(0), |(position, _)| *position)
    }

    /// The end of the trace.
    #[must_use]
    pub fn end(&self) -> Position {
        self.events.last().map_or(Position(0), |(position, _)| *position)
    }

    /// The same run on a disk that ignores flushes: what a program relies on them for must then be lost at some cut.
    /// A test that passes on this too proves nothing.
    #[must_use]
    pub fn without_flushes(&self) -> Self {
        let mut trace = self.clone();
        trace
            .events
            .retain(|(_, event)| !matches!(event, Event::FlushEnd { .. } | Event::FolderFlushEnd { .. }));
        trace
    }

    /// Builds the watched folder as a power cut at this position might have left it, into a folder that is empty.
    ///
    /// - A write, a truncation or a name that was flushed before the cut is there.
    /// - Of a file's other writes and truncations an arbitrary part is there, in their order; the last of them may be
    ///   torn: some of its 512-byte sectors are there, others not.
    /// - Names (creations, renames, removals) are journalled in their order, as ext4, XFS and btrfs do: those after
    ///   the last flush of a folder are there up to some point. A flush of a file makes its creation durable.
    ///
    /// # Errors
    /// When the trace names a file that was there before it began, or the folder cannot be written.
    pub fn materialize(&self, cut: Position, rng: &mut Rng, into: &Path) -> io::Result<()> {
        let mut disk = Disk::new(&self.bytes);
        for (_, event) in self.events.iter().take_while(|(position, _)| *position <= cut) {
            disk.happened(event)?;
        }
        disk.cut(rng, into)
    }
}

/// Five numbers: kind and length of the name (32 bits each), file, number, length of the data (64 bits each).
const HEADER_BYTES: usize = 32;

/// The event that starts here and where it ends; none when it is not there as a whole.
fn parse(bytes: &[u8], start: usize) -> io::Result<Option<(Event, usize)>> {
    let Some(header) = bytes.get(start..start + HEADER_BYTES) else { return Ok(None) };
    let small = |at: usize| header[at..at + 4].try_into().map_or(0, u32::from_ne_bytes);
    let large = |at: usize| header[at..at + 8].try_into().map_or(0, u64::from_ne_bytes);
    let length = |number: u64| usize::try_from(number).map_err(io::Error::other);
    let (kind, file, number) = (small(0), large(8), large(16));
    let name = start + HEADER_BYTES;
    let data = name + length(u64::from(small(4)))?;
    let end = data + length(large(24))?;
    if end > bytes.len() {
        return Ok(None);
    }
    let text = |range: Range<usize>| String::from_utf8_lossy(&bytes[range]).into_owned();
    let event = match kind {
        1 => Event::Create { file, name: text(name..data) },
        2 => Event::Write { file, offset: number, data: data..end },
        3 => Event::Truncate { file, size: number },
        4 => Event::FlushBegin { file, flush: number },
        5 => Event::FlushEnd { flush: number },
        6 => Event::FolderFlushBegin { flush: number },
        7 => Event::FolderFlushEnd { flush: number },
        8 => Event::Unlink { name: text(name..data) },
        9 => Event::Rename { from: text(name..data), to: text(data..end) },
        _ => return Err(io::Error::other(format!("the trace has an event of kind {kind} at byte {start}"))),
    };
    Ok(Some((event, end)))
}
