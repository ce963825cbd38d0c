//! Where a call is cut.

use std::io;

use crate::StoreError;

/// Where the next commit is cut. All but the first answer [`Outcome::Unknown`](crate::Outcome::Unknown).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before anything is appended: certain, so the answer is [`Outcome::NotCommitted`](crate::Outcome::NotCommitted).
    BeforeAppend,
    /// After so many of the commit's records (at most all); the transaction is lost.
    AfterRecords(usize),
    /// After all records, before the site's version moves; the transaction is lost.
    BeforeVersionMoves,
    /// After the transaction; only the answer is lost.
    AnswerLost,
}

/// Where the next call that writes, drops or prunes is cut: the next one that has this step. It answers an error, and
/// the disk is left as a crash would leave it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointCut {
    /// `write_blobs`: so many of the blobs (at most all) are kept.
    AfterBlobs(usize),
    /// `write_manifest`: before anything.
    BeforeManifest,
    /// `write_manifest`: it counts, only the answer is lost.
    ManifestAnswerLost,
    /// `drop_checkpoints`: before anything.
    BeforeDrop,
    /// `drop_checkpoints`: the manifests are gone, the blobs that only they named are not.
    BeforeBlobsDropped,
    /// `drop_checkpoints`: all is done, only the answer is lost.
    DropAnswerLost,
    /// `prune`: so many more records (at most all) are pruned.
    AfterPruned(usize),
}

impl CheckpointCut {
    pub(super) fn is_of_drop(&self) -> bool {
        matches!(self, Self::BeforeDrop | Self::BeforeBlobsDropped | Self::DropAnswerLost)
    }

    pub(super) fn is_of_manifest(&self) -> bool {
        matches!(self, Self::BeforeManifest | Self::ManifestAnswerLost)
    }
}

/// What a call that was cut answers.
pub(super) fn cut_off(doing: &str) -> StoreError {
    StoreError::io(doing, &io::Error::new(io::ErrorKind::ConnectionAborted, "cut off by the test"))
}
