//! Where this machine's files are read from: `/`, or a folder that a test laid out as a machine.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The most bytes that are read of a settings file, a link or a kernel file.
const MAX_TEXT_BYTES: u64 = 1 << 20;

/// The root of a machine's file system.
#[derive(Debug, Clone)]
pub struct Root(PathBuf);

/// What came of reading: a text, a file that is not there, or one that may not be read. The third is not the second:
/// it leaves the fact unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found<T> {
    /// It is there.
    Some(T),
    /// It is not there.
    None,
    /// Nobody can tell.
    Unknown,
}

impl<T> Found<T> {
    pub(crate) fn some(self) -> Option<T> {
        match self {
            Self::Some(value) => Some(value),
            Self::None | Self::Unknown => None,
        }
    }

    fn of(result: io::Result<T>) -> Self {
        match result {
            Ok(value) => Self::Some(value),
            Err(error) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::None,
                _ => Self::Unknown,
            },
        }
    }
}

impl Default for Root {
    fn default() -> Self {
        Self(PathBuf::from("/"))
    }
}

impl Root {
    /// A machine whose files lie below a folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// Where an absolute path of the machine lies.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.join(path.trim_start_matches('/'))
    }

    /// A file's text; bytes that are not UTF-8 are replaced.
    pub(crate) fn text(&self, path: &str) -> Found<String> {
        Found::of(read_text(&self.path(path)))
    }

    /// A file's text without the white space around it; nothing when that is empty.
    pub(crate) fn line(&self, path: &str) -> Option<String> {
        let text = self.text(path).some()?;
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The names in a folder, sorted; names that are not UTF-8 are left out.
    pub(crate) fn names(&self, path: &str) -> Found<Vec<String>> {
        let names = fs::read_dir(self.path(path)).map(|entries| {
            let mut names: Vec<String> =
                entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
            names.sort();
            names
        });
        Found::of(names)
    }

    /// A file's metadata, links followed.
    pub(crate) fn metadata(&self, path: &str) -> Found<fs::Metadata> {
        Found::of(fs::metadata(self.path(path)))
    }

    /// Where a link points.
    pub(crate) fn link(&self, path: &str) -> Option<String> {
        fs::read_link(self.path(path)).ok()?.into_os_string().into_string().ok()
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    use io::Read as _;
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MAX_TEXT_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
pub(crate) mod fake {
    //! A machine laid out in a temporary folder.

    use super::*;

    pub(crate) struct Machine(tempfile::TempDir);

    impl Machine {
        pub(crate) fn new(files: &[(&str, &str)]) -> Self {
            let machine = Self(tempfile::tempdir().unwrap());
            for (path, text) in files {
                machine.write(path, text);
            }
            machine
        }

        pub(crate) fn write(&self, path: &str, text: &str) {
            let path = self.root().path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        /// Lays a file that nobody, not even the superuser, can read as one: a folder.
        pub(crate) fn unreadable(&self, path: &str) {
            fs::create_dir_all(self.root().path(path)).unwrap();
        }

        pub(crate) fn root(&self) -> Root {
            Root::new(self.0.path())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_is_told_from_unreadable() {
        let machine = fake::Machine::new(&[("/etc/hostname", "box\n"), ("/etc/empty", " \n")]);
        machine.unreadable("/etc/secret");
        let root = machine.root();
        assert_eq!(root.text("/etc/hostname"), Found::Some("box\n".into()));
        assert_eq!(root.text("/etc/none"), Found::None);
        assert_eq!(root.text("/etc/hostname/below-a-file"), Found::None);
        assert_eq!(root.text("/etc/secret"), Found::Unknown);
        assert_eq!((root.line("/etc/hostname").as_deref(), root.line("/etc/empty")), (Some("box"), None));
    }
}
