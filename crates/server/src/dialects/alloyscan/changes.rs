//! `GET /api/v1/changes` (alloyscan, Change log).

use axum::response::Response;
use wire::alloyscan::changes::Change;
use wire::management::List;

use super::change_filter::{PickedOfSpan, picked_of_span};
use super::change_log::ChangeLog;
use super::changes_csv::{self, ChangeRows};
use super::paging::Paging;
use crate::auth::ChangeReader;
use crate::csv::{self, Accepts};
use crate::dialects::change_shown;
use crate::failure::Failure;
use crate::params::Params;
use crate::{json, reply};

/// Lists what changed
///
/// Newest first: who changed what, when, and what it was before. Nothing changes without its entry, which is made in the
/// same commit. What devices say of themselves stands there where it says something new. What the site's retention has
/// let go is not among it.
#[utoipa::path(
    get,
    path = "/api/v1/changes",
    operation_id = "listChanges",
    tag = "change log",
    security(("token" = ["administrator"])),
    params(Paging, PickedOfSpan),
    responses(
        (
            status = 200,
            description = "A page of entries; as CSV all of them, unless there is a `limit`.",
            content((List<Change<'_>> = "application/json"), (String = "text/csv")),
        ),
        (status = 400, description = "A parameter is out of its limits, or none of those that it may be."),
    ),
)]
pub(super) async fn list(
    reader: ChangeReader,
    params: Params,
    accepts: Accepts,
) -> Result<Response, Failure> {
    params.each_once()?;
    let filter = picked_of_span(&params)?;
    if accepts == Accepts::Csv {
        let (offset, limit) = (params.count("offset")?.unwrap_or(0), params.limit(usize::MAX)?);
        let limit = limit.unwrap_or(usize::MAX);
        let place = reader.export_place()?;
        let log = ChangeLog::open(reader, filter, offset, limit).await?;
        let rows = ChangeRows::new(log, limit);
        return csv::answer("changes.csv", &changes_csv::NAMES, rows, place).await;
    }
    let Paging { offset, limit } = Paging::of(&params)?;
    page(ChangeLog::open(reader, filter, offset, limit).await?, limit).await
}

/// A list. An entry is written when it is read: its record, which may be large, is not held longer.
async fn page(mut log: ChangeLog, limit: usize) -> Result<Response, Failure> {
    let total = log.total();
    let mut body = b"{\"items\":[".to_vec();
    let mut written = 0;
    while written < limit {
        let Some(given) = log.next().await? else { break };
        let Some(entry) = log.entry(&given) else { continue };
        if written > 0 {
            body.push(b',');
        }
        body.extend(json::written(&change_shown::shown(log.names(), &entry)));
        written += 1;
    }
    body.extend(format!("],\"total\":{total}}}").into_bytes());
    Ok(reply::written(body))
}
