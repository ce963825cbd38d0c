//! Editions of Windows.

use domain::OsVersion;

use crate::folded::Folded;
use crate::truth::Truth;

/// Which Windows a rule asks for (netskope-v2 §6). Names compare without case, and a leading `Microsoft` counts for
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edition(pub(crate) Wanted);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Wanted {
    /// `Windows All`.
    Every,
    /// `Windows 10` or `Windows 10 All`: every edition whose name begins with these words.
    Family(Folded),
    /// `Windows 10 Enterprise`.
    One(Folded),
}

impl Edition {
    /// Reads the `edition` of a rule; `None` for what is no name of a Windows.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let name = Folded::new(without_maker(text));
        let words: Vec<_> = name.as_str().split(' ').collect();
        let wanted = match words[..] {
            ["windows", "all"] => Wanted::Every,
            ["windows", ref family @ .., "all"] => {
                Wanted::Family(Folded::new(&format!("windows {}", family.join(" "))))
            }
            ["windows", "server"] => Wanted::Family(name),
            ["windows", release] | ["windows", "server", release] if starts_with_digit(release) => {
                Wanted::Family(name)
            }
            ["windows", _, ..] => Wanted::One(name),
            _ => return None,
        };
        Some(Self(wanted))
    }

    /// Whether every Windows has it.
    pub(crate) fn is_every(&self) -> bool {
        self.0 == Wanted::Every
    }

    /// The folded name that devices report; `None`: any.
    pub(crate) fn name(&self) -> Option<&str> {
        match &self.0 {
            Wanted::Every => None,
            Wanted::Family(name) | Wanted::One(name) => Some(name.as_str()),
        }
    }

    /// Whether a version can tell it where no edition was reported.
    pub(crate) fn is_told_by_versions(&self) -> bool {
        matches!(&self.0, Wanted::Family(family) if release_asked(family).is_some())
    }

    /// Whether a device has it, by the edition that it reported or else by a `version` that tells Windows 10 from
    /// Windows 11. No version tells more than that.
    pub(crate) fn truth(&self, reported: Option<&str>, version: Option<&OsVersion>) -> Truth {
        match (&self.0, reported.map(without_maker)) {
            (Wanted::Every, _) => Truth::Pass,
            (Wanted::Family(family), Some(reported)) => family.begins(reported, false).into(),
            (Wanted::One(edition), Some(reported)) => edition.begins(reported, true).into(),
            (Wanted::Family(family), None) => match (release_asked(family), version.and_then(release)) {
                (Some(asked), Some(release)) => (asked == release).into(),
                _ => Truth::Unknown,
            },
            (Wanted::One(_), None) => Truth::Unknown,
        }
    }
}

/// The release that a family of client Windows is: `11` of `windows 11`.
fn release_asked(family: &Folded) -> Option<&str> {
    let release = family.as_str().strip_prefix("windows ")?;
    (starts_with_digit(release) && !release.contains(' ')).then_some(release)
}

fn without_maker(name: &str) -> &str {
    const MAKER: &str = "Microsoft ";
    match name.split_at_checked(MAKER.len()) {
        Some((maker, rest)) if maker.eq_ignore_ascii_case(MAKER) => rest,
        _ => name,
    }
}

fn starts_with_digit(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// The release of a client Windows by its build: both 10 and 11 call themselves 10.0.
fn release(version: &OsVersion) -> Option<&'static str> {
    match version.numbers() {
        [10, 0, 10_240..=21_999, ..] => Some("10"),
        [10, 0, 22_000..=u64::MAX, ..] => Some("11"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(wanted: &str, reported: Option<&str>, version: Option<&str>) -> Truth {
        let version = version.map(|text| OsVersion::new(text).unwrap());
        Edition::new(wanted).unwrap().truth(reported, version.as_ref())
    }

    #[test]
    fn windows_all_is_every_windows_even_one_that_said_nothing() {
        assert_eq!(truth("Windows All", None, None), Truth::Pass);
        assert_eq!(truth("windows all", Some("Windows Server 2022 Datacenter"), None), Truth::Pass);
    }

    #[test]
    fn a_family_is_all_its_editions_with_or_without_the_word_all() {
        for family in ["Windows 10", "windows 10 all", "Microsoft Windows 10"] {
            assert_eq!(truth(family, Some("Windows 10 Enterprise"), None), Truth::Pass);
            assert_eq!(truth(family, Some("Microsoft Windows 10 Pro"), None), Truth::Pass);
            assert_eq!(truth(family, Some("WINDOWS 10"), None), Truth::Pass);
            assert_eq!(truth(family, Some("Windows 11 Enterprise"), None), Truth::Fail);
        }
        assert_eq!(truth("Windows 1", Some("Windows 10"), None), Truth::Fail);
        assert_eq!(truth("Windows Server 2022", Some("Windows Server 2022 Standard"), None), Truth::Pass);
        assert_eq!(truth("Windows Server", Some("Windows Server 2019 Standard"), None), Truth::Pass);
    }

    #[test]
    fn one_edition_is_only_that_one() {
        let wanted = "Windows 11 Enterprise";
        assert_eq!(truth(wanted, Some("microsoft windows 11 enterprise"), None), Truth::Pass);
        assert_eq!(truth(wanted, Some("Windows 11 Enterprise LTSC"), None), Truth::Fail);
        assert_eq!(truth(wanted, Some("Windows 11"), None), Truth::Fail);
        assert_eq!(truth(wanted, None, Some("10.0.22631")), Truth::Unknown);
    }

    #[test]
    fn the_build_tells_windows_10_from_11_when_no_edition_was_reported() {
        assert_eq!(truth("Windows 10", None, Some("10.0.19045")), Truth::Pass);
        assert_eq!(truth("Windows 10", None, Some("10.0.22000.1")), Truth::Fail);
        assert_eq!(truth("Windows 11 All", None, Some("10.0.22631")), Truth::Pass);
        assert_eq!(truth("Windows 11", None, Some("10.0.21999")), Truth::Fail);
        assert_eq!(truth("Windows 10", None, Some("10.0.10239")), Truth::Unknown);
        assert_eq!(truth("Windows 11", None, Some("10.0")), Truth::Unknown);
        assert_eq!(truth("Windows 11", None, None), Truth::Unknown);
        assert_eq!(truth("Windows Server", None, Some("10.0.22631")), Truth::Unknown);
    }

    #[test]
    fn what_names_no_windows_is_refused() {
        for text in ["", "Windows", "All", "macOS", "Microsoft", "Enterprise Windows"] {
            assert_eq!(Edition::new(text), None, "{text}");
        }
    }
}
