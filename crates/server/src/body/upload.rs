//! A body that is still coming while its request is answered.
//!
//! Whoever closes a connection with bytes of it unread takes the answer from a client that is still sending: its
//! system drops what it has received. So what an answer left unread is read and thrown away, within bounds.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use tokio::sync::Mutex;

use super::{Held, read};
use crate::failure::Failure;

/// Most bytes that are read for nothing.
const DISCARD_MAX_BYTES: u64 = 64 << 20;
/// How long they may take.
const DISCARD_TIMEOUT: Duration = Duration::from_secs(5);

/// The body of a request, shared by the handler that may read it and the edge that reads what is left.
#[derive(Clone)]
pub(crate) struct Upload(Arc<Mutex<Unread>>);

struct Unread {
    /// `None` once all of it was read.
    body: Option<Body>,
    /// Whether the client waits for the word to send it, which reading it gives.
    awaited: bool,
    /// What of it is in memory.
    held: Held,
}

impl Upload {
    /// Of the request with these headers.
    pub(crate) fn of(headers: &HeaderMap, body: Body, held: Held) -> Self {
        let awaited = headers.contains_key(header::EXPECT);
        Self(Arc::new(Mutex::new(Unread { body: Some(body), awaited, held })))
    }

    /// All of it.
    ///
    /// # Errors
    /// When it is larger than `max_bytes`, or does not come whole and in time.
    pub(super) async fn read(&self, max_bytes: usize) -> Result<Bytes, Failure> {
        let mut unread = self.0.lock().await;
        let Unread { body: Some(body), awaited, held } = &mut *unread else { return Ok(Bytes::new()) };
        if body.size_hint().lower() > max_bytes as u64 {
            return Err(Failure::TooLarge { max_bytes });
        }
        *awaited = false;
        let bytes = read(body, max_bytes, held).await?;
        unread.body = None;
        Ok(bytes)
    }

    /// Reads on after the answer, beside its being sent.
    pub(crate) async fn discard(self) {
        let mut unread = self.0.lock_owned().await;
        unread.held.give_back();
        // Who waits for the word to send will not send without it.
        let Unread { body: Some(body), awaited: false, .. } = &mut *unread else { return };
        if body.is_end_stream() {
            return;
        }
        // What does not come in time, or breaks off, ends with its connection.
        drop(tokio::time::timeout(DISCARD_TIMEOUT, discard(body)).await);
    }
}

async fn discard(body: &mut Body) {
    let mut rest = DISCARD_MAX_BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
        match rest.checked_sub(bytes) {
            Some(left) => rest = left,
            None => return,
        }
    }
}
