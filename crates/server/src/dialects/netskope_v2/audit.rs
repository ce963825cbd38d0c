//! `GET /api/v2/events/data/audit`: what people and integrations did (netskope-v2 §10).

use std::sync::Arc;

use axum::response::Response;
use domain::{Error, SiteId, Timestamp};
use site::queries::audit::{AUDIT_EVENTS_MAX, AUDIT_TYPE, Event, Field};
use site::queries::language::Query;
use site::{Instance, Site};
use wire::netskope_v2::{AuditEvent, AuditReply, SupportingData};

use super::audit_trail::{Entry, Trail};
use crate::auth::{ClientStatus, Viewer};
use crate::failure::Failure;
use crate::params::Params;
use crate::reply;

/// Lists what people and integrations did
///
/// Newest first; what devices reported is not among it. What is done between two pages moves no page after the first if
/// `endtime` is given. What the site's retention has let go is not among it.
#[utoipa::path(
    get,
    path = "/api/v2/events/data/audit",
    operation_id = "listAuditEvents",
    tag = "neighbours",
    security(("token" = ["client_status:view"])),
    params(Search),
    responses(
        (status = 200, description = "A page of events.", body = AuditReply),
        (status = 400, description = "A parameter cannot be understood."),
    ),
)]
pub(super) async fn list(viewer: Viewer<ClientStatus>, params: Params) -> Result<Response, Failure> {
    let result = found(&viewer, Search::of(&params)?).await?;
    Ok(reply::ok(&AuditReply { ok: 1, result }))
}

/// A page of events.
///
/// # Errors
/// When the store cannot be read, or too many search.
pub(in crate::dialects) async fn found(
    viewer: &Viewer<ClientStatus>,
    search: Search,
) -> Result<Vec<AuditEvent>, Failure> {
    let Search { start, end, query, offset, limit } = search;
    let instance = viewer.instance();
    let mut trail = Trail::new(viewer, &instance, start, end, offset.saturating_add(limit)).await?;
    // Then there may be far more events to look at than to show.
    let heavy = query.is_some() || offset > 0;
    let (id, site) = (viewer.site_id(), Arc::clone(viewer.site()));
    let mut page = Page { id, site, instance, query, skip: offset, limit, shown: Vec::new() };
    while page.shown.len() < page.limit {
        let entries = trail.next().await?;
        if entries.is_empty() {
            break;
        }
        if heavy {
            page = viewer.search(move |_| page.with(&entries)).await?;
        } else {
            page = page.with(&entries);
        }
    }
    Ok(page.shown)
}

/// What is looked for, and what was found of it.
struct Page {
    id: SiteId,
    site: Arc<Site>,
    instance: Arc<Instance>,
    query: Option<Query<Field>>,
    /// How many more events to leave out.
    skip: usize,
    limit: usize,
    shown: Vec<AuditEvent>,
}

impl Page {
    /// With the events of records that follow those before.
    fn with(mut self, entries: &[Entry]) -> Self {
        let Self { id, site, instance, query, skip, limit, shown } = &mut self;
        for entry in entries {
            entry.for_each(*id, site, instance, |event| {
                if query.as_ref().is_some_and(|query| !query.matches(&event)) {
                    return;
                }
                if *skip > 0 {
                    *skip -= 1;
                } else if shown.len() < *limit {
                    shown.push(event_shown(&event, instance, site));
                }
            });
        }
        self
    }
}

/// What a call asks for.
pub(in crate::dialects) struct Search {
    pub(in crate::dialects) start: Timestamp,
    pub(in crate::dialects) end: Option<Timestamp>,
    pub(in crate::dialects) query: Option<Query<Field>>,
    pub(in crate::dialects) offset: usize,
    pub(in crate::dialects) limit: usize,
}

impl Search {
    /// Reads the parameters. Bounds are whole seconds and included; a limit above the cap is the cap.
    fn of(params: &Params) -> Result<Self, Failure> {
        let start = params.number("starttime")?.map(Timestamp::from_seconds).unwrap_or_default();
        let end = params.number("endtime")?.map(|end| Timestamp::from_seconds(end).plus_millis(999));
        let query = params.text("query").map(read_query).transpose()?;
        let offset = params.count("offset")?.unwrap_or(0);
        let limit = params.count("limit")?.unwrap_or(AUDIT_EVENTS_MAX).min(AUDIT_EVENTS_MAX);
        Ok(Self { start, end, query, offset, limit })
    }
}

fn read_query(text: &str) -> Result<Query<Field>, Failure> {
    Query::parse(text)
        .map_err(|error| Error::invalid("query", "syntax", format!("syntax error: query: {error}")).into())
}

fn event_shown(event: &Event<'_>, instance: &Instance, site: &Site) -> AuditEvent {
    AuditEvent {
        id: event.id.to_string(),
        timestamp: event.at.seconds(),
        user: event.user.to_string(),
        kind: AUDIT_TYPE.to_owned(),
        audit_log_event: event.name.to_owned(),
        supporting_data: SupportingData {
            data_type: event.data_type().to_owned(),
            data_values: event.data_values(instance, site),
        },
    }
}
