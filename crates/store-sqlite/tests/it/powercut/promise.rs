//! What the child says that is done, and what must be there after a cut.

use domain::{SiteId, Version};
use store::{
    Store, StoreError,
    testing::{block_on, powercut::Position},
    verify,
};
use store_sqlite::SqliteStore;

use super::child::records_in_commit_of;

/// What was acknowledged for a version of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// The log reaches it.
    Committed,
    /// There is a checkpoint of it, until one of a later version is.
    Kept,
    /// Its record and those before it are pruned.
    Pruned,
}

const ACKNOWLEDGED: &str = "acknowledged";

impl Promise {
    pub fn line(self, site: SiteId, version: Version) -> String {
        format!("{ACKNOWLEDGED} {self:?} {site} {version}")
    }

    pub fn read(line: &str) -> Option<(Self, SiteId, Version)> {
        let [ACKNOWLEDGED, promise, site, version] = line.split(' ').collect::<Vec<_>>()[..] else {
            return None;
        };
        let promise = [Self::Committed, Self::Kept, Self::Pruned]
            .into_iter()
            .find(|known| format!("{known:?}") == promise)?;
        Some((promise, SiteId(site.parse().ok()?), Version(version.parse().ok()?)))
    }
}

/// What the child said: by this position of the trace.
#[derive(Clone, Copy, Debug)]
pub struct Acknowledged {
    pub position: Position,
    pub promise: Promise,
    pub site: SiteId,
    pub version: Version,
}

/// The last version of each promise for one site; 0 when there was none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Promised {
    committed: Version,
    kept: Version,
    pruned: Version,
}

impl Promised {
    pub fn by(cut: Position, site: SiteId, all: &[Acknowledged]) -> Self {
        let mut promised = Self::default();
        for done in all.iter().filter(|done| done.position <= cut && done.site == site) {
            match done.promise {
                Promise::Committed => promised.committed = done.version,
                Promise::Kept => promised.kept = done.version,
                Promise::Pruned => promised.pruned = done.version,
            }
        }
        promised
    }

    /// Whether it was kept: the log verifies and holds whole commits, every checkpoint is whole, and one of them stands
    /// for what is pruned.
    pub fn check(&self, store: &SqliteStore, site: SiteId) -> Result<(), String> {
        let head = block_on(verify(store, site)).map_err(|error| error.to_string())?;
        if head.version < self.committed {
            return Err(format!(
                "version {} was acknowledged, and {} is the last",
                self.committed, head.version
            ));
        }
        let through = pruned_through(store, site).map_err(|error| error.to_string())?;
        if through < self.pruned {
            return Err(format!("was pruned through {}, and is through {through}", self.pruned));
        }
        whole_commits(store, site, through)?;
        let newest = whole_checkpoints(store, site)?;
        if newest < self.kept || newest < through {
            return Err(format!("the checkpoint {} was written, and {newest} is the last", self.kept));
        }
        // What a cut has left of blobs can be cleared away, and takes nothing that is named.
        block_on(store.drop_checkpoints(site, Vec::new())).map_err(|error| error.to_string())?;
        whole_checkpoints(store, site).map(drop)
    }
}

fn pruned_through(store: &SqliteStore, site: SiteId) -> Result<Version, StoreError> {
    let pruned = block_on(store.pruned_since(site, Version(0), usize::MAX))?;
    Ok(pruned.last().map_or(Version(0), |record| record.version))
}

/// Of the commit that pruning may have stopped in the last records are there; of every other all.
fn whole_commits(store: &SqliteStore, site: SiteId, through: Version) -> Result<(), String> {
    let mut records =
        block_on(store.records_since(site, through, usize::MAX)).map_err(|error| error.to_string())?;
    while let Some(last) = records.last() {
        let after = last.record.version;
        let page =
            block_on(store.records_since(site, after, usize::MAX)).map_err(|error| error.to_string())?;
        if page.is_empty() {
            break;
        }
        records.extend(page);
    }
    for (number, commit) in records.chunk_by(|one, next| one.commit_id == next.commit_id).enumerate() {
        let (there, of) = (commit.len(), records_in_commit_of(&commit[0].record.payload));
        let partly_pruned = number == 0 && through > Version(0) && there < of;
        if there != of && !partly_pruned {
            return Err(format!("{there} of the {of} records of a commit are there"));
        }
    }
    Ok(())
}

/// The version of the last checkpoint, when all of them can be read.
fn whole_checkpoints(store: &SqliteStore, site: SiteId) -> Result<Version, String> {
    let mut newest = Version(0);
    for info in block_on(store.checkpoints(site)).map_err(|error| error.to_string())? {
        let manifest =
            block_on(store.read_manifest(site, info.version)).map_err(|error| error.to_string())?;
        let blobs = manifest.ok_or("a checkpoint that is listed has no manifest")?.blobs;
        block_on(store.read_blobs(site, blobs)).map_err(|error| error.to_string())?;
        newest = info.version;
    }
    Ok(newest)
}
