//! What commands alter in a site: the entries of its log.

use crate::conditions::Conditions;
use crate::device::{DeviceUid, UserKey};
use crate::error::FormError;
use crate::facts::{FactGroups, Report};
use crate::ids::{ClassificationId, DeviceNumber, RuleId, SegmentId, TagId};
use crate::os::Os;
use crate::outcome::Outcome;
use crate::segment::SegmentFields;
use crate::text::{ClassificationName, Description, Label, RuleName, TagName};
use crate::time::Timestamp;

/// Colours of tags (alloyscan, Tags).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "a colour's name says all")]
pub enum Colour {
    /// What a tag made in the Netskope dialect gets.
    #[default]
    Gray = 0,
    Cyan = 1,
    Green = 2,
    Pink = 3,
    Orange = 4,
    Blue = 5,
    Red = 6,
    Yellow = 7,
    Purple = 8,
    Teal = 9,
}

impl Colour {
    /// All of them, by number.
    pub const ALL: [Self; 10] = [
        Self::Gray,
        Self::Cyan,
        Self::Green,
        Self::Pink,
        Self::Orange,
        Self::Blue,
        Self::Red,
        Self::Yellow,
        Self::Purple,
        Self::Teal,
    ];

    /// The one of that name on the wire.
    ///
    /// # Errors
    /// Names those there are.
    pub fn named(name: &str) -> Result<Self, FormError> {
        Self::ALL.into_iter().find(|colour| colour.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            FormError::new("unknown_colour", format!("must be one of {names}"))
        })
    }

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gray => "gray",
            Self::Cyan => "cyan",
            Self::Green => "green",
            Self::Pink => "pink",
            Self::Orange => "orange",
            Self::Blue => "blue",
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Purple => "purple",
            Self::Teal => "teal",
        }
    }
}

/// What is set of a classification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassificationFields {
    /// Unique on the site without case.
    pub name: ClassificationName,
    /// May be empty.
    pub description: Description,
}

/// What is set of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFields {
    /// Unique on the site without case.
    pub name: RuleName,
    /// The classification it gives.
    pub classification: ClassificationId,
    /// The operating system it is for.
    pub os: Os,
    /// What must hold of a device.
    pub conditions: Conditions,
}

/// What is set of a device tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagFields {
    /// Unique on the site without case.
    pub name: TagName,
    /// May be empty.
    pub description: Description,
    /// How a console shows it.
    pub colour: Colour,
}

/// Who or what put a tag on a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Source {
    /// A call of an API.
    #[default]
    Api = 0,
    /// A person, by hand: the caller said so.
    Manual = 1,
    /// The segment on which the device was discovered.
    Segment = 2,
    /// The agent that first reported for the device.
    Agent = 3,
    /// A file that was read in: the caller said so.
    Import = 4,
    /// The server itself, because the assignment had an end: tags are only ever taken off by it.
    Expiry = 5,
}

impl Source {
    /// All of them, by number.
    pub const ALL: [Self; 6] =
        [Self::Api, Self::Manual, Self::Segment, Self::Agent, Self::Import, Self::Expiry];

    /// The one of that name, if it is one that a caller may say of itself.
    ///
    /// # Errors
    /// Names those there are.
    pub fn said(name: &str) -> Result<Self, FormError> {
        let known = [Self::Api, Self::Manual, Self::Import].into_iter().find(|source| source.name() == name);
        known.ok_or_else(|| FormError::new("unknown_source", "must be one of api, manual, import"))
    }

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Manual => "manual",
            Self::Segment => "segment",
            Self::Agent => "agent",
            Self::Import => "import",
            Self::Expiry => "expiry",
        }
    }
}

