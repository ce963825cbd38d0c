//! Lists as CSV (RFC 4180), for who accepts `text/csv`: written and sent some rows at a time, however many there are.

mod accept;
mod body;
mod text;

use std::future::Future;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use tokio::sync::mpsc::{self, Sender};
use tokio::time::{Instant, timeout_at};

pub(crate) use self::accept::Accepts;
use self::body::{Part, Streamed};
pub(crate) use self::text::Csv;
use crate::failure::Failure;

/// From so many bytes on, what was written is sent.
const PART_BYTES: usize = 64 << 10;
/// Parts that wait to be sent, besides the one that is being written.
const PARTS_WAITING: usize = 2;
/// An answer that was not taken whole by then breaks off: it holds the state that it is read from.
const ANSWER_MAX: Duration = Duration::from_secs(900);
/// One of which no part was taken for so long does too.
const PART_MAX: Duration = Duration::from_secs(60);

/// Where the rows of an answer come from.
pub(crate) trait Rows: Send + 'static {
    /// Writes the next rows, a few thousand at most; `false` when there are none after them. What fails before the
    /// first part is full is the answer; later the answer breaks off.
    fn write(&mut self, csv: &mut Csv) -> impl Future<Output = Result<bool, Failure>> + Send;
}

/// An answer with a first row of names and then `rows`. It has `turn` until it was sent.
///
/// # Errors
/// As `rows`, of what they fail at first.
pub(crate) async fn answer(
    file_name: &'static str,
    names: &[&str],
    mut rows: impl Rows,
    turn: impl Send + 'static,
) -> Result<Response, Failure> {
    let mut csv = Csv::default();
    csv.row(names);
    let more = fill(&mut rows, &mut csv).await?;
    if !more {
        return Ok(response(file_name, Body::from(csv.take())));
    }
    let (parts, sent) = mpsc::channel(PARTS_WAITING);
    tokio::spawn(async move {
        // Who takes too long, or has left, ends it here; without the end the answer is seen to be broken off.
        let _turn = turn;
        _ = timeout_at(Instant::now() + ANSWER_MAX, send(rows, csv, parts)).await;
    });
    Ok(response(file_name, Body::new(Streamed(sent))))
}

/// Sends what was written, then the rows that are left; nothing when nobody waits for it any more.
async fn send(mut rows: impl Rows, mut csv: Csv, parts: Sender<Part>) -> Option<()> {
    let mut more = true;
    while more {
        parts.send_timeout(Part::Rows(Bytes::from(csv.take())), PART_MAX).await.ok()?;
        more = fill(&mut rows, &mut csv).await.ok()?;
    }
    parts.send_timeout(Part::Rows(Bytes::from(csv.take())), PART_MAX).await.ok()?;
    parts.send_timeout(Part::End, PART_MAX).await.ok()
}

/// Writes rows until a part is full; `false` when they came to their end.
async fn fill(rows: &mut impl Rows, csv: &mut Csv) -> Result<bool, Failure> {
    while csv.len() < PART_BYTES {
        if !rows.write(csv).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn response(file_name: &str, body: Body) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{file_name}\""));
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        disposition.expect("names of files are made of letters, dots and hyphens"),
    );
    response
}

#[cfg(test)]
mod tests;
