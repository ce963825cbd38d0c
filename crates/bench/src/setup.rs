//! What every bench needs: the server's binary, a folder, a size.

use std::cell::Cell;
use std::path::PathBuf;

use clap::Args;

use crate::failure::{Failure, Outcome};
use crate::machine;
use crate::servers::Folder;

const DEVICES: u32 = 1_000_000;
const DEVICES_QUICK: u32 = 100_000;

/// Arguments that all benches share.
#[derive(Args)]
pub struct Setup {
    /// The `fleetmark` to measure
    #[arg(long)]
    fleetmark: PathBuf,
    /// A short run of all of it, at a tenth of the size: to see that it works, not to judge by
    #[arg(long)]
    pub quick: bool,
    /// Devices of the large fleet [default: 1000000, with --quick 100000]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1000..=10_000_000))]
    devices: Option<u32>,
    /// Fill the large fleet's store anew
    #[arg(long)]
    refill: bool,
}

/// What there is to measure with.
pub struct Bench {
    /// The binary of the server.
    pub fleetmark: PathBuf,
    /// Removed at the end.
    pub folder: Folder,
    /// Devices of the large fleet.
    pub devices: u32,
    /// The large fleet's store is filled anew even if it is there.
    pub refill: bool,
    /// That was done.
    pub refilled: Cell<bool>,
    /// Sizes are small, and figures mean little.
    pub quick: bool,
}

impl Setup {
    /// Makes the folder, and the disk quiet.
    ///
    /// # Errors
    /// When it cannot be made, or the binary is not there.
    pub fn bench(&self) -> Outcome<Bench> {
        // Servers are started in folders of their own.
        let fleetmark = self.fleetmark.canonicalize();
        let fleetmark = fleetmark.map_err(|error| Failure::new(self.fleetmark.display(), error))?;
        machine::flush();
        Ok(Bench {
            fleetmark,
            folder: Folder::make()?,
            devices: self.devices.unwrap_or(if self.quick { DEVICES_QUICK } else { DEVICES }),
            refill: self.refill,
            refilled: Cell::new(false),
            quick: self.quick,
        })
    }
}
