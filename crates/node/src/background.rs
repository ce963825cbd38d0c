//! Work of many milliseconds, which gives way to requests.

use std::panic::resume_unwind;
use std::thread;

use tokio::task::{JoinHandle, spawn_blocking};

/// By how much the priority of such work is lower than that of threads which serve requests.
#[cfg(target_os = "linux")]
const LESS_PRIORITY: i32 = 10;

/// Begins work on a thread that gives way to others, as the threads do that it starts. The thread is its own: one that
/// has given up its priority does not get it back. Where the system gives none, the work keeps its priority.
pub(crate) fn begin<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    // The runtime is to know of it as of other work that takes long.
    spawn_blocking(move || {
        let mut left = Some(work);
        let done = thread::scope(|scope| {
            let run = || {
                give_way();
                left.take().map(|work| work())
            };
            let thread =
                thread::Builder::new().name("background".to_owned()).spawn_scoped(scope, run).ok()?;
            thread.join().unwrap_or_else(|panic| resume_unwind(panic))
        });
        done.unwrap_or_else(|| left.expect("work that no thread has taken is left")())
    })
}

/// On Linux a priority is a thread's. Elsewhere it is the whole process's, and is left alone.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(LESS_PRIORITY) {
        tracing::debug!(%error, "a thread keeps its priority");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::blocking::{caught, joined};

    fn priority() -> i32 {
        rustix::process::getpriority_process(None).expect("a thread has a priority")
    }

    #[tokio::test]
    async fn its_threads_have_less_priority_and_those_of_the_runtime_keep_theirs() {
        let before = priority();
        let nested = || thread::spawn(priority).join().expect("it does not panic");
        let inside = joined(begin(move || (priority(), nested()))).await;
        let lower = (before + LESS_PRIORITY).min(19);
        assert_eq!(inside, (lower, lower));
        assert_eq!((priority(), joined(spawn_blocking(priority)).await), (before, before));
    }

    #[tokio::test]
    async fn what_a_panic_said_is_told() {
        let failed = caught(begin(|| -> u8 { panic!("this work panics, as its test wants") })).await;
        assert!(failed.is_err_and(|error| error.to_string().contains("as its test wants")));
    }
}
