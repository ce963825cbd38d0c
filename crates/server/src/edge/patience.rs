//! How long something is waited for.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Instant;

use tokio::time::Sleep;

/// A timer that the requests of one connection share, one after the other. Time-outs hardly ever come to pass: this
/// one is armed once and moved only when it fires too early, where one a request would be armed and disarmed each time.
#[derive(Debug, Default)]
pub(crate) struct Patience(Option<Pin<Box<Sleep>>>);

impl Patience {
    /// What comes of `future`, or `None` when that takes until `deadline`.
    pub(super) async fn within<T>(
        &mut self,
        deadline: Instant,
        future: impl Future<Output = T>,
    ) -> Option<T> {
        let mut future = pin!(future);
        let deadline = deadline.into();
        poll_fn(|context| {
            if let Poll::Ready(done) = future.as_mut().poll(context) {
                return Poll::Ready(Some(done));
            }
            let timer = self.0.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
            // An earlier deadline than the timer's must be armed; a later one is seen when the timer fires.
            if timer.deadline() > deadline {
                timer.as_mut().reset(deadline);
            }
            while timer.as_mut().poll(context).is_ready() {
                if timer.deadline() >= deadline {
                    return Poll::Ready(None);
                }
                timer.as_mut().reset(deadline);
            }
            Poll::Pending
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_later_deadline_and_an_earlier_one_are_kept_with_one_timer() {
        let mut patience = Patience::default();
        let start = tokio::time::Instant::now();
        let after = |seconds| (start + Duration::from_secs(seconds)).into_std();
        assert_eq!(patience.within(after(5), ready(1)).await, Some(1));
        let slow = async { tokio::time::sleep(Duration::from_secs(1)).await };
        assert_eq!(patience.within(after(2), slow).await, Some(()), "armed for 2");
        assert_eq!(patience.within(after(30), pending::<()>()).await, None);
        assert_eq!(start.elapsed().as_secs(), 30, "moved to 30 when it fired");
        let slow = async { tokio::time::sleep(Duration::from_secs(1)).await };
        assert_eq!(patience.within(after(90), slow).await, Some(()), "armed for 90");
        assert_eq!(patience.within(after(60), pending::<()>()).await, None);
        assert_eq!(start.elapsed().as_secs(), 60, "moved before it fired");
    }
}
