//! What a site's people define: tags, classifications in their order, rules, and segments.

pub(crate) mod checkpoint;
mod classifications;
mod linted;
mod rulebook;
mod rules;
mod segments;
mod tag_names;
mod tags;

use std::sync::Arc;

use domain::{Owner, Timestamp};

pub use self::classifications::{Classification, Classifications};
pub use self::rulebook::Rulebook;
pub use self::rules::{CHECKS_MAX, Rule, Rules};
pub use self::segments::{RANGES_OF_SITE_MAX, SEGMENTS_MAX, Segment, Segments};
pub use self::tags::{Tag, Tags};

/// Who set something last, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The owner of the token.
    pub by: Owner,
    /// The time of the record.
    pub at: Timestamp,
}

/// The definitions of a site. A clone shares all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    /// The device tags.
    pub tags: Tags,
    /// The classifications, strongest first.
    pub classifications: Classifications,
    /// The rules.
    pub rules: Rules,
    /// The segments.
    pub segments: Segments,
    /// The counter that all their ids come from.
    last_id: u32,
    rulebook: Arc<Rulebook>,
}

impl Catalogue {
    /// The id that the next new definition gets. One counter serves all kinds: an id given where another
    /// kind's is asked for can be told apart (netskope-v2 §6).
    #[must_use]
    pub fn next_id(&self) -> u32 {
        self.last_id + 1
    }

    /// The rules in the form that decides.
    #[must_use]
    pub fn rulebook(&self) -> &Arc<Rulebook> {
        &self.rulebook
    }

    pub(crate) fn used_id(&mut self, id: u32) {
        self.last_id = self.last_id.max(id);
    }

    /// To be called after classifications or rules have changed.
    pub(crate) fn bind(&mut self) {
        self.rulebook = Arc::new(Rulebook::new(&self.classifications, &self.rules, &self.rulebook));
    }
}
