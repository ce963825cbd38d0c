//! Power cuts, without pulling a plug.
//!
//! A process runs with a small library preloaded ([`Shim`]) that records every write to the files of one folder, and
//! every flush. From that [`Trace`] the folder is built as a power cut at any moment might have left it: what was
//! flushed is there; of the rest an arbitrary part is, the last of it perhaps torn. What the process acknowledged
//! before that moment must be in there.
//!
//! ```text
//! let shim = Shim::build(scratch)?;
//! let recording = shim.watch(&mut command, &data, &scratch.join("trace"))?;
//! let child = command.spawn()?;
//! // at each acknowledgement that is read from the child: acknowledged.push((recording.len_now()?, what));
//! // after the child ended:
//! let trace = recording.read()?;
//! let cut = trace.random_position(&mut rng);
//! trace.materialize(cut, &mut rng, empty_folder)?;
//! // start on that folder: it holds everything acknowledged at a position up to `cut`
//! ```
//!
//! Linux with glibc and `cc` only. The watched folder must be empty when the process starts.

mod disk;
mod rng;
mod shim;
mod trace;

#[cfg(test)]
mod tests;

pub use rng::Rng;
pub use shim::{Recording, Shim};
pub use trace::{Position, Trace};
