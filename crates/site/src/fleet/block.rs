//! The columns of 1024 devices, and the dictionaries their ids point into.

use std::ops::Deref;
use std::sync::Arc;

use domain::{Antivirus, FactGroup, FactText, Label, OsVersion, Outcome, RegistryValue, Sha256, TagId};

use rules::block::{WORDS, Words};

use super::address;
use super::certificates::Certificates;
use super::column::{BLOCK, Column, Lists, PackedTexts, Texts, Truths};
use super::dictionary::Dictionary;
use super::moments::Moments;
use super::not_compared::NotCompared;
use super::probed::{Probed, ProbedNames};
use super::reasons::{ReasonIds, Reasons};
use super::text::Text;

/// Devices as columns. A block is the unit of scanning, a column the unit of copying: a block that changes has every
/// column counted once more, so the many that mostly stay as they are are counted as one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Block {
    pub(super) lasting: Arc<Lasting>,

    /// Unix milliseconds of the last check-in.
    pub(super) seen: Moments,
    /// The groups of facts that the last check-in spoke of.
    pub(super) fresh: Column<u16>,
    /// For a group it did not speak of: Unix seconds of the last one that did, 0 for never.
    pub(super) older: [Column<u32>; FactGroup::ALL.len()],

    /// In order of id.
    pub(super) tags: Lists<TagId>,
    /// Why each of them is there.
    pub(super) reasons: ReasonIds,
    /// 0 stands for [`Outcome::default`].
    pub(super) outcome: Column<u32>,

    /// By word of 64 places: the version of the site that last changed there what rules can ask about.
    pub(super) changed: NotCompared<[u64; WORDS]>,
}

/// Who the devices of a block are and what they reported, which few check-ins change.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lasting {
    /// The device at each place, 0 where none is.
    pub(super) number: Column<u32>,
    pub(super) os: Column<u8>,

    pub(super) uid: Texts,
    pub(super) userkey: Texts,
    /// Empty where `is_userkey` says so.
    pub(super) username: Texts,
    /// 1 where the user's name is the user's key, as it mostly is.
    pub(super) is_userkey: Column<u8>,
    pub(super) hostname: Texts,
    pub(super) serial_number: Texts,
    pub(super) mac_addresses: Texts,
    /// In 4 or 16 bytes, highest byte first.
    pub(super) ip_address: Lists<u8>,

    pub(super) os_version: Column<u32>,
    pub(super) edition: Column<u32>,
    pub(super) distribution: Column<u32>,
    pub(super) client_version: Column<u32>,
    pub(super) device_make: Column<u32>,
    pub(super) device_model: Column<u32>,
    pub(super) event: Column<u32>,
    pub(super) domain: Column<u32>,
    pub(super) antivirus: Column<u32>,
    pub(super) disk_encryption: Column<u32>,
    pub(super) registry: Column<u32>,

    pub(super) passcode: Truths,
    pub(super) compromised: Truths,
    pub(super) storage_encrypted: Truths,
    pub(super) mdm: Truths,

    pub(super) processes: Probed,
    pub(super) files: Probed,
    pub(super) certificates: Certificates,
}

impl Deref for Block {
    type Target = Lasting;

    fn deref(&self) -> &Lasting {
        &self.lasting
    }
}

impl Block {
    /// Those columns, to be changed.
    pub(super) fn lasting_mut(&mut self) -> &mut Lasting {
        Arc::make_mut(&mut self.lasting)
    }

    /// Those columns of a block that is not needed any more.
    pub(super) fn into_lasting(self) -> Lasting {
        Arc::unwrap_or_clone(self.lasting)
    }

    /// Notes that places were changed by this version of the site.
    pub(super) fn touch(&mut self, places: &Words, version: u64) {
        places.words().for_each(|word| self.changed.0[word] = version);
    }

    /// As [`Block::touch`], of one place.
    pub(super) fn touch_one(&mut self, place: usize, version: u64) {
        self.changed.0[place / 64] = version;
    }
}

/// One dictionary a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Dictionaries {
    pub(super) os_version: Dictionary<OsVersion>,
    pub(super) edition: Dictionary<Label>,
    pub(super) distribution: Dictionary<Label>,
    pub(super) client_version: Dictionary<Label>,
    pub(super) device_make: Dictionary<Label>,
    pub(super) device_model: Dictionary<Label>,
    pub(super) event: Dictionary<Label>,
    pub(super) domain: Dictionary<FactText>,
    pub(super) antivirus: Dictionary<Vec<Antivirus>>,
    pub(super) disk_encryption: Dictionary<Vec<Label>>,
    pub(super) certificate_issuers: Dictionary<FactText>,
    pub(super) registry: Dictionary<Vec<RegistryValue>>,
    pub(super) processes: ProbedNames<FactText>,
    pub(super) files: ProbedNames<Sha256>,
    /// Its uses count the devices of each outcome.
    pub(super) outcome: Dictionary<Outcome>,
    pub(super) reasons: Reasons,
}

impl Lasting {
    /// The user's name; empty where none was said.
    pub(super) fn username(&self, place: usize) -> Text<'_> {
        if self.is_userkey.get(place) == 1 { self.userkey.get(place) } else { self.username.get(place) }
    }

    /// The users' names of all places.
    pub(super) fn usernames(&self) -> PackedTexts<'_> {
        let mut same = [0; BLOCK];
        if self.is_userkey.all(&mut same).is_none() {
            return self.username.packed();
        }
        PackedTexts::made(BLOCK, |place, bytes| {
            let texts = if same[place] == 1 { &self.userkey } else { &self.username };
            texts.append(place, bytes);
        })
    }

    /// The addresses of all places, as they are shown.
    pub(super) fn ip_addresses(&self) -> PackedTexts<'_> {
        PackedTexts::made(self.ip_address.count(), |place, bytes| {
            if let Some(address) = address::read(self.ip_address.get(place)) {
                bytes.extend_from_slice(address::text(address).as_bytes());
            }
        })
    }

    pub(super) fn set_username(&mut self, place: usize, name: &str) {
        let is_key = !name.is_empty() && self.userkey.is(place, name);
        self.is_userkey.set(place, is_key.into());
        self.username.set(place, if is_key { "" } else { name });
    }
}
