//! One device, read from its block's columns.

use std::net::IpAddr;

use domain::{
    DeviceNumber, FactGroup, FactGroups, FactText, Label, OsVersion, Outcome, Sha256, TagId, Timestamp,
    same_uid,
};

use super::block::{Block, Dictionaries};
use super::reasons::Reason;
use super::text::Text;
use super::{Fleet, Location, address};

/// A device of a fleet. What it never reported is `None`.
#[derive(Clone, Copy, Debug)]
pub struct DeviceRef<'a> {
    fleet: &'a Fleet,
    block: &'a Block,
    location: Location,
}

impl<'a> DeviceRef<'a> {
    pub(super) fn new(fleet: &'a Fleet, block: &'a Block, location: Location) -> Self {
        Self { fleet, block, location }
    }

    pub(super) fn block(&self) -> &'a Block {
        self.block
    }

    pub(super) fn place(&self) -> usize {
        self.location.place()
    }

    /// As [`super::BlockRef::location`].
    pub(crate) fn location(&self) -> u32 {
        self.location.0
    }

    pub(super) fn ids(&self) -> &'a Dictionaries {
        &self.fleet.dictionaries
    }

    /// Its number in the site's records.
    #[must_use]
    pub fn number(&self) -> DeviceNumber {
        DeviceNumber(self.block.number.get(self.place()))
    }

    /// The machine's `nsdeviceuid`, in the case of its first check-in.
    #[must_use]
    pub fn uid(&self) -> Text<'a> {
        self.block.uid.get(self.place())
    }

    /// The user's key; empty where the machine reports no user.
    #[must_use]
    pub fn userkey(&self) -> Text<'a> {
        self.block.userkey.get(self.place())
    }

    pub(super) fn is_of_machine(&self, uid: &str) -> bool {
        self.block.uid.is_ignoring_ascii_case(self.place(), uid) || same_uid(&self.uid(), uid)
    }

    pub(super) fn is_of_user(&self, userkey: &str) -> bool {
        self.block.userkey.is(self.place(), userkey)
    }

    /// The user's name.
    #[must_use]
    pub fn username(&self) -> Option<Text<'a>> {
        said(self.block.username(self.place()))
    }

    /// The machine's name.
    #[must_use]
    pub fn hostname(&self) -> Option<Text<'a>> {
        said(self.block.hostname.get(self.place()))
    }

    /// Serial number of the machine.
    #[must_use]
    pub fn serial_number(&self) -> Option<Text<'a>> {
        said(self.block.serial_number.get(self.place()))
    }

    /// Hardware addresses, in the order reported.
    pub fn mac_addresses(&self) -> impl Iterator<Item = Text<'a>> + use<'a> {
        self.block.mac_addresses.all(self.place())
    }

    /// Whether `test` holds of one of its hardware addresses.
    pub(crate) fn any_mac_address(&self, test: impl FnMut(&str) -> bool) -> bool {
        self.block.mac_addresses.any(self.place(), test)
    }

    /// Address on its own network.
    #[must_use]
    pub fn ip_address(&self) -> Option<IpAddr> {
        address::read(self.block.ip_address.get(self.place()))
    }

    /// Its address on its own network, as [`domain::address_number`] gives it.
    pub(crate) fn address_number(&self) -> Option<u128> {
        address::number(self.block.ip_address.get(self.place()))
    }

    /// Its address on its own network as text.
    #[must_use]
    pub fn ip_address_text(&self) -> Option<Text<'a>> {
        self.ip_address().map(address::text)
    }

    /// Version of its operating system.
    #[must_use]
    pub fn os_version(&self) -> Option<&'a OsVersion> {
        self.ids().os_version.get(self.block.os_version.get(self.place()))
    }

    /// Version of the client that reports.
    #[must_use]
    pub fn client_version(&self) -> Option<&'a str> {
        self.ids().client_version.get(self.block.client_version.get(self.place())).map(Label::as_str)
    }

    /// Maker of the machine.
    #[must_use]
    pub fn device_make(&self) -> Option<&'a str> {
        self.ids().device_make.get(self.block.device_make.get(self.place())).map(Label::as_str)
    }

    /// Model of the machine.
    #[must_use]
    pub fn device_model(&self) -> Option<&'a str> {
        self.ids().device_model.get(self.block.device_model.get(self.place())).map(Label::as_str)
    }

    /// What made the device report last.
    #[must_use]
    pub fn event(&self) -> Option<&'a str> {
        self.ids().event.get(self.block.event.get(self.place())).map(Label::as_str)
    }

    /// The files it was asked about and reported: path, whether present, hash.
    pub fn files(&self) -> impl Iterator<Item = (&'a FactText, bool, Option<&'a Sha256>)> {
        self.block.files.get(self.place(), &self.ids().files)
    }

    /// The processes it was asked about and reported: name, whether running, signer.
    pub fn processes(&self) -> impl Iterator<Item = (&'a FactText, bool, Option<&'a FactText>)> {
        self.block.processes.get(self.place(), &self.ids().processes)
    }

    /// When it was added, to the second: with its first check-in, or by hand. `None` where that was before anything of
    /// the kind was kept.
    #[must_use]
    pub fn first_seen_at(&self) -> Option<Timestamp> {
        self.fleet.first_seen.of_device(self.number())
    }

    /// When it last checked in; the epoch if never.
    #[must_use]
    pub fn seen_at(&self) -> Timestamp {
        Timestamp::from_millis(self.block.seen.get(self.place()))
    }

    /// When it last spoke of a group of facts, to the second; `None` also where they have gone stale.
    #[must_use]
    pub fn reported_at(&self, group: FactGroup) -> Option<Timestamp> {
        self.spoken_of_at(group).filter(|at| !self.is_stale(*at))
    }

    /// Whether it spoke of a group of facts so long ago that they are unknown again.
    #[must_use]
    pub fn has_gone_stale(&self, group: FactGroup) -> bool {
        self.spoken_of_at(group).is_some_and(|at| self.is_stale(at))
    }

    fn is_stale(&self, at: Timestamp) -> bool {
        at.seconds() < self.fleet.stale_before.into()
    }

    /// When it last spoke of a group of facts, whether or not they have gone stale.
    #[must_use]
    pub fn spoken_of_at(&self, group: FactGroup) -> Option<Timestamp> {
        let fresh = FactGroups::from_bits(self.block.fresh.get(self.place()));
        let seconds = match fresh.has(group) {
            true => self.seen_at().seconds(),
            false => self.block.older[group as usize].get(self.place()).into(),
        };
        (seconds > 0).then(|| Timestamp::from_seconds(seconds))
    }

    /// The tags it carries, by id.
    #[must_use]
    pub fn tags(&self) -> &'a [TagId] {
        self.block.tags.get(self.place())
    }

    /// Why each of its tags is there, in their order; `None` where that was not kept yet.
    pub fn reasons(&self) -> impl Iterator<Item = Option<&'a Reason>> + use<'a> {
        let ids = self.ids();
        self.block.reasons_of(self.place()).map(|id| ids.reasons.get(id))
    }

    /// When a tag that it carries comes off it by itself; `None`: never.
    pub(crate) fn expiry_of(&self, tag: TagId) -> Option<Timestamp> {
        let place = self.tags().binary_search(&tag).ok()?;
        self.reasons().nth(place)??.expires_at
    }

    /// Whether that is what the rules make of it.
    pub(crate) fn has_outcome(&self, outcome: &Outcome) -> bool {
        match self.ids().outcome.get(self.block.outcome.get(self.place())) {
            Some(known) => known == outcome,
            None => *outcome == Outcome::default(),
        }
    }

    /// What the rules make of it.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.ids().outcome.get(self.block.outcome.get(self.place())).cloned().unwrap_or_default()
    }
}

fn said(text: Text<'_>) -> Option<Text<'_>> {
    Some(text).filter(|text| !text.is_empty())
}
