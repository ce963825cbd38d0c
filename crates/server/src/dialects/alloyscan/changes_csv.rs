//! The change log as CSV.

use std::borrow::Cow;

use wire::alloyscan::changes::{Change, Described};

use super::change_log::ChangeLog;
use crate::csv::{Csv, Rows};
use crate::dialects::change_shown;
use crate::failure::Failure;
use crate::json;

/// How many rows are written at once.
const ROWS_AT_ONCE: usize = 250;

/// The first row. `before` and `after` are JSON.
pub(super) const NAMES: [&str; 13] = [
    "id",
    "time",
    "object",
    "entity",
    "change",
    "user",
    "before",
    "after",
    "requestId",
    "version",
    "devices",
    "source",
    "moved",
];

/// The rows of a log that are left.
pub(super) struct ChangeRows {
    log: ChangeLog,
    left: usize,
}

impl ChangeRows {
    /// At most `limit` of what `log` gives.
    pub(super) fn new(log: ChangeLog, limit: usize) -> Self {
        Self { log, left: limit }
    }
}

impl Rows for ChangeRows {
    async fn write(&mut self, csv: &mut Csv) -> Result<bool, Failure> {
        for _ in 0..ROWS_AT_ONCE.min(self.left) {
            let Some(given) = self.log.next().await? else { return Ok(false) };
            self.left -= 1;
            if let Some(entry) = self.log.entry(&given) {
                csv.row(cells(&change_shown::shown(self.log.names(), &entry)));
            }
        }
        Ok(self.left > 0)
    }
}

fn cells<'a>(change: &'a Change<'_>) -> [Cow<'a, str>; NAMES.len()] {
    fn number<N: ToString>(number: Option<N>) -> Cow<'static, str> {
        number.map(|number| number.to_string()).unwrap_or_default().into()
    }
    fn described(said: Option<&Described<'_>>) -> Cow<'static, str> {
        said.and_then(|said| String::from_utf8(json::written(said)).ok()).unwrap_or_default().into()
    }
    [
        change.id.as_str().into(),
        change.time.as_str().into(),
        change.object.into(),
        change.entity.as_str().into(),
        change.change.into(),
        change.user.into(),
        described(change.before.as_ref()),
        described(change.after.as_ref()),
        change.request_id.into(),
        number(change.version),
        number(change.devices),
        change.source.unwrap_or_default().into(),
        number(change.moved),
    ]
}
