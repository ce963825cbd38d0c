//! Work on a site or on the whole server, as bodies say it and as it is shown.

use domain::{Maintenance, Notice};
use site::instance::commands::ChangeMaintenance;
use wire::sites::{self, PatchMaintenance};

use crate::violations::Violations;

/// What is to change of it; the members are those of `within`, empty or ended by a point. What is wrong is noted.
pub(super) fn change(said: &PatchMaintenance, within: &str, wrong: &mut Violations) -> ChangeMaintenance {
    let message = said.message.as_ref();
    let message =
        message.map(|said| wrong.take_some(format!("{within}message"), said.as_deref().map(Notice::new)));
    let retry_after = said.retry_after.map(Maintenance::retry_after);
    ChangeMaintenance {
        on: said.on,
        message,
        retry_after_seconds: wrong.take_some(format!("{within}retryAfter"), retry_after),
    }
}

/// As it is, or was, set.
pub(in crate::dialects) fn shown(maintenance: &Maintenance) -> sites::Maintenance {
    sites::Maintenance {
        on: maintenance.on,
        message: maintenance.message.as_ref().map(ToString::to_string),
        retry_after: maintenance.retry_after_seconds,
    }
}
