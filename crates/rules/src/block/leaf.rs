//! Checks as they are asked of columns: each looks at one.

use domain::TagId;

use crate::device::Device;
use crate::leaf::{self, Fact, WantedOs};
use crate::truth::Truth;

/// What of a device a leaf looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column<'a> {
    /// It passes for devices that carry the tag and for no others.
    Tag(TagId),
    /// Whether it requires a passcode.
    Passcode,
    /// Whether it is compromised.
    Compromised,
    /// Whether its primary storage is encrypted.
    StorageEncrypted,
    /// Whether it is managed.
    Mdm,
    /// The version of its operating system.
    OsVersion,
    /// The edition of Windows.
    Edition,
    /// The distribution of Linux.
    Distribution,
    /// The domain.
    Domain,
    /// The products that encrypt its disk.
    DiskEncryption,
    /// The antivirus products.
    Antivirus,
    /// The registry values.
    Registry,
    /// The process of that name, as [`Device::process`] takes it.
    Process {
        /// Its name.
        name: &'a str,
        /// Whether case makes no difference.
        ignore_case: bool,
    },
    /// The file of that path, as [`Device::file`] takes it.
    File {
        /// Its path.
        path: &'a str,
        /// Whether case makes no difference.
        ignore_case: bool,
    },
    /// The certificates.
    Certificates,
    /// None: the same for every device.
    Nothing,
}

/// A check, or the part of one, that looks at one column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leaf {
    /// What it asks.
    asked: leaf::Leaf,
    /// Whether it is the part of a check that asks a version for what no edition told.
    release: bool,
}

impl Leaf {
    pub(super) fn new(asked: leaf::Leaf) -> Self {
        Self { asked, release: false }
    }

    pub(super) fn of_release(wanted: WantedOs) -> Self {
        Self { asked: leaf::Leaf::Fact(Fact::Os(wanted.into())), release: true }
    }

    /// The column that it looks at.
    #[must_use]
    pub fn column(&self) -> Column<'_> {
        let fact = match &self.asked {
            leaf::Leaf::DeviceTag(tag) => return Column::Tag(*tag),
            leaf::Leaf::Fact(fact) => fact,
        };
        match fact {
            Fact::PasscodeRequired => Column::Passcode,
            Fact::NotCompromised => Column::Compromised,
            Fact::StorageEncrypted => Column::StorageEncrypted,
            Fact::Mdm => Column::Mdm,
            Fact::Os(_) if self.release => Column::OsVersion,
            Fact::Os(wanted) => match wanted.asks() {
                (true, _) => Column::Edition,
                (_, true) => Column::Distribution,
                _ => Column::OsVersion,
            },
            Fact::Domain(_) => Column::Domain,
            Fact::DiskEncryption(_) => Column::DiskEncryption,
            Fact::Antivirus { .. } => Column::Antivirus,
            Fact::Process { process, .. } => {
                let (name, ignore_case) = process.asked();
                Column::Process { name, ignore_case }
            }
            Fact::File { path, .. } => {
                let (path, ignore_case) = path.asked();
                Column::File { path, ignore_case }
            }
            Fact::Registry(_) => Column::Registry,
            Fact::MachineCertificate(_) | Fact::UserCertificate(_) => Column::Certificates,
            Fact::Other { .. } => Column::Nothing,
        }
    }

    /// What it says of a device of which only its column need be known.
    pub fn evaluate(&self, device: &impl Device) -> Truth {
        self.asked.evaluate(device)
    }
}
