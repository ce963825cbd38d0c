//! What all records say of themselves.

use std::sync::Arc;

use domain::{Owner, Timestamp, Version};
use uuid::Uuid;

use super::DecodeError;
use super::read::{bytes, millis, moment, owned, required, text};
use crate::Record;

/// The members that records share. It stands last in a record, so that one that was cut short has none.
#[derive(prost::Message)]
pub(super) struct StampMessage {
    #[prost(uint64, tag = "1")]
    version: u64,
    /// Unix milliseconds.
    #[prost(uint64, tag = "2")]
    time: u64,
    #[prost(string, tag = "3")]
    actor: String,
    #[prost(oneof = "RequestId", tags = "4, 5")]
    request_id: Option<RequestId>,
}

/// Request ids are mostly UUIDs, which are shorter as bytes.
#[derive(prost::Oneof)]
enum RequestId {
    #[prost(string, tag = "4")]
    Text(String),
    /// 16 bytes; the text is the common one, lower-case with hyphens.
    #[prost(bytes = "vec", tag = "5")]
    Uuid(Vec<u8>),
}

/// A stamp, read.
pub(super) struct Stamp {
    version: Version,
    time: Timestamp,
    actor: Owner,
    request_id: Arc<str>,
}

impl Stamp {
    /// The record of this stamp.
    pub(super) fn on<C, E>(self, changes: Vec<C>, effects: E) -> Record<C, E> {
        let Self { version, time, actor, request_id } = self;
        Record { version, time, actor, request_id, changes, effects }
    }
}

/// A record's stamp as a message.
pub(super) fn write_stamp<C, E>(record: &Record<C, E>) -> StampMessage {
    StampMessage {
        version: record.version.0,
        time: millis(record.time),
        actor: owned(&record.actor),
        request_id: Some(write_request_id(&record.request_id)),
    }
}

/// A record's stamp from its message.
pub(super) fn read_stamp(message: Option<StampMessage>) -> Result<Stamp, DecodeError> {
    let stamp = required("stamp", message)?;
    Ok(Stamp {
        version: Version(stamp.version),
        time: moment("time", stamp.time)?,
        actor: text("actor", &stamp.actor)?,
        request_id: read_request_id(required("request_id", stamp.request_id)?)?,
    })
}

fn write_request_id(id: &str) -> RequestId {
    match Uuid::try_parse(id) {
        Ok(uuid) if uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == id => {
            RequestId::Uuid(uuid.as_bytes().to_vec())
        }
        _ => RequestId::Text(id.to_owned()),
    }
}

fn read_request_id(id: RequestId) -> Result<Arc<str>, DecodeError> {
    Ok(match id {
        RequestId::Text(text) => text.into(),
        RequestId::Uuid(uuid) => {
            let uuid = Uuid::from_bytes(bytes("request_id", &uuid)?);
            (&*uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer())).into()
        }
    })
}
