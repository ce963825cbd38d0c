//! The token of `cargo xtask run`, kept in `data/token` for the next time and for the reader's own calls.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::failure::{Failure, Outcome};

/// Name of the file in the data folder.
pub const FILE: &str = "token";

const ONLY_OWNER: u32 = 0o600;
const RANDOM_BYTES: usize = 32;
/// The server's own limit on a bootstrap token (DESIGN §6).
const SHORTEST: usize = 8;

/// The token in `data/token`; the first time it is made, readable by its owner alone.
///
/// # Errors
/// When the file cannot be read or written, or somebody put less than a token in it.
pub fn load_or_make(data: &Path) -> Outcome<String> {
    let path = data.join(FILE);
    let failure = |error: io::Error| Failure::new(format!("{}: {error}", path.display()));
    if !path.exists() {
        make(&path).map_err(failure)?;
    }
    fs::set_permissions(&path, Permissions::from_mode(ONLY_OWNER)).map_err(failure)?;
    let token = fs::read_to_string(&path).map_err(failure)?.trim().to_owned();
    if token.len() < SHORTEST {
        return Err(Failure::new(format!("{} holds no token of {SHORTEST} characters", path.display()))
            .with_hint("delete the file; a new token is made"));
    }
    Ok(token)
}

/// Written under another name first: an interrupted start leaves no half token behind.
fn make(path: &Path) -> io::Result<()> {
    let mut random = [0; RANDOM_BYTES];
    File::open("/dev/urandom")?.read_exact(&mut random)?;
    let token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let unfinished = path.with_extension("new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(ONLY_OWNER).open(&unfinished)?;
    file.write_all(token.as_bytes())?;
    file.sync_all()?;
    fs::rename(unfinished, path)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("xtask-token-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("the temporary folder is writable");
        path
    }

    #[test]
    fn a_token_is_made_once_and_readable_by_its_owner_alone() {
        let data = folder("once");
        let first = load_or_make(&data).expect("made");
        assert_eq!(first.len(), 2 * RANDOM_BYTES);
        let mode = fs::metadata(data.join(FILE)).expect("exists").permissions().mode();
        assert_eq!(mode & 0o777, ONLY_OWNER);
        assert_eq!(load_or_make(&data).expect("read again"), first);
        fs::remove_dir_all(data).expect("removable");
    }

    #[test]
    fn a_token_file_without_a_token_is_refused_with_what_to_do() {
        let data = folder("empty");
        fs::write(data.join(FILE), "\n").expect("writable");
        let failure = load_or_make(&data).expect_err("too short");
        assert!(failure.hint().contains("delete the file"));
        fs::remove_dir_all(data).expect("removable");
    }
}
