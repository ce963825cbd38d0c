//! Work on the whole server.

use domain::Maintenance;

use super::DecodeError;
use super::catalogue::{Fields, read_fields};
use super::read::{owned, text};

/// As [`domain::InstanceChange::MaintenanceChanged`].
#[derive(prost::Message)]
pub(super) struct MaintenanceChangedMessage {
    #[prost(message, optional, tag = "1")]
    before: Option<MaintenanceMessage>,
    #[prost(message, optional, tag = "2")]
    after: Option<MaintenanceMessage>,
}

/// As [`Maintenance`].
#[derive(prost::Message)]
pub(super) struct MaintenanceMessage {
    #[prost(bool, tag = "1")]
    on: bool,
    #[prost(string, optional, tag = "2")]
    message: Option<String>,
    #[prost(uint32, tag = "3")]
    retry_after_seconds: u32,
}

impl MaintenanceChangedMessage {
    pub(super) fn write(before: &Maintenance, after: &Maintenance) -> Self {
        Self { before: Some(before.write()), after: Some(after.write()) }
    }

    /// As it was, and as set.
    pub(super) fn read(self) -> Result<(Maintenance, Maintenance), DecodeError> {
        Ok((read_fields("before", self.before)?, read_fields("after", self.after)?))
    }
}

impl Fields for Maintenance {
    type Message = MaintenanceMessage;

    fn write(&self) -> MaintenanceMessage {
        MaintenanceMessage {
            on: self.on,
            message: self.message.as_ref().map(owned),
            retry_after_seconds: self.retry_after_seconds,
        }
    }

    fn read(message: MaintenanceMessage) -> Result<Self, DecodeError> {
        let retry_after = Self::retry_after(message.retry_after_seconds.into());
        Ok(Self {
            on: message.on,
            message: message.message.as_deref().map(|said| text("message", said)).transpose()?,
            retry_after_seconds: retry_after
                .map_err(|error| DecodeError::damaged("retry_after_seconds", error.message))?,
        })
    }
}
