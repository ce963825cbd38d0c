//! What is set of a site.

use crate::access::Access;
use crate::ids::TagId;
use crate::limits::Limits;
use crate::pace::Pacing;
use crate::period::Period;
use crate::time::Timestamp;

/// A site's settings (decided, Common).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteSettings {
    /// How far back the site's history is kept; `None`: all of it. At least an hour, the shortest period.
    pub retention: Option<Period>,
    /// What agents put on devices; `None`: nothing.
    pub agent_tag: Option<AgentTag>,
    /// What is asked of its callers.
    pub access: Access,
    /// How much it may hold.
    pub limits: Limits,
    /// How old a group of facts may become before it is unknown; `None`: as old as it likes.
    pub fact_max_age: Option<Period>,
    /// How fast its callers are served.
    pub pacing: Pacing,
}

/// The tag that a device gets when an agent first reports for it (alloyscan, Segments).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentTag {
    /// The tag.
    pub tag: TagId,
    /// When this was set: a device gets it with its first check-in after that.
    pub since: Timestamp,
}
