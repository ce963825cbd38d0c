//! The catalogue in the parts of a checkpoint: one of each kind of definitions.

use domain::{
    ClassificationFields, ClassificationId, RuleFields, RuleId, SegmentFields, SegmentId, TagFields, TagId,
};
use hashbrown::HashMap;

use super::{Catalogue, Classification, Segment, Tag, Tags};
use crate::DecodeError;
use crate::encoding::{
    Definition, Kind, read_classifications, read_rules, read_segments, read_tags, write_classifications,
    write_rules, write_segments, write_tags,
};

/// The kinds of definitions that every checkpoint has a part of, also when it is empty.
pub(crate) const DEFINITIONS: [Kind; 3] = [Kind::Classifications, Kind::Rules, Kind::Tags];

/// What of a catalogue was read.
#[derive(Debug)]
pub(crate) enum ReadDefinitions {
    Classifications(Vec<Definition<ClassificationFields>>),
    Rules(Vec<Definition<RuleFields>>),
    Tags(Vec<Definition<TagFields>>),
    Segments(Vec<Definition<SegmentFields>>),
}

/// Definitions from their bytes.
pub(crate) fn decode_definitions(kind: Kind, bytes: &[u8]) -> Result<ReadDefinitions, DecodeError> {
    Ok(match kind {
        Kind::Classifications => ReadDefinitions::Classifications(read_classifications(bytes)?),
        Kind::Rules => ReadDefinitions::Rules(read_rules(bytes)?),
        Kind::Segments => ReadDefinitions::Segments(read_segments(bytes)?),
        _ => ReadDefinitions::Tags(read_tags(bytes)?),
    })
}

impl Catalogue {
    /// The counter that ids come from.
    pub(crate) fn last_id(&self) -> u32 {
        self.last_id
    }

    /// Definitions as bytes.
    pub(crate) fn encode_definitions(&self, kind: Kind) -> Vec<u8> {
        match kind {
            Kind::Classifications => {
                let all = self.classifications.iter().map(|(_, one)| (one.id.0, &one.fields, &one.modified));
                write_classifications(all)
            }
            Kind::Rules => write_rules(self.rules.iter().map(|one| (one.id.0, &one.fields, &one.modified))),
            Kind::Segments => {
                write_segments(self.segments.iter().map(|one| (one.id.0, &one.fields, &one.modified)))
            }
            _ => write_tags(self.tags.iter().map(|one| (one.id.0, &one.fields, &one.modified))),
        }
    }

    /// Whether `earlier` has the very same definitions.
    pub(crate) fn shares_definitions(&self, earlier: &Self, kind: Kind) -> bool {
        match kind {
            Kind::Classifications => self.classifications.is_shared_with(&earlier.classifications),
            Kind::Rules => self.rules.is_shared_with(&earlier.rules),
            Kind::Segments => self.segments.is_shared_with(&earlier.segments),
            _ => self.tags.is_shared_with(&earlier.tags),
        }
    }

    /// Adds definitions that were read to a catalogue that has none of their kind.
    pub(crate) fn restore(&mut self, read: ReadDefinitions, last_id: u32) -> Result<(), DecodeError> {
        self.last_id = last_id;
        match read {
            ReadDefinitions::Classifications(all) => {
                for (id, fields, modified) in all {
                    let key = ClassificationId(id);
                    let (twice, known) =
                        (self.classifications.get(key), self.classifications.named(fields.name.as_str()));
                    check(id, last_id, twice.is_some() || known.is_some())?;
                    self.classifications.set(Classification { id: key, fields, modified });
                }
            }
            ReadDefinitions::Rules(all) => {
                for (id, fields, modified) in all {
                    check(id, last_id, self.rules.get(RuleId(id)).is_some())?;
                    self.rules.set(RuleId(id), fields, modified);
                }
            }
            ReadDefinitions::Tags(all) => {
                let mut tags = Vec::with_capacity(all.len());
                for (id, fields, modified) in all {
                    check(id, last_id, false)?;
                    tags.push(Tag { id: TagId(id), fields, modified });
                }
                let tags = Tags::of(tags);
                self.tags = tags.ok_or_else(|| {
                    DecodeError::damaged("definitions", "are not in order, or one is there twice")
                })?;
            }
            ReadDefinitions::Segments(all) => {
                for (id, fields, modified) in all {
                    let key = SegmentId(id);
                    let (twice, known) = (self.segments.get(key), self.segments.named(fields.name.as_str()));
                    check(id, last_id, twice.is_some() || known.is_some())?;
                    self.segments.set(Segment { id: key, fields, modified });
                }
            }
        }
        Ok(())
    }

    /// Sets how many devices carry each tag, and binds the rules.
    pub(crate) fn restored(&mut self, carried: HashMap<TagId, u32>) {
        for (tag, count) in carried {
            if count > 0 {
                self.tags.count(tag, count, 0);
            }
        }
        self.bind();
    }
}

fn check(id: u32, last_id: u32, twice: bool) -> Result<(), DecodeError> {
    let member = format_args!("definition {id}");
    match (id <= last_id, twice) {
        (false, _) => Err(DecodeError::damaged(member, "has an id that was not yet given out")),
        (_, true) => Err(DecodeError::damaged(member, "is there twice")),
        _ => Ok(()),
    }
}
