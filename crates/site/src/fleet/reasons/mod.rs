//! Why tags are on devices: many assignments have one reason, so reasons are kept once and named by small numbers.

mod column;
mod expiries;

use domain::{Owner, Source, Timestamp};

pub(super) use self::column::ReasonIds;
use self::expiries::Expiries;
use super::dictionary::Dictionary;

/// Why a tag is on a device.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reason {
    /// By what way it came there.
    pub source: Source,
    /// Who put it there.
    pub author: Owner,
    /// When, to the second: what one author did within it has one reason.
    pub at: Timestamp,
    /// When it comes off again by itself; `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// The reasons of all assignments. Id 0 stands for one that is not known: of assignments in checkpoints that were
/// written before reasons were kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Reasons {
    /// Its uses count the assignments of each reason.
    pub(super) values: Dictionary<Reason>,
    expiries: Expiries,
}

/// Reasons that assignments have lost, counted.
#[derive(Debug, Default)]
pub(super) struct Released {
    last: u32,
    count: u32,
    others: Vec<(u32, u32)>,
}

impl Reasons {
    /// Those of a dictionary that was read.
    pub(super) fn of(values: Dictionary<Reason>) -> Self {
        let ids =
            values.entries.iter().filter_map(|(id, entry)| Some((id, entry.value.as_ref()?.expires_at?)));
        let mut expiries = Expiries::default();
        ids.for_each(|(id, at)| expiries.insert(at, id));
        Self { values, expiries }
    }

    pub(super) fn get(&self, id: u32) -> Option<&Reason> {
        self.values.get(id)
    }

    /// The id of a reason, with so many uses more.
    pub(super) fn take(&mut self, reason: &Reason, uses: u32) -> u32 {
        let known = self.values.find(reason).is_some();
        let id = self.values.take_many(reason, uses);
        if let Some(at) = reason.expires_at.filter(|_| !known) {
            self.expiries.insert(at, id);
        }
        id
    }

    /// So many uses of a reason more, that has some.
    pub(super) fn take_more(&mut self, id: u32, uses: u32) {
        self.values.entries.entry(id).uses += uses;
    }

    /// So many uses of a reason less; it goes with the last one.
    pub(super) fn release(&mut self, id: u32, uses: u32) {
        if id == 0 || uses == 0 {
            return;
        }
        let expires_at = self.values.get(id).and_then(|reason| reason.expires_at);
        self.values.release_many(id, uses);
        if let Some(at) = expires_at.filter(|_| self.values.get(id).is_none()) {
            self.expiries.remove(at, id);
        }
    }

    pub(super) fn release_all(&mut self, released: Released) {
        self.release(released.last, released.count);
        for (id, count) in released.others {
            self.release(id, count);
        }
    }

    /// When the first assignment ends.
    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        self.expiries.first()
    }

    /// The reasons that have ended by then, in order.
    pub(super) fn ended(&self, now: Timestamp) -> Vec<u32> {
        self.expiries.until(now)
    }
}

impl Released {
    pub(super) fn add(&mut self, id: u32) {
        if self.last != id {
            let before = std::mem::replace(&mut self.last, id);
            let count = std::mem::take(&mut self.count);
            if count > 0 {
                self.others.push((before, count));
            }
        }
        self.count += 1;
    }
}
