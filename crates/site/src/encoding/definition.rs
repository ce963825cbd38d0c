//! What a site's people define, as checkpoints keep it: the fields as records write them, and who set them last.

use std::fmt::Debug;

use domain::{ClassificationFields, RuleFields, SegmentFields, TagFields};
use prost::Message;

use super::catalogue::{Fields, read_fields};
use super::part::{open_squeezed, seal_squeezed};
use super::read::{list, millis, moment, owned, text};
use super::{DecodeError, Kind};
use crate::catalogue::Stamp;

/// Definitions of one kind, in their order.
#[derive(prost::Message)]
struct DefinitionsMessage<F: Message + Default + Debug> {
    #[prost(message, repeated, tag = "1")]
    definitions: Vec<DefinitionMessage<F>>,
}

#[derive(prost::Message)]
struct DefinitionMessage<F: Message + Default + Debug> {
    #[prost(uint32, tag = "1")]
    id: u32,
    #[prost(message, optional, tag = "2")]
    fields: Option<F>,
    #[prost(string, tag = "3")]
    modified_by: String,
    /// Unix milliseconds.
    #[prost(uint64, tag = "4")]
    modified_at: u64,
}

/// A classification, a rule, a tag or a segment: its id, how it is set, and who set it last.
pub(crate) type Definition<T> = (u32, T, Stamp);

macro_rules! definitions {
    ($($kind:ident $fields:ident $write:ident $read:ident),+) => {
        $(
            /// Definitions as the part of a checkpoint of that kind.
            pub(crate) fn $write<'d>(
                definitions: impl Iterator<Item = (u32, &'d $fields, &'d Stamp)>,
            ) -> Vec<u8> {
                write_definitions(Kind::$kind, definitions)
            }

            /// Definitions from the part of a checkpoint of that kind.
            pub(crate) fn $read(bytes: &[u8]) -> Result<Vec<Definition<$fields>>, DecodeError> {
                read_definitions(Kind::$kind, bytes)
            }
        )+
    };
}
definitions!(
    Classifications ClassificationFields write_classifications read_classifications,
    Rules RuleFields write_rules read_rules,
    Tags TagFields write_tags read_tags,
    Segments SegmentFields write_segments read_segments
);

fn write_definitions<'d, T: Fields + 'd>(
    kind: Kind,
    definitions: impl Iterator<Item = (u32, &'d T, &'d Stamp)>,
) -> Vec<u8> {
    let write = |(id, fields, modified): (u32, &'d T, &'d Stamp)| DefinitionMessage {
        id,
        fields: Some(fields.write()),
        modified_by: owned(&modified.by),
        modified_at: millis(modified.at),
    };
    let message = DefinitionsMessage { definitions: definitions.map(write).collect() };
    seal_squeezed(kind, &message)
}

fn read_definitions<T: Fields>(kind: Kind, bytes: &[u8]) -> Result<Vec<Definition<T>>, DecodeError> {
    open_squeezed(kind, bytes, |message: DefinitionsMessage<T::Message>| {
        list("definitions", message.definitions, |definition| {
            let modified = Stamp {
                by: text("modified_by", &definition.modified_by)?,
                at: moment("modified_at", definition.modified_at)?,
            };
            Ok((definition.id, read_fields("fields", definition.fields)?, modified))
        })
    })
}
