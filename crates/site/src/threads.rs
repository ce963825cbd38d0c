//! Threads that share a piece of work with the one that starts them.

use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::thread::{self, Scope, ScopedJoinHandle};

/// As many as this machine runs at a time; asked once, since asking reads files.
pub(crate) fn threads() -> NonZeroUsize {
    static THREADS: OnceLock<NonZeroUsize> = OnceLock::new();
    *THREADS.get_or_init(|| thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
}

/// Starts a thread that begins on another processor than this one. Where the other processors of a virtual machine are
/// asleep, the system mostly leaves both on one for some milliseconds, and what is shared here takes no longer.
pub(crate) fn spawn_beside<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> ScopedJoinHandle<'scope, T> {
    let elsewhere = Elsewhere::than_here();
    let leaves = elsewhere.is_known();
    let started = scope.spawn(move || {
        elsewhere.go();
        work()
    });
    if leaves {
        // To go there it must first run here, which otherwise it would when this one's turn is over.
        thread::yield_now();
    }
    started
}

/// The processors besides that of a thread. Elsewhere than on Linux they are the system's matter.
#[derive(Debug, Default)]
struct Elsewhere {
    /// All on which it may run, and those that are not its own; none if there are no others.
    #[cfg(target_os = "linux")]
    processors: Option<[rustix::thread::CpuSet; 2]>,
}

impl Elsewhere {
    #[cfg(target_os = "linux")]
    fn than_here() -> Self {
        let all = rustix::thread::sched_getaffinity(None).ok();
        let processors = all.and_then(|all| {
            let mut others = all;
            others.unset(rustix::thread::sched_getcpu());
            (others.count() > 0).then_some([all, others])
        });
        Self { processors }
    }

    #[cfg(not(target_os = "linux"))]
    fn than_here() -> Self {
        Self::default()
    }

    /// Whether there are others.
    fn is_known(&self) -> bool {
        #[cfg(target_os = "linux")]
        return self.processors.is_some();
        #[cfg(not(target_os = "linux"))]
        false
    }

    /// Moves this thread there. From then on it may run on all again.
    fn go(self) {
        self.go_and(|| ());
    }

    /// The same, with something done before it may run on all again.
    fn go_and<T>(self, work: impl FnOnce() -> T) -> T {
        #[cfg(target_os = "linux")]
        if let Some([all, others]) = self.processors {
            // If the system does not let it, it runs where it is.
            let _ = rustix::thread::sched_setaffinity(None, &others);
            let done = work();
            let _ = rustix::thread::sched_setaffinity(None, &all);
            return done;
        }
        work()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::thread::{sched_getaffinity, sched_getcpu};

    use super::*;

    #[test]
    fn a_thread_begins_on_another_processor_and_may_run_on_all() {
        let all = sched_getaffinity(None).unwrap();
        let elsewhere = Elsewhere::than_here();
        let others = elsewhere.processors.as_ref().map_or(all, |[_, others]| *others);
        // Of one processor there is no other.
        assert_eq!(others.count(), (all.count() - 1).max(1));
        thread::scope(|scope| {
            let run = || elsewhere.go_and(|| (sched_getaffinity(None).unwrap(), sched_getcpu()));
            let (may, at) = scope.spawn(run).join().unwrap();
            assert!(may == others && others.is_set(at));
            let may = spawn_beside(scope, || sched_getaffinity(None).unwrap()).join().unwrap();
            assert_eq!(may, all);
        });
    }
}
