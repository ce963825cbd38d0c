//! What checks may ask of a device.

use domain::{Antivirus, Label, Os, OsVersion, RegistryValue, Sha256, TagId};

use crate::certificate::CertificateView;

/// A device as checks see it. `None` always means: not reported, or too old to count; the check is then unknown.
/// A list is complete: what it lacks is not there (decided, Facts and checks).
pub trait Device {
    /// Its operating system.
    fn os(&self) -> Option<Os>;

    /// The tags it carries, in any order.
    fn tags(&self) -> impl Iterator<Item = TagId>;

    /// Whether it carries the tag.
    fn has_tag(&self, tag: TagId) -> bool {
        self.tags().any(|carried| carried == tag)
    }

    /// The version of its operating system.
    fn os_version(&self) -> Option<&OsVersion>;

    /// The edition of Windows, such as `Windows 11 Enterprise`.
    fn edition(&self) -> Option<&str>;

    /// The distribution of Linux.
    fn distribution(&self) -> Option<&str>;

    /// The domain it is joined to; empty: joined to none.
    fn domain(&self) -> Option<&str>;

    /// All its antivirus products.
    fn antivirus(&self) -> Option<&[Antivirus]>;

    /// Whether the process runs, and its signer where that was reported. With `ignore_case`, `name` is folded
    /// ([`domain::fold`]) and names compare so; of several reported names that fold to it, the first in order of
    /// text counts.
    fn process(&self, name: &str, ignore_case: bool) -> Option<(bool, Option<&str>)>;

    /// Whether the file is there, and its hash where that was reported. `ignore_case` as with [`Device::process`].
    fn file(&self, path: &str, ignore_case: bool) -> Option<(bool, Option<Sha256>)>;

    /// The registry values that were looked for and are there.
    fn registry(&self) -> Option<&[RegistryValue]>;

    /// All products that encrypt its disk.
    fn disk_encryption(&self) -> Option<&[Label]>;

    /// All its certificates.
    fn certificates(&self) -> Option<impl Iterator<Item = CertificateView<'_>>>;

    /// Whether it requires a passcode.
    fn passcode(&self) -> Option<bool>;

    /// Whether it is compromised (rooted, jailbroken).
    fn compromised(&self) -> Option<bool>;

    /// Whether its primary storage is encrypted.
    fn storage_encrypted(&self) -> Option<bool>;

    /// Whether a mobile device management manages it.
    fn mdm(&self) -> Option<bool>;
}
