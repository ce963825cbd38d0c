//! The store of the large fleet: filled once, kept beside the bench's executable, copied for each use.

use std::fs;
use std::path::{Path, PathBuf};

use super::catalogue;
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::load::Api;
use crate::servers::folder::{self, beside};
use crate::servers::{Fleetmark, TOKEN};
use crate::setup::Bench;

/// Goes up when what a store is filled with changes, so that an older one is not taken for it.
const FILLING: u32 = 1;

/// The server on a copy of the store, in an empty folder of this name. Filled first when it is not there or has to be
/// filled anew.
///
/// # Errors
/// When it cannot be filled or copied.
pub fn copy_of_store(bench: &Bench, name: &str) -> Outcome<Fleetmark> {
    let kept = kept(bench)?;
    let folder = bench.folder.inside(name)?;
    folder::copy(&kept, &folder)?;
    Ok(Fleetmark::new(&bench.fleetmark, &folder))
}

fn kept(bench: &Bench) -> Outcome<PathBuf> {
    let version = env!("CARGO_PKG_VERSION");
    let name = format!("fleetmark-{version}-filling-{FILLING}-devices-{}", bench.devices);
    let kept = beside("bench-stores")?.join(&name);
    if bench.refill && !bench.refilled.replace(true) && kept.exists() {
        fs::remove_dir_all(&kept).map_err(|error| Failure::new("cannot remove the old store", error))?;
    }
    if !kept.exists() {
        // Only a whole one gets the name.
        let filling = kept.with_file_name(format!("{name}-unfinished"));
        folder::empty(&filling)?;
        fill(bench, &filling)?;
        fs::rename(&filling, &kept).map_err(|error| Failure::new("cannot name the new store", error))?;
    }
    Ok(kept)
}

fn fill(bench: &Bench, folder: &Path) -> Outcome {
    eprintln!(
        "filling a store with {} devices; it is kept for later runs in {}",
        bench.devices,
        folder.display()
    );
    let fleetmark = Fleetmark::new(&bench.fleetmark, folder);
    let server = fleetmark.start(None)?;
    catalogue::create(&Api::new(server.address, TOKEN))?;
    let (took_ms, done) = clock::timed(|| fleetmark.simulate(server.address, bench.devices));
    done?;
    server.process.stop();
    eprintln!(
        "filled in {:.0} s; now the log is replayed and one whole checkpoint is made of it",
        took_ms / 1e3
    );
    // Those written meanwhile left room for more behind; a single whole one tells what it weighs.
    fleetmark.remove_checkpoints()?;
    fleetmark.start(None)?.process.stop();
    Ok(())
}
