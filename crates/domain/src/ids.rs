//! Numbers that name things. Each comes from a counter of its site and is never used twice.

use std::fmt;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number! {
    /// One isolated catalogue, fleet and set of tokens. 0 is the instance's own log.
    SiteId(u32)
}

impl SiteId {
    /// The log of the instance: sites and tokens.
    pub const INSTANCE: Self = Self(0);
}

number! {
    /// A device of a site, as records name it.
    DeviceNumber(u32)
}

number! {
    /// A device tag. Tags, classifications, rules and segments share one counter, so an id names one thing only.
    TagId(u32)
}

number! {
    /// A classification.
    ClassificationId(u32)
}

number! {
    /// A rule.
    RuleId(u32)
}

number! {
    /// A segment of a site's network; of the same counter.
    SegmentId(u32)
}

number! {
    /// A token of the instance.
    TokenId(u32)
}

number! {
    /// An app registration of the instance.
    AppRegistrationId(u32)
}

number! {
    /// The number of a site's last record; 0 before the first.
    Version(u64)
}

impl Version {
    /// The version that the next record makes.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
