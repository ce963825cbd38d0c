//! Going through the blocks of a fleet, on two threads when there are many.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::threads::{spawn_beside, threads};

/// Has `visit` look at the blocks, at parts of them or at several together, one after the other until it breaks or `stop`
/// is true, and gives what it has made of them: one `Found`, or two when there were blocks enough for another thread: when
/// more than `alone` are left after as many. `new` makes one that has seen nothing.
pub(super) fn sweep<Block: Copy + Sync, Found: Send>(
    blocks: &[Block],
    alone: usize,
    stop: Option<&AtomicBool>,
    new: impl Fn() -> Found + Sync,
    visit: impl Fn(&mut Found, Block) -> ControlFlow<()> + Sync,
) -> (Found, Option<Found>) {
    let next = AtomicUsize::new(0);
    let run = |found: &mut Found, most: usize| {
        for _ in 0..most {
            let block = blocks.get(next.fetch_add(1, Ordering::Relaxed));
            let block = block.filter(|_| !stop.is_some_and(|stop| stop.load(Ordering::Relaxed)));
            if block.is_none_or(|block| visit(found, *block).is_break()) {
                next.store(blocks.len(), Ordering::Relaxed);
                break;
            }
        }
    };
    let mut found = new();
    run(&mut found, alone);
    if next.load(Ordering::Relaxed).saturating_add(alone) >= blocks.len() || threads().get() == 1 {
        run(&mut found, usize::MAX);
        return (found, None);
    }
    let other = thread::scope(|scope| {
        let other = spawn_beside(scope, || {
            let mut found = new();
            run(&mut found, usize::MAX);
            found
        });
        run(&mut found, usize::MAX);
        other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    (found, Some(other))
}
