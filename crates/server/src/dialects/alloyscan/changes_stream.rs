//! `GET /api/v1/changes/stream`: the change log as it happens.

use axum::response::Response;

use super::change_cursor::LastEventId;
use super::change_filter::{Picked, picked};
use super::change_stream::ChangeStream;
use crate::auth::ChangeReader;
use crate::failure::Failure;
use crate::params::Params;
use crate::streams;

/// Follows what changes
///
/// Server-sent events (`text/event-stream`): each entry of the change log as an event `change`, whose data is an item of
/// `GET /api/v1/changes`, in the order in which they were made; from now on, or from behind the cursor that the request
/// has. The `id` of an event is the cursor behind it; one without data says how far all was read. A reader that comes
/// again with the last id it saw, as browsers do by themselves, misses nothing and sees nothing twice. The stream ends
/// when the token does not count any more, when the site is under maintenance or has moved, when the server stops, and
/// when its reader takes nothing for a minute. At most 8 streams of one token are open at once, and 64 of a site.
#[utoipa::path(
    get,
    path = "/api/v1/changes/stream",
    operation_id = "streamChanges",
    tag = "change log",
    security(("token" = ["administrator"])),
    params(
        Picked,
        ("Last-Event-ID" = Option<String>, Header, description = "The cursor to go on from: the last id that was seen."),
        ("lastEventId" = Option<String>, Query, description = "The same for who cannot set the header, which goes before it."),
        ("follow" = Option<bool>, Query, description = "`false`: the answer ends with what there is. Absent: it goes on."),
    ),
    responses(
        (status = 200, description = "Events, until either side ends it.", content_type = "text/event-stream", body = String),
        (status = 400, description = "A parameter is none of those that it may be, or the cursor is none."),
        (status = 409, description = "The cursor is of another history: another site's, or the store was restored or replaced since."),
        (status = 410, description = "What came after the cursor was pruned."),
    ),
)]
pub(super) async fn stream(
    reader: ChangeReader,
    params: Params,
    last: LastEventId,
) -> Result<Response, Failure> {
    let filter = picked(&params)?;
    let follows = params.text("follow").is_none() || params.flag("follow")?;
    let place = reader.stream_place()?;
    let stream = ChangeStream::open(reader, filter, last.0).await?;
    let (events, response) = streams::events();
    tokio::spawn(stream.run(events, place, follows));
    Ok(response)
}
