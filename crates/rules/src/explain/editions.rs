//! Editions as devices report them.

use std::collections::BTreeSet;

use domain::{Label, Os, OsVersion};

use super::versions::{Bounds, bound};
use crate::options;

/// The edition that devices report when a rule asks for the folded `name`.
pub(super) fn reported(name: &str) -> Option<Label> {
    let known = [Os::Windows, Os::WinServer].into_iter().flat_map(options::editions);
    let mut known = known.map(|text| text.strip_suffix(" All").unwrap_or(text));
    let text =
        known.find(|text| text.eq_ignore_ascii_case(name)).map_or_else(|| capitals(name), str::to_owned);
    Label::new(&text).ok()
}

/// An edition that is none of the folded `names`.
pub(super) fn none_of(names: &BTreeSet<&str>, os: Os) -> Option<Label> {
    let begins = |text: &str, name: &str| text == name || text.starts_with(&format!("{name} "));
    let known = options::editions(os).iter().filter(|text| !text.ends_with(" All"));
    let mut others = known.filter(|text| {
        let text = domain::fold(text);
        !names.iter().any(|name| begins(&text, name))
    });
    Label::new(others.next().unwrap_or(&"Windows")).ok()
}

/// Adds the builds by which a version tells Windows 10 from Windows 11 where no edition was reported.
pub(super) fn bound_releases(bounds: &mut Bounds) {
    for text in ["10.0.10240", "10.0.22000", "10.1"] {
        if let Ok(version) = OsVersion::new(text) {
            bound(bounds, &version);
        }
    }
}

fn capitals(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_is_written_as_windows_writes_it() {
        assert_eq!(reported("windows 11 enterprise ltsc").unwrap().as_str(), "Windows 11 Enterprise LTSC");
        assert_eq!(reported("windows server 2022").unwrap().as_str(), "Windows Server 2022");
        assert_eq!(reported("windows 12 édition").unwrap().as_str(), "Windows 12 Édition");
    }

    #[test]
    fn there_is_always_another_edition() {
        let other = |names: &[&str], os| none_of(&names.iter().copied().collect(), os).unwrap().to_string();
        assert_eq!(other(&["windows 11 home", "windows 10"], Os::Windows), "Windows 11 Pro");
        assert_eq!(other(&["windows 10", "windows 11"], Os::Windows), "Windows");
        assert_eq!(other(&["windows server"], Os::WinServer), "Windows");
    }
}
