//! What an entry of the change log is about, and what was done to it.

use domain::{Change, InstanceChange, Report};

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "the words of the product")]
pub enum Object {
    Site = 0,
    Tag = 1,
    Classification = 2,
    Rule = 3,
    Segment = 4,
    Device = 5,
    Token = 6,
    AppRegistration = 7,
    Server = 8,
}

impl Object {
    /// All of them, by number.
    pub const ALL: [Self; 9] = [
        Self::Site,
        Self::Tag,
        Self::Classification,
        Self::Rule,
        Self::Segment,
        Self::Device,
        Self::Token,
        Self::AppRegistration,
        Self::Server,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Site => "Site",
            Self::Tag => "Tag",
            Self::Classification => "Classification",
            Self::Rule => "Rule",
            Self::Segment => "Segment",
            Self::Device => "Device",
            Self::Token => "Token",
            Self::AppRegistration => "App Registration",
            Self::Server => "Server",
        }
    }
}

/// What was done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "the words of the wire")]
pub enum Action {
    Added = 0,
    Modified = 1,
    Deleted = 2,
}

impl Action {
    /// All of them, by number.
    pub const ALL: [Self; 3] = [Self::Added, Self::Modified, Self::Deleted];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Modified => "Modified",
            Self::Deleted => "Deleted",
        }
    }
}

/// The kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kind {
    /// What it is about.
    pub object: Object,
    /// What was done to it.
    pub action: Action,
}

impl Kind {
    /// How many kinds there are.
    pub(crate) const COUNT: usize = Object::ALL.len() * Action::ALL.len();

    /// Its number, below [`Kind::COUNT`]. Indexes of logs keep it.
    pub(crate) const fn number(self) -> usize {
        self.object as usize * Action::ALL.len() + self.action as usize
    }

    /// The kind of a number.
    pub(crate) fn from_number(number: usize) -> Option<Self> {
        let object = *Object::ALL.get(number / Action::ALL.len())?;
        Some(Self { object, action: Action::ALL[number % Action::ALL.len()] })
    }

    /// Whether records of a site can have entries of it: some only the instance's have.
    pub(super) const fn is_of_site(self) -> bool {
        match self.object {
            Object::Token | Object::AppRegistration | Object::Server => false,
            Object::Site => matches!(self.action, Action::Modified),
            _ => true,
        }
    }

    const fn of(object: Object, action: Action) -> Self {
        Self { object, action }
    }
}

/// The kind of a change's entry; `None` where it has none: the founding, which the instance's entry of the site stands
/// for, and check-ins that say nothing that was not known.
#[must_use]
pub fn of_change(change: &Change) -> Option<Kind> {
    use Action::{Added, Deleted, Modified};
    Some(match change {
        Change::Founded { .. } => return None,
        Change::CheckedIn { report, .. } if **report == Report::default() => return None,
        Change::ClassificationAdded { .. } => Kind::of(Object::Classification, Added),
        Change::ClassificationChanged { .. } | Change::ClassificationMoved { .. } => {
            Kind::of(Object::Classification, Modified)
        }
        Change::ClassificationRemoved { .. } => Kind::of(Object::Classification, Deleted),
        Change::RuleAdded { .. } => Kind::of(Object::Rule, Added),
        Change::RuleChanged { .. } => Kind::of(Object::Rule, Modified),
        Change::RuleRemoved { .. } => Kind::of(Object::Rule, Deleted),
        Change::TagAdded { .. } => Kind::of(Object::Tag, Added),
        Change::TagChanged { .. } => Kind::of(Object::Tag, Modified),
        Change::TagRemoved { .. } => Kind::of(Object::Tag, Deleted),
        Change::SegmentAdded { .. } => Kind::of(Object::Segment, Added),
        Change::SegmentChanged { .. } => Kind::of(Object::Segment, Modified),
        Change::SegmentRemoved { .. } => Kind::of(Object::Segment, Deleted),
        Change::DeviceAdded { .. } => Kind::of(Object::Device, Added),
        Change::DeviceEntered { .. }
        | Change::CheckedIn { .. }
        | Change::Tagged { .. }
        | Change::ExpiryChanged { .. } => Kind::of(Object::Device, Modified),
        Change::DeviceRemoved { .. } => Kind::of(Object::Device, Deleted),
        Change::FactsWentStale { .. } | Change::Reclassified { .. } => Kind::of(Object::Site, Modified),
    })
}

/// The kind of the entry of a change of the instance.
#[must_use]
pub fn of_instance_change(change: &InstanceChange) -> Kind {
    use Action::{Added, Deleted, Modified};
    match change {
        InstanceChange::SiteAdded { .. } => Kind::of(Object::Site, Added),
        InstanceChange::SiteChanged { .. } => Kind::of(Object::Site, Modified),
        InstanceChange::MaintenanceChanged { .. } => Kind::of(Object::Server, Modified),
        InstanceChange::TokenAdded { .. } => Kind::of(Object::Token, Added),
        InstanceChange::TokenChanged { .. } => Kind::of(Object::Token, Modified),
        InstanceChange::TokenRevoked { .. } => Kind::of(Object::Token, Deleted),
        InstanceChange::AppRegistrationAdded { .. } => Kind::of(Object::AppRegistration, Added),
        InstanceChange::AppRegistrationChanged { .. } => Kind::of(Object::AppRegistration, Modified),
        InstanceChange::AppRegistrationRemoved { .. } => Kind::of(Object::AppRegistration, Deleted),
    }
}
