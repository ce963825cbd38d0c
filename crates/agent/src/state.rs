//! What the agent keeps between starts: a random uid, where the machine has none, and the last probes.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::check_in::Probes;

use crate::{Error, Root, facts};

const UID_FILE: &str = "device-uid";
const PROBES_FILE: &str = "probes.json";

/// The folder the agent keeps its state in; made, for its owner alone, when first written.
#[derive(Debug, Clone)]
pub struct StateFolder(PathBuf);

/// Where state is kept when no folder is named: `$XDG_STATE_HOME/fleetmark`, else `/var/lib/fleetmark` for the
/// superuser and `~/.local/state/fleetmark` for everyone else.
///
/// # Errors
/// [`Error::NoStateFolder`] when the environment names neither a folder nor a home.
pub fn default_state_folder(
    root: &Root,
    environment: impl Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, Error> {
    let named = |name| environment(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = named("XDG_STATE_HOME") {
        return Ok(folder.join("fleetmark"));
    }
    if facts::is_superuser(root) {
        return Ok(PathBuf::from("/var/lib/fleetmark"));
    }
    named("HOME").map(|home| home.join(".local/state/fleetmark")).ok_or(Error::NoStateFolder)
}

/// The probes file. They are one server's questions: another server has not asked them.
#[derive(Serialize, Deserialize)]
struct SavedProbes {
    server: String,
    probes: Probes,
}

impl StateFolder {
    /// A folder, which need not exist yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    pub(crate) fn read_uid(&self) -> Option<String> {
        let text = fs::read_to_string(self.0.join(UID_FILE)).ok()?;
        let uid = Uuid::parse_str(text.trim()).ok()?;
        Some(uid.hyphenated().to_string().to_uppercase())
    }

    pub(crate) fn write_uid(&self, uid: &str) -> Result<(), Error> {
        self.write(UID_FILE, &format!("{uid}\n"))
    }

    /// The last probes of this server; none when there are none, or when the file is damaged: the next reply brings
    /// them again.
    pub(crate) fn read_probes(&self, server: &str) -> Probes {
        let read = || {
            let text = fs::read_to_string(self.0.join(PROBES_FILE)).ok()?;
            let saved: SavedProbes = serde_json::from_str(&text).ok()?;
            (saved.server == server).then_some(saved.probes)
        };
        read().unwrap_or_default()
    }

    pub(crate) fn write_probes(&self, server: &str, probes: &Probes) -> Result<(), Error> {
        let saved = SavedProbes { server: server.to_owned(), probes: probes.clone() };
        let text = serde_json::to_string(&saved).expect("strings and lists are JSON");
        self.write(PROBES_FILE, &text)
    }

    /// Writes a file as a whole or not at all.
    fn write(&self, name: &str, text: &str) -> Result<(), Error> {
        let path = self.0.join(name);
        let new = self.0.join(format!("{name}.new"));
        make_folder(&self.0)
            .and_then(|()| fs::write(&new, text))
            .and_then(|()| fs::rename(&new, &path))
            .map_err(|source| Error::StateFolder { path, source })
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::fake::Machine;

    fn chosen(status: &str, variables: &[(&str, &str)]) -> Result<PathBuf, Error> {
        let machine = Machine::new(&[("/proc/self/status", status)]);
        default_state_folder(&machine.root(), |name| {
            variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_folder_is_the_named_one_else_the_systems_for_the_superuser_else_below_the_home() {
        let (root, user) = ("Uid:\t0\t0\t0\t0\n", "Uid:\t1000\t1000\t1000\t1000\n");
        let both = [("XDG_STATE_HOME", "/x"), ("HOME", "/home/joe")];
        assert_eq!(chosen(root, &both).unwrap(), Path::new("/x/fleetmark"));
        assert_eq!(chosen(root, &both[1..]).unwrap(), Path::new("/var/lib/fleetmark"));
        assert_eq!(chosen(user, &both[1..]).unwrap(), Path::new("/home/joe/.local/state/fleetmark"));
        assert!(matches!(chosen(user, &[("HOME", "")]), Err(Error::NoStateFolder)));
    }

    #[test]
    fn probes_are_kept_for_the_server_that_asked() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::new(folder.path().join("deep/state"));
        let probes = Probes { processes: vec!["guard".into()], ..Probes::default() };
        assert_eq!(state.read_probes("http://a"), Probes::default());
        state.write_probes("http://a", &probes).unwrap();
        assert_eq!(state.read_probes("http://a"), probes);
        assert_eq!(state.read_probes("http://b"), Probes::default());
    }

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::new(folder.path());
        fs::write(folder.path().join(PROBES_FILE), "{\"server\":\"http://a\",").unwrap();
        fs::write(folder.path().join(UID_FILE), "not a uid\n").unwrap();
        assert_eq!((state.read_probes("http://a"), state.read_uid()), (Probes::default(), None));
    }
}
