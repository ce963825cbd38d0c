//! The operating system, from `/etc/os-release` (os-release(5)).

use crate::Root;

/// The family as rules name it, where this build knows it.
pub(super) const FAMILY: Option<&str> = if cfg!(target_os = "linux") {
    Some("linux")
} else if cfg!(target_os = "macos") {
    Some("mac")
} else if cfg!(target_os = "windows") {
    Some("windows")
} else {
    None
};

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Os {
    /// Numbers between dots. A rolling distribution has none.
    pub version: Option<String>,
    /// `debian`, `rhel`, …
    pub distribution: Option<String>,
}

pub(super) fn read(root: &Root) -> Os {
    let text = ["/etc/os-release", "/usr/lib/os-release"].iter().find_map(|path| root.text(path).some());
    let text = text.unwrap_or_default();
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='))?;
        let value = line.trim().trim_matches(['"', '\'']);
        (!value.is_empty()).then(|| value.to_owned())
    };
    Os { version: value("VERSION_ID").filter(|version| is_version(version)), distribution: value("ID") }
}

fn is_version(text: &str) -> bool {
    text.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::fake::Machine;

    fn os(text: &str) -> (Option<String>, Option<String>) {
        let os = read(&Machine::new(&[("/etc/os-release", text)]).root());
        (os.distribution, os.version)
    }

    fn known(distribution: &str, version: &str) -> (Option<String>, Option<String>) {
        (Some(distribution.into()), Some(version.into()))
    }

    #[test]
    fn distributions_are_read_as_they_name_themselves() {
        let debian =
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nVERSION=\"12\"\nID=debian\n";
        assert_eq!(os(debian), known("debian", "12"));
        assert_eq!(os("ID=ubuntu\nID_LIKE=debian\nVERSION_ID='24.04'\n"), known("ubuntu", "24.04"));
        assert_eq!(os("ID=\"rhel\"\nVERSION_ID=\"9.4\"\n"), known("rhel", "9.4"));
        assert_eq!(os("ID=alpine\nVERSION_ID=3.20.3\n"), known("alpine", "3.20.3"));
    }

    #[test]
    fn a_rolling_distribution_has_no_version() {
        assert_eq!(os("ID=arch\nBUILD_ID=rolling\n"), (Some("arch".into()), None));
        assert_eq!(os("ID=odd\nVERSION_ID=v2-beta\n"), (Some("odd".into()), None));
    }

    #[test]
    fn the_vendors_file_serves_when_etc_has_none() {
        let machine = Machine::new(&[("/usr/lib/os-release", "ID=fedora\nVERSION_ID=41\n")]);
        assert_eq!(read(&machine.root()).distribution.as_deref(), Some("fedora"));
        assert_eq!(read(&Machine::new(&[]).root()), Os::default());
    }
}
