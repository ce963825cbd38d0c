//! What a reader sees.

use std::ops::Deref;
use std::sync::Arc;

use arc_swap::Guard;

use crate::point::Point;

/// A state as it was published last. Unlike an `Arc` of it, one is taken and let go of without moving a count that all
/// readers share, which the processors would have to hand to each other with every request.
#[derive(Debug)]
pub struct Snapshot<S>(Guard<Arc<Point<S>>>);

impl<S> Snapshot<S> {
    pub(crate) fn new(point: Guard<Arc<Point<S>>>) -> Self {
        Self(point)
    }
}

impl<S> Deref for Snapshot<S> {
    type Target = Arc<S>;

    fn deref(&self) -> &Arc<S> {
        &self.0.state
    }
}