/// One thing that a command altered. Changes carry what was before, so that the log can be shown and undone by
/// reading alone; devices are named by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The site began; `salt` makes its public ids its own.
    Founded {
        /// Random.
        salt: u128,
    },
    /// A classification was added, weaker than all others.
    ClassificationAdded {
        /// Its id.
        id: ClassificationId,
        /// As set.
        after: ClassificationFields,
    },
    /// A classification's fields were changed.
    ClassificationChanged {
        /// Its id.
        id: ClassificationId,
        /// As it was.
        before: ClassificationFields,
        /// As set.
        after: ClassificationFields,
    },
    /// A classification moved among the priorities; those between closed up.
    ClassificationMoved {
        /// Its id.
        id: ClassificationId,
        /// Its priority before, from 1.
        from: u32,
        /// Its priority now.
        to: u32,
    },
    /// A classification was removed; weaker ones closed up.
    ClassificationRemoved {
        /// Its id.
        id: ClassificationId,
        /// As it was.
        before: ClassificationFields,
    },
    /// A rule was added.
    RuleAdded {
        /// Its id.
        id: RuleId,
        /// As set.
        after: RuleFields,
    },
    /// A rule was changed.
    RuleChanged {
        /// Its id.
        id: RuleId,
        /// As it was.
        before: RuleFields,
        /// As set.
        after: RuleFields,
    },
    /// A rule was removed.
    RuleRemoved {
        /// Its id.
        id: RuleId,
        /// As it was.
        before: RuleFields,
    },
    /// A device tag was added.
    TagAdded {
        /// Its id.
        id: TagId,
        /// As set.
        after: TagFields,
    },
    /// A device tag was changed.
    TagChanged {
        /// Its id.
        id: TagId,
        /// As it was.
        before: TagFields,
        /// As set.
        after: TagFields,
    },
    /// A device tag was removed, first from every device that carried it.
    TagRemoved {
        /// Its id.
        id: TagId,
        /// As it was.
        before: TagFields,
        /// Those that carried it, in order of number.
        devices: Vec<DeviceNumber>,
    },
    /// A segment was added.
    SegmentAdded {
        /// Its id.
        id: SegmentId,
        /// As set.
        after: SegmentFields,
    },
    /// A segment was changed.
    SegmentChanged {
        /// Its id.
        id: SegmentId,
        /// As it was.
        before: SegmentFields,
        /// As set.
        after: SegmentFields,
    },
    /// A segment was removed. Tags that it gave stay.
    SegmentRemoved {
        /// Its id.
        id: SegmentId,
        /// As it was.
        before: SegmentFields,
    },
    /// A device reported for the first time.
    DeviceAdded {
        /// Its number, the next of the site's counter.
        device: DeviceNumber,
        /// The machine.
        uid: DeviceUid,
        /// Its user.
        userkey: UserKey,
    },
    /// A device was removed, with all that was known of it. What it reported stands in the records of its check-ins.
    DeviceRemoved {
        /// Its number, which no other device gets.
        device: DeviceNumber,
        /// The machine.
        uid: DeviceUid,
        /// Its user.
        userkey: UserKey,
        /// The machine's name, if it ever said one.
        hostname: Option<Label>,
        /// When it last checked in.
        seen_at: Timestamp,
        /// What it carried, in order of id.
        tags: Vec<TagId>,
        /// What the rules made of it.
        outcome: Outcome,
    },
    /// A person said what is known of a device that has not checked in.
    DeviceEntered {
        /// The device.
        device: DeviceNumber,
        /// What was said: no group of facts has an age by it.
        report: Box<Report>,
    },
    /// A device checked in.
    CheckedIn {
        /// The device.
        device: DeviceNumber,
        /// The groups of facts it spoke of: their age starts anew, whether or not their value changed.
        reported: FactGroups,
        /// What differs from what was stored before.
        report: Box<Report>,
    },
    /// Tags were put on devices and taken off them: the same ones for each device named.
    Tagged {
        /// By what way.
        source: Source,
        /// When those that were put on come off again by themselves; `None`: never.
        expires_at: Option<Timestamp>,
        /// The devices, each of which lacked all of `added` and carried all of `removed`.
        devices: Vec<DeviceNumber>,
        /// Put on, in order of id.
        added: Vec<TagId>,
        /// Taken off, in order of id.
        removed: Vec<TagId>,
    },
    /// A tag that devices carry comes off them at another moment than before.
    ExpiryChanged {
        /// The tag.
        tag: TagId,
        /// Those devices.
        devices: Vec<DeviceNumber>,
        /// When it would have come off all of them; `None`: never.
        before: Option<Timestamp>,
        /// When it does now.
        after: Option<Timestamp>,
    },
    /// Facts that no check-in had spoken of for too long became unknown, of every device.
    FactsWentStale {
        /// Those of the groups that were last spoken of before this moment.
        cutoff: Timestamp,
    },
    /// All devices were judged anew, by an evaluator that may say something else than the one before of the same rules
    /// and facts.
    Reclassified {
        /// Its number.
        evaluator: u32,
    },
}
