//! What can go wrong in a store. One case for each thing that a caller or an operator would do differently.

use std::{io, path::PathBuf};

use domain::{SiteId, Version};

use crate::Refusal;

/// An error of a store. Cloneable, because one failed flush is the answer to everyone who waited for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the store.
    #[error("{} is in use by another process: stop it, or choose another store", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// The call was malformed and nothing was touched.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No room is left.
    #[error("the disk is full: free some space; nothing was written")]
    Full,
    /// Someone else kept the store from writing for too long.
    #[error("the store was kept busy by another program: end what else has it open")]
    Busy,
    /// Reading, writing or flushing failed.
    #[error("cannot {doing}: {detail}")]
    Io {
        /// What was tried, such as `open /var/lib/fleetmark.db`.
        doing: String,
        /// What kind of failure it was.
        kind: io::ErrorKind,
        /// What the system said.
        detail: String,
    },
    /// The store does not hold what it must.
    #[error("the store is damaged: {what}: stop, keep a copy, and restore a backup")]
    Damaged {
        /// What was found.
        what: String,
    },
    /// The payloads of records that were asked for are gone: begin at a checkpoint.
    #[error("the records of site {site} up to version {through} were pruned: begin at a checkpoint")]
    Pruned {
        /// The site.
        site: SiteId,
        /// The last record that was pruned; [`Store::records_since`](crate::Store::records_since) goes on after it.
        through: Version,
    },
    /// The file belongs to another program.
    #[error("{} is not a Fleetmark store: move it away, or choose another path", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A newer Fleetmark wrote the file.
    #[error("{} has format {found}, and this version reads up to {known}: use a newer Fleetmark", path.display())]
    NewerFormat {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
}

impl StoreError {
    /// A failure of the system, with what was tried.
    #[must_use]
    pub fn io(doing: impl Into<String>, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            kind => Self::Io { doing: doing.into(), kind, detail: error.to_string() },
        }
    }

    /// A stable code for logs and health answers.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "store_locked",
            Self::Closed => "store_closed",
            Self::Refused(_) => "store_refused",
            Self::Full => "store_full",
            Self::Busy => "store_busy",
            Self::Io { .. } => "store_io",
            Self::Damaged { .. } => "store_damaged",
            Self::Pruned { .. } => "store_pruned",
            Self::Foreign { .. } => "store_foreign",
            Self::NewerFormat { .. } => "store_newer_format",
        }
    }
}
