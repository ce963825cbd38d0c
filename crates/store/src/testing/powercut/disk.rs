//! What a disk holds when the power goes: replays events, then leaves out some of what was not flushed.

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    ops::Range,
    path::Path,
};

use super::{Rng, trace::Event};

/// What a disk writes whole or not at all.
const SECTOR_BYTES: usize = 512;

/// A change of a file's content.
#[derive(Clone, Debug)]
enum Change {
    Write { offset: usize, data: Range<usize> },
    Truncate { size: usize },
}

#[derive(Debug, Default)]
struct File {
    changes: Vec<Change>,
    /// So many of them were flushed.
    flushed: usize,
    /// The number of names on the disk once its creation is.
    created: usize,
}

/// A change of the names.
#[derive(Debug)]
enum Name {
    Create { name: String, file: usize },
    Unlink { name: String },
    Rename { from: String, to: String },
}

/// What a flush that has begun will have made durable when it ends.
#[derive(Clone, Copy, Debug)]
struct Flush {
    file: Option<(usize, usize)>,
    names: usize,
}

#[derive(Debug)]
pub(super) struct Disk<'a> {
    bytes: &'a [u8],
    files: Vec<File>,
    /// Which file an inode number stands for now; numbers are used again after a removal.
    by_inode: HashMap<u64, usize>,
    names: Vec<Name>,
    names_flushed: usize,
    begun: HashMap<u64, Flush>,
}

impl<'a> Disk<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            files: Vec::new(),
            by_inode: HashMap::new(),
            names: Vec::new(),
            names_flushed: 0,
            begun: HashMap::new(),
        }
    }

    pub(super) fn happened(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Create { file, name } => {
                let number = self.files.len();
                self.names.push(Name::Create { name: name.clone(), file: number });
                self.files.push(File { created: self.names.len(), ..File::default() });
                self.by_inode.insert(*file, number);
            }
            Event::Write { file, offset, data } => {
                let change = Change::Write { offset: length(*offset)?, data: data.clone() };
                self.file(*file)?.1.changes.push(change);
            }
            Event::Truncate { file, size } => {
                let change = Change::Truncate { size: length(*size)? };
                self.file(*file)?.1.changes.push(change);
            }
            Event::FlushBegin { file, flush } => {
                let (number, file) = self.file(*file)?;
                let flushing = Flush { file: Some((number, file.changes.len())), names: file.created };
                self.begun.insert(*flush, flushing);
            }
            Event::FolderFlushBegin { flush } => {
                self.begun.insert(*flush, Flush { file: None, names: self.names.len() });
            }
            Event::FlushEnd { flush } | Event::FolderFlushEnd { flush } => self.flushed(*flush),
            Event::Unlink { name } => self.names.push(Name::Unlink { name: name.clone() }),
            Event::Rename { from, to } => {
                self.names.push(Name::Rename { from: from.clone(), to: to.clone() });
            }
        }
        Ok(())
    }

    fn file(&mut self, inode: u64) -> io::Result<(usize, &mut File)> {
        let unknown = || io::Error::other("the trace names a file that was there before it began");
        let number = *self.by_inode.get(&inode).ok_or_else(unknown)?;
        self.files.get_mut(number).map(|file| (number, file)).ok_or_else(unknown)
    }

    fn flushed(&mut self, flush: u64) {
        let Some(flush) = self.begun.remove(&flush) else { return };
        self.names_flushed = self.names_flushed.max(flush.names);
        if let Some((number, changes)) = flush.file {
            let file = &mut self.files[number];
            file.flushed = file.flushed.max(changes);
        }
    }

    /// The power goes: decides what is lost, and writes what is left.
    pub(super) fn cut(&self, rng: &mut Rng, into: &Path) -> io::Result<()> {
        let kept = self.names_flushed + rng.below(self.names.len() - self.names_flushed + 1);
        let mut tree = BTreeMap::new();
        for name in &self.names[..kept] {
            match name {
                Name::Create { name, file } => drop(tree.insert(name, *file)),
                Name::Unlink { name } => drop(tree.remove(name)),
                Name::Rename { from, to } => {
                    if let Some(file) = tree.remove(from) {
                        tree.insert(to, file);
                    }
                }
            }
        }
        for (name, file) in tree {
            let path = into.join(name);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, self.files[file].after_cut(self.bytes, rng))?;
        }
        Ok(())
    }
}

impl File {
    fn after_cut(&self, bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
        let mut content = Vec::new();
        let (flushed, others) = self.changes.split_at(self.flushed);
        flushed.iter().for_each(|change| change.apply(bytes, &mut content));
        // Nothing, half, most, or all of what the system still held back.
        let chance = [0, 50, 90, 100][rng.below(4)];
        let kept: Vec<_> = others.iter().filter(|_| rng.percent(chance)).collect();
        let Some((last, before)) = kept.split_last() else { return content };
        before.iter().for_each(|change| change.apply(bytes, &mut content));
        match last {
            Change::Write { offset, data } if rng.percent(50) => {
                let sectors = sectors(*offset, data.clone()).into_iter().filter(|_| rng.percent(50));
                sectors.for_each(|sector| sector.apply(bytes, &mut content));
            }
            whole => whole.apply(bytes, &mut content),
        }
        content
    }
}

impl Change {
    fn apply(&self, bytes: &[u8], content: &mut Vec<u8>) {
        match self {
            Self::Write { offset, data } => {
                let end = offset + data.len();
                if content.len() < end {
                    content.resize(end, 0);
                }
                content[*offset..end].copy_from_slice(&bytes[data.clone()]);
            }
            Self::Truncate { size } => content.resize(*size, 0),
        }
    }
}

/// A write, cut where the disk's sectors end.
fn sectors(mut offset: usize, mut data: Range<usize>) -> Vec<Change> {
    let mut sectors = Vec::new();
    while !data.is_empty() {
        let len = data.len().min(SECTOR_BYTES - offset % SECTOR_BYTES);
        sectors.push(Change::Write { offset, data: data.start..data.start + len });
        (offset, data.start) = (offset + len, data.start + len);
    }
    sectors
}

fn length(number: u64) -> io::Result<usize> {
    usize::try_from(number).map_err(io::Error::other)
}
