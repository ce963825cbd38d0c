//! Going through the blocks of a fleet on several threads.

use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rules::block::{Outcomes, Revision, Words};

use super::super::Fleet;
use super::Judge;
use super::groups::Group;
use super::lookups::Lookups;

/// Blocks that a thread takes at a time.
const BATCH: usize = 16;
/// Blocks that are worth a thread of their own.
const BLOCKS_A_THREAD: usize = 64;

impl Fleet {
    /// Judges the devices that are `within`, and lets `judged` add to what each thread gathers: devices of the block of
    /// that number, the number of the outcome that they get, and where they are. Gives what each thread gathered, with
    /// its outcomes; `None` once `stop` is true.
    pub(super) fn run<T: Default + Send>(
        &self,
        revision: &Revision,
        within: &(impl Fn(usize) -> Words + Sync),
        stop: &AtomicBool,
        judged: impl Fn(&mut T, usize, &Group, u32, Words) + Sync,
    ) -> Option<Vec<(T, Outcomes)>> {
        let wanted: Vec<_> = (0..self.blocks.len()).filter(|number| !within(*number).is_empty()).collect();
        if wanted.is_empty() {
            return Some(Vec::new());
        }
        let lookups = Lookups::new(revision, self);
        let next = AtomicUsize::new(0);
        let work = || {
            let (mut gathered, mut judge) = (T::default(), Judge::new(self, revision, &lookups));
            loop {
                let first = next.fetch_add(BATCH, Ordering::Relaxed);
                if first >= wanted.len() {
                    return Some((gathered, judge.into_outcomes()));
                }
                for number in wanted[first..].iter().take(BATCH).copied() {
                    if stop.load(Ordering::Relaxed) {
                        return None;
                    }
                    judge.judge(&self.blocks[number], number, &within(number), |group, to, places| {
                        judged(&mut gathered, number, group, to, places);
                    });
                }
            }
        };
        let more = threads().get().min(wanted.len() / BLOCKS_A_THREAD).saturating_sub(1);
        thread::scope(|scope| {
            let others: Vec<_> = (0..more).map(|_| scope.spawn(work)).collect();
            let mut parts = vec![work()];
            for other in others {
                parts.push(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            parts.into_iter().collect()
        })
    }
}

/// As many as this machine runs at a time; asked once, since asking reads files.
fn threads() -> NonZeroUsize {
    static THREADS: OnceLock<NonZeroUsize> = OnceLock::new();
    *THREADS.get_or_init(|| thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
}
