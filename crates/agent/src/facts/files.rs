//! The files that rules ask about: whether each is there, and its hash.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::Path,
};

use sha2::{Digest as _, Sha256};
use wire::check_in::{File, MAX_PROBED};

use crate::{Root, root::Found};

/// The largest file that is hashed; the hash of a larger one stays unknown.
const MAX_HASHED_BYTES: u64 = 256 << 20;

/// Folders whose files are the kernel's and have no fixed content.
const KERNEL_FOLDERS: [&str; 3] = ["/dev/", "/proc/", "/sys/"];

/// `None` when nothing is asked. A path that is not absolute, or lies where this process may not look, is left out.
pub(super) fn look_for(root: &Root, paths: &[String]) -> Option<BTreeMap<String, File>> {
    if paths.is_empty() {
        return None;
    }
    let look = |path: &String| Some((path.clone(), look_at(root, path)?));
    Some(paths.iter().take(MAX_PROBED).filter_map(look).collect())
}

fn look_at(root: &Root, path: &str) -> Option<File> {
    if !path.starts_with('/') || path.contains('\0') {
        return None;
    }
    let absent = Some(File { present: false, sha256: None });
    match root.metadata(path) {
        Found::Some(metadata) if metadata.is_file() => {
            let hashed =
                metadata.len() <= MAX_HASHED_BYTES && !KERNEL_FOLDERS.iter().any(|f| path.starts_with(f));
            let sha256 = hashed.then(|| sha256(&root.path(path)).ok().flatten()).flatten();
            Some(File { present: true, sha256 })
        }
        Found::Some(_) | Found::None => absent,
        Found::Unknown => None,
    }
}

/// The hash of a file's bytes in lower-case hex; nothing when it grew beyond the limit meanwhile.
fn sha256(path: &Path) -> io::Result<Option<String>> {
    let mut reader = fs::File::open(path)?.take(MAX_HASHED_BYTES + 1);
    let mut hash = Sha256::new();
    let length = io::copy(&mut reader, &mut hash)?;
    Ok((length <= MAX_HASHED_BYTES).then(|| format!("{:x}", hash.finalize())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::fake::Machine;

    #[test]
    fn each_file_is_present_with_its_hash_absent_or_left_out() {
        let machine = Machine::new(&[("/etc/x", "abc"), ("/proc/version", "Linux")]);
        let asked = ["/etc/x", "/etc/y", "/etc", "/proc/version", "C:\\x"].map(str::to_owned);
        let files = look_for(&machine.root(), &asked).unwrap();
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(files["/etc/x"], File { present: true, sha256: Some(hash.into()) });
        assert_eq!(files["/etc/y"], File { present: false, sha256: None });
        assert_eq!(files["/etc"], File { present: false, sha256: None });
        assert_eq!(files["/proc/version"], File { present: true, sha256: None });
        assert!(!files.contains_key("C:\\x"));
    }

    #[test]
    fn a_file_too_large_is_present_without_a_hash() {
        let machine = Machine::new(&[("/big", "")]);
        let file = fs::File::options().write(true).open(machine.root().path("/big")).unwrap();
        file.set_len(MAX_HASHED_BYTES + 1).unwrap();
        let files = look_for(&machine.root(), &["/big".to_owned()]).unwrap();
        assert_eq!(files["/big"], File { present: true, sha256: None });
    }

    #[test]
    fn nothing_asked_reports_nothing() {
        assert_eq!(look_for(&Machine::new(&[]).root(), &[]), None);
    }
}
