//! The lane against a naive one, which looks at every millisecond.

use std::cmp::Ordering::{Equal, Greater, Less};
use std::collections::VecDeque;
use std::time::Duration;

use domain::Figure;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use tokio::runtime::Builder;
use tokio::time::{sleep_until, timeout_at};

use super::*;

/// A request: when it comes, and when its client goes if it was not served by then, in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Sent {
    at: u64,
    goes: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    ServedAt(u64),
    Refused,
    Gone,
}

/// When requests are served, one a millisecond looked at: all who were served are known.
struct Naive {
    pace: Pace,
    served: Vec<u64>,
    queue: VecDeque<usize>,
}

impl Naive {
    /// Whether a request may be served now, by all that were.
    fn may_serve(&self, now: u64) -> bool {
        let Pace { at_once, waiting, seconds } = self.pace;
        let length = u64::from(seconds.get()) * 1000;
        let mut period: Vec<u64> = Vec::new();
        for served in &self.served {
            if period.first().is_some_and(|began| served - began >= length) {
                period.clear();
            }
            period.push(*served);
        }
        let (Some(began), Some(last)) = (period.first(), period.last()) else { return true };
        let count = u32::try_from(period.len()).unwrap();
        if now - began >= length {
            return true;
        }
        if count >= at_once.get() + waiting.get() {
            return false;
        }
        let spacing = (length - 1000) / u64::from(waiting.get().max(1));
        match count.cmp(&at_once.get()) {
            Less => true,
            Equal => now >= began + 1000 && now >= last + spacing.min(1000),
            Greater => now >= last + spacing,
        }
    }

    fn fates(pace: Pace, all: &[Sent]) -> Vec<Fate> {
        let mut naive = Self { pace, served: Vec::new(), queue: VecDeque::new() };
        let mut fates = vec![None; all.len()];
        let mut now = 0;
        while fates.contains(&None) {
            naive.queue.retain(|one| {
                let goes = all[*one].goes == Some(now);
                if goes {
                    fates[*one] = Some(Fate::Gone);
                }
                !goes
            });
            for (one, _) in all.iter().enumerate().filter(|(_, sent)| sent.at == now) {
                let is_first = naive.queue.is_empty() && naive.may_serve(now);
                if is_first || naive.queue.len() < pace.waiting.get() as usize {
                    naive.queue.push_back(one);
                } else {
                    fates[one] = Some(Fate::Refused);
                }
            }
            while let Some(one) = naive.queue.front().copied().filter(|_| naive.may_serve(now)) {
                naive.queue.pop_front();
                naive.served.push(now);
                fates[one] = Some(Fate::ServedAt(now));
            }
            now += 1;
        }
        fates.into_iter().flatten().collect()
    }
}

async fn fates(pace: Pace, all: &[Sent]) -> Vec<Fate> {
    let (lanes, began) = (Arc::new(Lanes::default()), Instant::now());
    let at = move |millis| began + Duration::from_millis(millis);
    let sent: Vec<_> = all
        .iter()
        .map(|Sent { at: comes, goes }| {
            let (lanes, comes, goes) = (Arc::clone(&lanes), at(*comes), goes.map(at));
            tokio::spawn(async move {
                sleep_until(comes).await;
                let since = || Fate::ServedAt((Instant::now() - began).as_millis().try_into().unwrap());
                match lanes.enter(0, pace) {
                    Entered::Served(_) => since(),
                    Entered::Refused(_) => Fate::Refused,
                    Entered::Waits(turn) => {
                        let goes = goes.unwrap_or(began + Duration::from_hours(1));
                        let came = timeout_at(goes, turn.come(|| Some(pace))).await;
                        came.map_or(Fate::Gone, |_| since())
                    }
                }
            })
        })
        .collect();
    let mut fates = Vec::new();
    for one in sent {
        fates.push(one.await.unwrap());
    }
    fates
}

/// Of a length and spacing in whole steps of 50 milliseconds.
fn a_pace() -> impl Strategy<Value = Pace> {
    let figures = (1..6_i64, select(&[0, 1, 2, 4, 5, 10, 20][..]), 2..6_i64);
    figures.prop_map(|(at_once, waiting, seconds)| Pace {
        at_once: Figure::new(at_once).unwrap(),
        waiting: Figure::new(waiting).unwrap(),
        seconds: Figure::new(seconds).unwrap(),
    })
}

/// In steps of 50 milliseconds, each request at its own place in a step and all who go at another, so that no two
/// things happen at once and their order is told.
fn sent() -> impl Strategy<Value = Vec<Sent>> {
    let times = vec((0..200_u64, option::of(1..60_u64)), 1..48);
    times.prop_map(|times| {
        let sent = times.into_iter().zip(0..).map(|((step, stays), place)| {
            let goes = stays.map(|stays| 50 * (step + stays) + 49);
            Sent { at: 50 * step + place, goes }
        });
        sent.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn requests_are_served_when_a_naive_lane_serves_them(pace in a_pace(), sent in sent()) {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        prop_assert_eq!(runtime.block_on(fates(pace, &sent)), Naive::fates(pace, &sent));
    }
}
