//! A moment in the life of a log.

use std::sync::Arc;

use site::State;
use store::Hash;

/// A state with the hash of its last record, which the next one is chained to.
#[derive(Debug)]
pub(crate) struct Point<S> {
    pub(crate) state: Arc<S>,
    /// [`Hash::ZERO`] before the first record.
    pub(crate) hash: Hash,
}

impl<S: State + Default> Point<S> {
    /// Where every log begins.
    pub(crate) fn start() -> Self {
        Self { state: Arc::default(), hash: Hash::ZERO }
    }
}

impl<S> Clone for Point<S> {
    fn clone(&self) -> Self {
        Self { state: Arc::clone(&self.state), hash: self.hash }
    }
}
