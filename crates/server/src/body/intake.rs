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
        Held { intake: Arc::clone(self), bytes: 0 }
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
}

impl Held {
    /// Holds more.
    ///
    /// # Errors
    /// When all requests together would hold too much.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Failure> {
        let Intake { max_bytes, held, read } = &*self.intake;
        let before = held.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        if before.saturating_add(bytes) > *max_bytes {
            self.give_back();
            return Err(Failure::Overloaded);
        }
        read.add(bytes as u64);
        Ok(())
    }

    /// Holds nothing any more.
    pub(super) fn give_back(&mut self) {
        self.intake.held.fetch_sub(self.bytes, Ordering::Relaxed);
        self.bytes = 0;
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
}
