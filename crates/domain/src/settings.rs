//! What is set of a site.

use crate::period::Period;

/// A site's settings (decided, Common).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteSettings {
    /// How far back the site's history is kept; `None`: all of it. At least an hour, the shortest period.
    pub retention: Option<Period>,
}
