//! The agent's loop: rounds at an interval, longer waits while the server is away, a clean end at a signal.

use std::{future::Future, io, pin::pin, time::Duration};

use client::{Retry, random_unit};
use tokio::time::sleep;

use crate::{Agent, Error, Interval, Report};

/// Runs rounds until `stop` is ready: at once, then every `interval` give or take a tenth. `show` gets the first
/// report and every one that shows something else. A failed round goes to `complain` and is tried again after a
/// back-off with jitter. With no interval there is one round, and its failure is the result.
///
/// # Errors
/// What `show` gives; without an interval also the round's failure, or [`Error::Stopped`].
pub async fn run(
    agent: &mut Agent,
    interval: Option<Interval>,
    stop: impl Future<Output = ()>,
    mut show: impl FnMut(&Report) -> io::Result<()>,
    mut complain: impl FnMut(&Error, Duration),
) -> Result<(), Error> {
    let mut stop = pin!(stop);
    let Some(interval) = interval else {
        let report = tokio::select! {
            report = agent.round() => report?,
            () = &mut stop => return Err(Error::Stopped),
        };
        return Ok(show(&report)?);
    };
    let mut shown: Option<Report> = None;
    let mut failures = 0;
    loop {
        let round = tokio::select! {
            round = agent.round() => round,
            () = &mut stop => return Ok(()),
        };
        let wait = match round {
            Ok(report) => {
                failures = 0;
                if shown.as_ref().is_none_or(|shown| !shown.shows_same(&report)) {
                    show(&report)?;
                    shown = Some(report);
                }
                interval.jittered(random_unit())
            }
            Err(error) => {
                failures += 1;
                let wait = after_failure(interval, failures, &error, random_unit());
                complain(&error, wait);
                wait
            }
        };
        tokio::select! {
            () = sleep(wait) => {}
            () = &mut stop => return Ok(()),
        }
    }
}

/// From 1 s, doubling up to the interval, with jitter over its upper half; never sooner than the server asked.
fn after_failure(interval: Interval, failures: u32, error: &Error, random: f64) -> Duration {
    let retry = Retry {
        base: Duration::from_secs(2),
        cap: interval.get().max(Duration::from_secs(2)),
        ..Retry::default()
    };
    let asked = match error {
        Error::Client(error) => error.retry_after().unwrap_or_default(),
        _ => Duration::ZERO,
    };
    asked + retry.backoff(failures, 0.5 + random / 2.0)
}

/// Ready at the first SIGTERM or SIGINT (Ctrl-C elsewhere).
///
/// # Errors
/// The operating system does not deliver signals.
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_after_failures_grows_to_the_interval_and_heeds_the_server() {
        let interval: Interval = "1m".parse().unwrap();
        let waits =
            [1, 2, 3, 9].map(|failures| after_failure(interval, failures, &Error::Stopped, 0.0).as_secs());
        assert_eq!(waits, [1, 2, 4, 30]);
        assert!(after_failure(interval, 99, &Error::Stopped, 1.0) <= interval.get());
        let busy =
            client::Error::Busy { status: 503, message: String::new(), retry_after: Some(interval.get()) };
        assert!(after_failure(interval, 1, &busy.into(), 0.0) > interval.get());
    }
}
