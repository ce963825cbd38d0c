//! Operating systems, as rules and check-ins name them.

use crate::error::FormError;

/// An operating system that rules can be for (netskope-v2 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Os {
    /// Windows on a client machine.
    Windows = 1,
    /// macOS.
    Mac = 2,
    /// Linux, whatever distribution.
    Linux = 3,
    /// Android.
    Android = 4,
    /// iOS and iPadOS.
    Ios = 5,
    /// ChromeOS.
    ChromeOs = 6,
    /// Windows Server.
    WinServer = 7,
}

impl Os {
    /// All of them, in the order of `supportedos` (netskope-v2 §10).
    pub const ALL: [Self; 7] =
        [Self::Windows, Self::Mac, Self::Linux, Self::Android, Self::Ios, Self::ChromeOs, Self::WinServer];

    /// Reads the name that rules use; any case.
    ///
    /// # Errors
    /// Lists the names there are.
    pub fn new(name: &str) -> Result<Self, FormError> {
        Self::ALL.into_iter().find(|os| os.name().eq_ignore_ascii_case(name)).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            FormError::new("unknown_os", format!("must be one of {names}"))
        })
    }

    /// The number under which it is stored.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The operating system of that number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// Its place among [`Os::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize - 1
    }

    /// The name that rules and check-ins use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Mac => "mac",
            Self::Linux => "linux",
            Self::Android => "android",
            Self::Ios => "ios",
            Self::ChromeOs => "chromeos",
            Self::WinServer => "winserver",
        }
    }

    /// The spelling of status rows (netskope-v2 §9).
    #[must_use]
    pub const fn display_name(self) -> &'static str {
        match self {
            Self::Windows => "Windows",
            Self::Mac => "Mac",
            Self::Linux => "Linux",
            Self::Android => "Android",
            Self::Ios => "iOS",
            Self::ChromeOs => "ChromeOS",
            Self::WinServer => "Windows Server",
        }
    }

    /// Whether texts of this system (paths, processes) compare without case (netskope-v2 §6).
    #[must_use]
    pub const fn ignores_case(self) -> bool {
        matches!(self, Self::Windows | Self::WinServer | Self::Mac)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_names_and_places_agree() {
        for (place, os) in Os::ALL.into_iter().enumerate() {
            assert_eq!(os.index(), place);
            assert_eq!(Os::from_number(os.number()), Some(os));
            assert_eq!(Os::new(&os.name().to_uppercase()), Ok(os));
        }
        assert_eq!(Os::from_number(0), None);
        assert_eq!(Os::from_number(8), None);
    }
}
