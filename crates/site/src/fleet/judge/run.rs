//! Going through the blocks of a fleet on several threads.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rules::block::{Revision, Words};

use super::super::Fleet;
use super::lookups::Lookups;
use super::{Judge, Verdicts};
use crate::threads::{spawn_beside, threads};

/// Blocks that a thread takes at a time.
const BATCH: usize = 16;
/// Blocks that are worth a thread of their own.
const BLOCKS_A_THREAD: usize = 64;

impl Fleet {
    /// What `revision` makes of the devices that are `within` (asked for a block by its number): those that move, and of
    /// how many the rules are true that it counts. `None` once `stop` is true.
    pub(crate) fn judge(
        &self,
        revision: &Revision,
        within: impl Fn(usize) -> Words + Sync,
        stop: &AtomicBool,
    ) -> Option<Verdicts> {
        let wanted = (0..self.blocks.len()).map(|number| (number, within(number)));
        let wanted: Vec<_> = wanted.filter(|(_, within)| !within.is_empty()).collect();
        if wanted.is_empty() {
            return Some(Verdicts::default());
        }
        let lookups = Lookups::new(revision, self);
        let next = AtomicUsize::new(0);
        let work = || {
            let mut judge = Judge::new(self, revision, &lookups, stop);
            loop {
                let first = next.fetch_add(BATCH, Ordering::Relaxed);
                let Some(batch) = wanted.get(first..) else { return judge.done() };
                for (number, within) in batch.iter().take(BATCH) {
                    if stop.load(Ordering::Relaxed) {
                        return judge.done();
                    }
                    judge.judge(&self.blocks[*number], *number, within);
                }
            }
        };
        let more = threads().get().min(wanted.len() / BLOCKS_A_THREAD).saturating_sub(1);
        let (verdicts, kept) = thread::scope(|scope| {
            let others: Vec<_> = (0..more).map(|_| spawn_beside(scope, work)).collect();
            let (mut verdicts, mut kept) = work();
            for other in others {
                let (more, more_kept) = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                verdicts.join(more);
                kept.extend(more_kept);
            }
            (verdicts, kept)
        });
        // What a thread left off for it is worth nothing.
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        if !kept.is_empty() {
            self.keeper.0.keep(lookups.kept_anew(kept, self.blocks.len()));
        }
        Some(verdicts)
    }
}
