//! Values of dictionaries, as checkpoints keep them.

use domain::{Antivirus, FactText, Label, OsVersion, Outcome, RegistryValue, Sha256};
use prost::Message;

use super::change::read_source;
use super::effects::{OutcomeMessage, read_outcome, write_outcome};
use super::facts::{
    AntivirusListMessage, LabelsMessage, RegistryMessage, read_antivirus_list, read_registry,
    write_antivirus_list, write_registry,
};
use super::read::{Text, all_owned, bytes, millis, moment, optional_moment, owned, text, texts};
use super::{DecodeError, open_body};
use crate::fleet::Reason;

/// A value that a dictionary holds.
pub(crate) trait Value: Sized {
    /// Puts its bytes behind `target`.
    fn write(&self, target: &mut Vec<u8>);

    /// The value of these bytes.
    fn read(bytes: &[u8]) -> Result<Self, DecodeError>;
}

macro_rules! text_values {
    ($($name:ident),+) => {
        $(impl Value for $name {
            fn write(&self, target: &mut Vec<u8>) {
                target.extend(self.text().as_bytes());
            }

            fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
                let utf8 = std::str::from_utf8(bytes);
                text("value", utf8.map_err(|_| DecodeError::damaged("value", "is no UTF-8"))?)
            }
        })+
    };
}
text_values!(FactText, Label, OsVersion);

impl Value for Sha256 {
    fn write(&self, target: &mut Vec<u8>) {
        target.extend(self.bytes());
    }

    fn read(hash: &[u8]) -> Result<Self, DecodeError> {
        bytes("value", hash).map(Self::from_bytes)
    }
}

impl Value for Outcome {
    fn write(&self, target: &mut Vec<u8>) {
        put(target, &write_outcome(self));
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        open_body(bytes, |message: OutcomeMessage| read_outcome(message))
    }
}

impl Value for Vec<Antivirus> {
    fn write(&self, target: &mut Vec<u8>) {
        put(target, &write_antivirus_list(self));
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        open_body(bytes, |message: AntivirusListMessage| read_antivirus_list("value", &message))
    }
}

impl Value for Vec<Label> {
    fn write(&self, target: &mut Vec<u8>) {
        put(target, &LabelsMessage { labels: all_owned(self) });
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        open_body(bytes, |message: LabelsMessage| texts("value", &message.labels))
    }
}

impl Value for Vec<RegistryValue> {
    fn write(&self, target: &mut Vec<u8>) {
        put(target, &write_registry(self));
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        open_body(bytes, |message: RegistryMessage| read_registry("value", &message))
    }
}

/// As [`Reason`].
#[derive(prost::Message)]
struct ReasonMessage {
    /// By [`Source`](domain::Source)'s numbers.
    #[prost(uint32, tag = "1")]
    source: u32,
    #[prost(string, tag = "2")]
    author: String,
    /// Unix seconds.
    #[prost(uint64, tag = "3")]
    at: u64,
    /// Unix milliseconds.
    #[prost(uint64, optional, tag = "4")]
    expires_at: Option<u64>,
}

impl Value for Reason {
    fn write(&self, target: &mut Vec<u8>) {
        let message = ReasonMessage {
            source: self.source as u32,
            author: owned(&self.author),
            at: millis(self.at) / 1000,
            expires_at: self.expires_at.map(millis),
        };
        put(target, &message);
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        open_body(bytes, |message: ReasonMessage| {
            Ok(Self {
                source: read_source(message.source)?,
                author: text("author", &message.author)?,
                at: moment("at", message.at.saturating_mul(1000))?,
                expires_at: optional_moment("expires_at", message.expires_at)?,
            })
        })
    }
}

fn put(target: &mut Vec<u8>, message: &impl Message) {
    message.encode(target).expect("a vector has room for any message");
}
