//! The moves of a record.

use domain::{ClassificationId, DeviceNumber, Outcome, Status};

use super::DecodeError;
use super::numbers::{SetMessage, read_set, write_set};
use super::read::required;
use crate::Move;

/// As [`Move`].
#[derive(prost::Message)]
pub(super) struct MoveMessage {
    #[prost(message, optional, tag = "1")]
    from: Option<OutcomeMessage>,
    #[prost(message, optional, tag = "2")]
    to: Option<OutcomeMessage>,
    #[prost(message, optional, tag = "3")]
    devices: Option<SetMessage>,
}

/// As [`Outcome`].
#[derive(prost::Message)]
pub(super) struct OutcomeMessage {
    /// By [`Status`]'s numbers.
    #[prost(uint32, tag = "1")]
    status: u32,
    #[prost(uint32, optional, tag = "2")]
    classification: Option<u32>,
    #[prost(uint32, repeated, tag = "3")]
    undetermined: Vec<u32>,
}

impl MoveMessage {
    /// Leaves out all devices but one.
    pub(super) fn narrow(&mut self, device: DeviceNumber) {
        if let Some(devices) = &mut self.devices {
            devices.narrow(device);
        }
    }
}

/// A move as a message.
pub(super) fn write_move(one: &Move) -> MoveMessage {
    MoveMessage {
        from: Some(write_outcome(&one.from)),
        to: Some(write_outcome(&one.to)),
        devices: Some(write_set(&one.devices)),
    }
}

/// A move from its message.
pub(super) fn read_move(message: MoveMessage) -> Result<Move, DecodeError> {
    let from = required("from", message.from)?;
    let to = required("to", message.to)?;
    Ok(Move {
        from: read_outcome(from).map_err(|error| error.within("from"))?,
        to: read_outcome(to).map_err(|error| error.within("to"))?,
        devices: read_set("devices", &required("devices", message.devices)?)?,
    })
}

/// An outcome as a message.
pub(super) fn write_outcome(outcome: &Outcome) -> OutcomeMessage {
    OutcomeMessage {
        status: outcome.status as u32,
        classification: outcome.classification.map(|id| id.0),
        undetermined: outcome.undetermined.iter().map(|id| id.0).collect(),
    }
}

/// An outcome from its message.
pub(super) fn read_outcome(message: OutcomeMessage) -> Result<Outcome, DecodeError> {
    let status = Status::ALL.into_iter().find(|status| *status as u32 == message.status);
    Ok(Outcome {
        status: status.ok_or_else(|| DecodeError::unknown_number("status", message.status))?,
        classification: message.classification.map(ClassificationId),
        undetermined: message.undetermined.into_iter().map(ClassificationId).collect(),
    })
}
