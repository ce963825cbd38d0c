//! Where stores lie: beside the executable and so on a disk, where a flush means something (the temporary folder may
//! be memory).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::children;
use crate::failure::{Failure, Outcome};

/// The folder of this run, removed at the end.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// An empty folder; what a killed run has left in it is removed.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make() -> Outcome<Self> {
        let folder = beside("bench-work")?;
        empty(&folder)?;
        Ok(Self(folder))
    }

    /// An empty folder inside.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn inside(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.0.join(name);
        empty(&folder)?;
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        children::stop_all();
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("hint: remove {} yourself: {error}", self.0.display());
        }
    }
}

/// A path beside the bench's own executable.
///
/// # Errors
/// When the system does not say where that is.
pub fn beside(name: &str) -> Outcome<PathBuf> {
    let this =
        std::env::current_exe().map_err(|error| Failure::new("cannot find the bench itself", error))?;
    Ok(this.with_file_name(name))
}

/// Makes `folder`, or makes it empty.
///
/// # Errors
/// When it cannot.
pub fn empty(folder: &Path) -> Outcome {
    let failure = |error| Failure::new(format!("cannot make {}", folder.display()), error);
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failure)?;
    }
    fs::create_dir_all(folder).map_err(failure)
}

/// Copies the files of one folder into another, which is there.
///
/// # Errors
/// When one cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> Outcome {
    copy_some(from, to, |_| true)
}

/// Copies those files whose names are `wanted`, and flushes them: otherwise the system would write them half a minute
/// later, while something is measured, and a server's first flush would wait for all of them.
///
/// # Errors
/// As [`copy`].
pub fn copy_some(from: &Path, to: &Path, wanted: impl Fn(&str) -> bool) -> Outcome {
    let copied = |name: &str| {
        fs::copy(from.join(name), to.join(name))?;
        fs::File::open(to.join(name))?.sync_all()
    };
    for name in names(from, wanted)? {
        copied(&name)
            .map_err(|error| Failure::new(format!("cannot copy {name} to {}", to.display()), error))?;
    }
    Ok(())
}

/// Removes those files of a folder whose names are `wanted`.
///
/// # Errors
/// When one cannot be removed.
pub fn remove(folder: &Path, wanted: impl Fn(&str) -> bool) -> Outcome {
    for name in names(folder, wanted)? {
        fs::remove_file(folder.join(&name))
            .map_err(|error| Failure::new(format!("cannot remove {name}"), error))?;
    }
    Ok(())
}

/// What those files of a folder weigh together, in MiB, whose names are `wanted`; those that go away meanwhile count
/// nothing.
pub fn weight_mib(folder: &Path, wanted: impl Fn(&str) -> bool) -> f64 {
    let names = names(folder, wanted).unwrap_or_default();
    names.iter().filter_map(|name| fs::metadata(folder.join(name)).ok()).map(|file| mib(file.len())).sum()
}

/// Room that is left on the disk of a folder, in MiB, as `df` tells it.
///
/// # Errors
/// When it does not.
pub fn free_mib(folder: &Path) -> Outcome<f64> {
    let output = Command::new("df").arg("-Pk").arg(folder).output();
    let output = output.map_err(|error| Failure::new("cannot start df", error))?;
    let said = String::from_utf8_lossy(&output.stdout);
    free_kib_in(&said).map(|kib| kib / 1024.0).ok_or_else(|| Failure::new("df tells no room", &said))
}

/// The fourth column of the second line.
fn free_kib_in(df: &str) -> Option<f64> {
    df.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

fn names(folder: &Path, wanted: impl Fn(&str) -> bool) -> Outcome<Vec<String>> {
    let failure = |error| Failure::new(format!("cannot list {}", folder.display()), error);
    let entries = fs::read_dir(folder).map_err(failure)?;
    let names = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    let names: Vec<_> = names.collect::<Result<_, _>>().map_err(failure)?;
    Ok(names.into_iter().filter(|name| wanted(name)).collect())
}

/// Bytes in MiB.
#[expect(clippy::cast_precision_loss, reason = "files beyond 2^53 bytes are not met")]
pub fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_left_is_what_df_calls_available() {
        let df = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 264000000 17000000 78000000 18% /\n";
        assert_eq!(free_kib_in(df), Some(78_000_000.0));
        assert_eq!(free_kib_in(""), None);
    }
}
