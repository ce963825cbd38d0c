//! Classifications in the order of their priorities.

use std::sync::Arc;

use domain::{ClassificationFields, ClassificationId, fold};

use super::Stamp;

/// An ordered label with rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classification {
    /// Its id.
    pub id: ClassificationId,
    /// What is set of it.
    pub fields: ClassificationFields,
    /// Who set it last.
    pub modified: Stamp,
}

/// All classifications, strongest first: the priority of one is its place, counted from 1, without gaps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classifications(Arc<Vec<Arc<Classification>>>);

impl Classifications {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each with its priority, strongest first.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Classification)> {
        (1..).zip(self.0.iter().map(|classification| &**classification))
    }

    /// The one of that id, with its priority.
    #[must_use]
    pub fn get(&self, id: ClassificationId) -> Option<(u32, &Classification)> {
        self.iter().find(|(_, classification)| classification.id == id)
    }

    /// The one of that name, whatever its case.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Classification> {
        let name = fold(name);
        self.iter()
            .map(|(_, classification)| classification)
            .find(|classification| fold(classification.fields.name.as_str()) == name)
    }

    /// The name of that one; empty when it does not exist.
    #[must_use]
    pub fn name(&self, id: ClassificationId) -> &str {
        self.get(id).map_or("", |(_, classification)| classification.fields.name.as_str())
    }

    /// Whether both are the same, not just equal.
    pub(crate) fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Adds one as the weakest, or sets the fields of the one with its id.
    pub(crate) fn set(&mut self, classification: Classification) {
        let all = Arc::make_mut(&mut self.0);
        match all.iter_mut().find(|known| known.id == classification.id) {
            Some(known) => *known = Arc::new(classification),
            None => all.push(Arc::new(classification)),
        }
    }

    /// Moves one to priority `to`; those between close up.
    pub(crate) fn move_to(&mut self, id: ClassificationId, to: u32, modified: Stamp) {
        let all = Arc::make_mut(&mut self.0);
        let Some(from) = all.iter().position(|known| known.id == id) else { return };
        let mut moved = all.remove(from);
        Arc::make_mut(&mut moved).modified = modified;
        let place = (to.max(1) as usize - 1).min(all.len());
        all.insert(place, moved);
    }

    pub(crate) fn remove(&mut self, id: ClassificationId) {
        Arc::make_mut(&mut self.0).retain(|known| known.id != id);
    }
}
