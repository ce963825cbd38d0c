//! Work spread over threads.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::DecodeError;
use crate::threads::spawn_beside;

/// A piece of work that leaves its result where it belongs.
pub(super) type Task<'t> = Box<dyn FnOnce() -> Result<(), DecodeError> + Send + 't>;

/// What `work` makes of each item, in their order, on up to `threads` threads with this one.
///
/// # Errors
/// That of the first item of which it made none.
pub(super) fn in_parallel<I: Send, O: Send>(
    threads: NonZeroUsize,
    items: Vec<I>,
    work: impl Fn(I) -> Result<O, DecodeError> + Sync,
) -> Result<Vec<O>, DecodeError> {
    let more = threads.get().min(items.len()).saturating_sub(1);
    let queue = Mutex::new(items.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let run = || -> Vec<_> { std::iter::from_fn(next).map(|(place, item)| (place, work(item))).collect() };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (0..more).map(|_| spawn_beside(scope, run)).collect();
        let mut done = run();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_and_errors_come_in_the_order_of_the_items() {
        for threads in 1..5 {
            let threads = NonZeroUsize::new(threads).unwrap();
            let doubled = in_parallel(threads, (0..100).collect(), |item| Ok(item * 2)).unwrap();
            assert_eq!(doubled, (0..100).map(|item| item * 2).collect::<Vec<_>>());
            let refuse = |item: u32| match item {
                0..30 => Ok(item),
                _ => Err(DecodeError::damaged(item, "is refused")),
            };
            let error = in_parallel(threads, (0..100).collect(), refuse).unwrap_err();
            assert_eq!(error, DecodeError::damaged(30, "is refused"));
        }
    }
}
