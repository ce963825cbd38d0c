//! How much of request bodies is in memory, and how much may be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use node::Counter;

use crate::failure::Failure;

/// Most bytes of request bodies that are in memory at once, of all requests together. What does not fit is refused
/// for the moment: one body may have 16 MiB, and a thousand connections could each send one.
pub(crate) const BODIES_MAX_BYTES: usize = 256 << 20;

/// What all requests hold together.
#[derive(Debug)]
pub(crate) struct Intake {
    max_bytes: usize,
    held: AtomicUsize,
    read: Counter,
}

impl Intake {
    /// One that holds at most so much.
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, held: AtomicUsize::default(), read: Counter::default() }
    }

    /// A share of it, empty at first.
    pub(crate) fn share(self: &Arc<Self>) -> Held {
        Held { intake: Arc::clone(self), bytes: 0, announced: 0 }
    }

    /// A share that holds all `bytes` of a body before they come. `None` when half of everything would be held: the
    /// other half is for callers who have shown a token.
    pub(crate) fn share_ahead(self: &Arc<Self>, bytes: usize) -> Option<Held> {
        let before = self.held.fetch_add(bytes, Ordering::Relaxed);
        // Dropped, it gives back what was added.
        let held = Held { intake: Arc::clone(self), bytes, announced: bytes };
        (before.saturating_add(bytes) <= self.max_bytes / 2).then_some(held)
    }

    /// What is held at this moment.
    pub(crate) fn bytes_held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// What was read since the server started.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.read.get()
    }
}

/// What one request holds. It is given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    intake: Arc<Intake>,
    bytes: usize,
    /// How many of them have not come yet.
    announced: usize,
}

impl Held {
    /// Takes in so many bytes, and holds more for those that it did not hold before they came.
    ///
    /// # Errors
    /// When all requests together would hold too much.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Failure> {
        let Intake { max_bytes, held, read } = &*self.intake;
        let more = bytes.saturating_sub(self.announced);
        self.announced = self.announced.saturating_sub(bytes);
        let before = held.fetch_add(more, Ordering::Relaxed);
        self.bytes += more;
        if more > 0 && before.saturating_add(more) > *max_bytes {
            self.give_back();
            return Err(Failure::Overloaded);
        }
        read.add(bytes as u64);
        Ok(())
    }

    /// Holds nothing any more.
    pub(super) fn give_back(&mut self) {
        self.intake.held.fetch_sub(self.bytes, Ordering::Relaxed);
        (self.bytes, self.announced) = (0, 0);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_bounded_and_given_back() {
        let intake = Arc::new(Intake::new(10));
        let (mut one, mut two) = (intake.share(), intake.share());
        one.grow(4).unwrap();
        one.grow(2).unwrap();
        two.grow(4).unwrap();
        assert!(matches!(two.grow(1), Err(Failure::Overloaded)));
        assert_eq!(intake.bytes_held(), 6, "who was refused holds nothing");
        drop(one);
        two.grow(10).unwrap();
        drop(two);
        assert_eq!((intake.bytes_held(), intake.bytes_read()), (0, 20));
    }

    #[test]
    fn what_is_read_ahead_is_held_from_the_start_and_leaves_the_other_half() {
        let intake = Arc::new(Intake::new(10));
        let mut ahead = intake.share_ahead(4).unwrap();
        assert!(intake.share_ahead(2).is_none());
        assert_eq!((intake.bytes_held(), intake.bytes_read()), (4, 0));
        let mut other = intake.share();
        other.grow(6).unwrap();
        ahead.grow(3).unwrap();
        ahead.grow(1).unwrap();
        assert_eq!((intake.bytes_held(), intake.bytes_read()), (10, 10), "it was held already");
        assert!(matches!(ahead.grow(1), Err(Failure::Overloaded)));
        assert_eq!(intake.bytes_held(), 6);
    }
}
