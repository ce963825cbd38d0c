//! Finds a checkpoint to begin from.

use std::sync::Arc;

use domain::Version;
use store::{CheckpointInfo, Store};

use super::Written;
use super::fit::{Unfit, check};
use super::restore::restore;

/// What came of looking for a checkpoint.
#[derive(Default)]
pub(crate) struct Found {
    /// The newest that fits.
    pub(crate) written: Option<Written>,
    /// Newer ones that never will, once the log has passed their versions: no good to anyone then.
    pub(crate) useless: Vec<Version>,
}

/// The newest of these checkpoints (in the order of their versions) that belongs to the log, which ends at `head`, and
/// can be read. One that does not fit is passed over with a warning.
pub(crate) async fn newest_fit(
    store: &Arc<dyn Store>,
    checkpoints: &[CheckpointInfo],
    head: Version,
) -> Found {
    let mut found = Found::default();
    for info in checkpoints.iter().rev() {
        let unfit = match fitting(store, info, head).await {
            Ok(written) => {
                found.written = Some(written);
                break;
            }
            Err(unfit) => unfit,
        };
        let (site, version) = (info.site, info.version);
        match &unfit {
            Unfit::Ahead { head } => {
                let first = head.next();
                tracing::error!(%site, "records {first} to {version}, which were acknowledged, are missing in the log");
            }
            _ => tracing::warn!(%site, %version, reason = %unfit, "a checkpoint is passed over"),
        }
        if unfit.is_for_good() {
            found.useless.push(info.version);
        }
    }
    found
}

async fn fitting(store: &Arc<dyn Store>, info: &CheckpointInfo, head: Version) -> Result<Written, Unfit> {
    check(&**store, info, head).await?;
    restore(store, info).await
}
