//! When something was last used and by whom, as answers say it.

use node::LastUse;

/// `lastUsedAt`, `lastUsedBy` and `lastUsedFrom`.
pub(super) struct LastUseShown {
    pub(super) at: Option<String>,
    pub(super) by: Option<String>,
    pub(super) from: Option<String>,
}

impl LastUseShown {
    pub(super) fn of(last: Option<&LastUse>) -> Self {
        let by = last.map(|last| &last.by);
        Self {
            at: last.map(|last| last.at.to_string()),
            by: by.and_then(|by| by.agent.as_ref()).map(ToString::to_string),
            from: by.and_then(|by| by.address).map(|address| address.to_string()),
        }
    }
}
