//! Why a node does not start.

use domain::{SiteId, Version};
use site::DecodeError;
use store::StoreError;

/// Why a node does not start. It serves nothing rather than something wrong.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record cannot be understood.
    #[error("record {version} of site {site}: {error}")]
    Record {
        /// Whose.
        site: SiteId,
        /// Which.
        version: Version,
        /// Why.
        error: DecodeError,
    },
    /// A record is not the one that its successors were chained to.
    #[error(
        "record {version} of site {site} is not the one that was committed: the log was altered or is damaged; \
         restore it from a backup"
    )]
    Chain {
        /// Whose.
        site: SiteId,
        /// Which.
        version: Version,
    },
    /// The beginning of a log was pruned, and no checkpoint that is left reaches to what remains.
    #[error(
        "the records of site {site} up to {through} were pruned, and none of its checkpoints can be used: put back \
         the store and its checkpoints from one backup; the warnings before this say what is wrong with each"
    )]
    Pruned {
        /// Whose.
        site: SiteId,
        /// The last that was pruned.
        through: Version,
    },
    /// The default site cannot be made.
    #[error("cannot prepare site {site}: {error}")]
    Site {
        /// Its name.
        site: String,
        /// Why.
        error: domain::Error,
    },
}
