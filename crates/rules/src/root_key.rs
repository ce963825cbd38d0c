//! The hives of the Windows registry.

use domain::FactText;

/// A root key of the Windows registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RootKey {
    /// `HKEY_CLASSES_ROOT`, `HKCR`.
    ClassesRoot,
    /// `HKEY_CURRENT_CONFIG`, `HKCC`.
    CurrentConfig,
    /// `HKEY_CURRENT_USER`, `HKCU`.
    CurrentUser,
    /// `HKEY_LOCAL_MACHINE`, `HKLM`.
    LocalMachine,
    /// `HKEY_USERS`, `HKU`.
    Users,
}

impl RootKey {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::ClassesRoot, Self::CurrentConfig, Self::CurrentUser, Self::LocalMachine, Self::Users];

    /// Reads the long or the short name, of any case.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|root| root.name().eq_ignore_ascii_case(name) || root.short().eq_ignore_ascii_case(name))
    }

    /// The long name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClassesRoot => "HKEY_CLASSES_ROOT",
            Self::CurrentConfig => "HKEY_CURRENT_CONFIG",
            Self::CurrentUser => "HKEY_CURRENT_USER",
            Self::LocalMachine => "HKEY_LOCAL_MACHINE",
            Self::Users => "HKEY_USERS",
        }
    }

    const fn short(self) -> &'static str {
        match self {
            Self::ClassesRoot => "HKCR",
            Self::CurrentConfig => "HKCC",
            Self::CurrentUser => "HKCU",
            Self::LocalMachine => "HKLM",
            Self::Users => "HKU",
        }
    }

    /// The long name as facts hold it.
    pub(crate) fn text(self) -> FactText {
        FactText::new(self.name()).expect("a root key's name is a printable text of 9 to 19 characters")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_names_are_read_in_any_case() {
        assert_eq!(RootKey::new("hklm"), Some(RootKey::LocalMachine));
        assert_eq!(RootKey::new("HKEY_Users"), Some(RootKey::Users));
        assert_eq!(RootKey::new("HKEY_LOCAL"), None);
        for root in RootKey::ALL {
            assert_eq!(RootKey::new(root.text().as_str()), Some(root));
            assert_eq!(RootKey::new(root.short()), Some(root));
        }
    }
}
