//! Records of sites and of the instance.

use domain::DeviceNumber;

use super::DecodeError;
use super::change::{ChangeMessage, read_change, write_change};
use super::effects::{MoveMessage, read_move, write_move};
use super::instance::{InstanceChangeMessage, read_instance_change, write_instance_change};
use super::read::list;
use super::stamp::{StampMessage, read_stamp, write_stamp};
use crate::{Effects, InstanceRecord, SiteRecord};

/// As [`SiteRecord`].
#[derive(prost::Message)]
pub(super) struct SiteRecordMessage {
    #[prost(message, repeated, tag = "1")]
    changes: Vec<ChangeMessage>,
    #[prost(message, repeated, tag = "2")]
    moves: Vec<MoveMessage>,
    #[prost(message, optional, tag = "15")]
    stamp: Option<StampMessage>,
}

/// As [`InstanceRecord`].
#[derive(prost::Message)]
pub(super) struct InstanceRecordMessage {
    #[prost(message, repeated, tag = "1")]
    changes: Vec<InstanceChangeMessage>,
    #[prost(message, optional, tag = "15")]
    stamp: Option<StampMessage>,
}

/// A site's record as a message.
pub(super) fn write_site(record: &SiteRecord) -> SiteRecordMessage {
    SiteRecordMessage {
        changes: record.changes.iter().map(write_change).collect(),
        moves: record.effects.moves.iter().map(write_move).collect(),
        stamp: Some(write_stamp(record)),
    }
}

/// A site's record from its message.
pub(super) fn read_site(message: SiteRecordMessage) -> Result<SiteRecord, DecodeError> {
    let changes = read_changes(message.changes, read_change)?;
    let moves = list("moves", message.moves, read_move)?;
    Ok(read_stamp(message.stamp)?.on(changes, Effects { moves }))
}

/// As [`read_site`]; of a change or a move that concerns very many devices only this one is told, if it is one of them.
pub(super) fn read_site_of(
    mut message: SiteRecordMessage,
    device: DeviceNumber,
) -> Result<SiteRecord, DecodeError> {
    message.changes.iter_mut().for_each(|change| change.narrow(device));
    message.moves.iter_mut().for_each(|one| one.narrow(device));
    read_site(message)
}

/// A record of the instance as a message.
pub(super) fn write_instance(record: &InstanceRecord) -> InstanceRecordMessage {
    InstanceRecordMessage {
        changes: record.changes.iter().map(write_instance_change).collect(),
        stamp: Some(write_stamp(record)),
    }
}

/// A record of the instance from its message.
pub(super) fn read_instance(message: InstanceRecordMessage) -> Result<InstanceRecord, DecodeError> {
    let changes = read_changes(message.changes, read_instance_change)?;
    Ok(read_stamp(message.stamp)?.on(changes, ()))
}

/// Reads each change; `read` gives `None` for one of an unknown kind.
fn read_changes<M, C>(
    messages: Vec<M>,
    read: fn(M) -> Option<Result<C, DecodeError>>,
) -> Result<Vec<C>, DecodeError> {
    let mut changes = Vec::with_capacity(messages.len());
    for (place, message) in messages.into_iter().enumerate() {
        let change = read(message)
            .ok_or_else(|| DecodeError::UnknownChange { field: format!("changes[{place}]") })?
            .map_err(|error| error.within(format_args!("changes[{place}]")))?;
        changes.push(change);
    }
    Ok(changes)
}
