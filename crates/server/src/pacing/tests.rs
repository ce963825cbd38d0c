use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, advance, sleep};

use super::*;

type Answer = (u64, Result<Served, Refused>);

/// Sends a request, whose answer says how many milliseconds after `began` it came.
fn send(pacing: &Arc<Pacing<u32>>, key: u32, began: Instant) -> JoinHandle<Answer> {
    let pacing = Arc::clone(pacing);
    tokio::spawn(async move {
        let answer = pacing.turn(key, Pace::SEED).await;
        ((Instant::now() - began).as_millis().try_into().unwrap(), answer)
    })
}

/// Sends so many at once, in an order.
async fn send_all(pacing: &Arc<Pacing<u32>>, count: usize, began: Instant) -> Vec<JoinHandle<Answer>> {
    let mut sent = Vec::new();
    for _ in 0..count {
        sent.push(send(pacing, 1, began));
        tokio::task::yield_now().await;
    }
    sent
}

async fn served_at(sent: Vec<JoinHandle<Answer>>) -> Vec<Option<u64>> {
    let mut times = Vec::new();
    for one in sent {
        let (at, answer) = one.await.unwrap();
        times.push(answer.is_ok().then_some(at));
    }
    times
}

/// When the first 24 of those that come at once are served, in milliseconds.
fn seed() -> Vec<Option<u64>> {
    let waited = (0..20).map(|place| Some(1000 + 200 * place));
    [Some(0); 4].into_iter().chain(waited).collect()
}

#[tokio::test(start_paused = true)]
async fn of_forty_at_once_four_are_served_twenty_wait_in_order_and_the_rest_are_refused() {
    let (pacing, began) = (Arc::default(), Instant::now());
    let sent = send_all(&pacing, 40, began).await;
    let times = served_at(sent).await;
    assert_eq!(times[..24], seed());
    assert_eq!(times[24..], [None; 16]);
}

#[tokio::test(start_paused = true)]
async fn who_sends_one_after_the_other_is_slowed_and_never_refused() {
    let (pacing, began) = (Arc::new(Pacing::default()), Instant::now());
    let mut times = Vec::new();
    for _ in 0..100 {
        let (at, answer) = send(&pacing, 1, began).await.unwrap();
        assert!(answer.is_ok());
        times.push(at);
    }
    assert_eq!(times[..24].iter().copied().map(Some).collect::<Vec<_>>(), seed());
    assert_eq!(times[24], 5000);
    for window in times.windows(25) {
        assert!(window[24] - window[0] >= 5000, "25 requests within five seconds: {window:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_place_is_free_as_soon_as_one_of_those_that_wait_is_served() {
    let (pacing, began) = (Arc::default(), Instant::now());
    let mut sent = send_all(&pacing, 24, began).await;
    assert_eq!(send(&pacing, 1, began).await.unwrap().1, Err(Refused { retry_after_seconds: 1 }));
    sleep(Duration::from_millis(1001)).await;
    sent.extend(send_all(&pacing, 1, began).await);
    assert!(send(&pacing, 1, began).await.unwrap().1.is_err());
    let times = served_at(sent).await;
    assert_eq!(times[..24], seed());
    assert_eq!(times[24], Some(5000), "the first of the next period");
}

#[tokio::test(start_paused = true)]
async fn who_leaves_gives_the_turn_to_the_next() {
    let (pacing, began) = (Arc::default(), Instant::now());
    let mut sent = send_all(&pacing, 24, began).await;
    for place in [4, 5, 9] {
        sent[place].abort();
    }
    let stayed: Vec<_> = (0..24).filter(|place| ![4, 5, 9].contains(place)).collect();
    let mut times = Vec::new();
    for place in stayed {
        times.push(Some((&mut sent[place]).await.unwrap().0));
    }
    assert_eq!(times, seed()[..21]);
}

#[tokio::test(start_paused = true)]
async fn tokens_do_not_wait_for_each_other() {
    let (pacing, began) = (Arc::default(), Instant::now());
    let _first = send_all(&pacing, 24, began).await;
    for key in 2..100 {
        assert_eq!(send(&pacing, key, began).await.unwrap().0, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_left_of_a_period_is_told() {
    let pacing = Pacing::default();
    let served = pacing.turn(1, Pace::SEED).await;
    let told =
        |remaining, ends_in| Ok(Served { limit: 24, remaining, ends_in: Duration::from_secs(ends_in) });
    assert_eq!(served, told(23, 5));
    advance(Duration::from_secs(2)).await;
    assert_eq!(pacing.turn(1, Pace::SEED).await, told(22, 3));
    advance(Duration::from_secs(3)).await;
    assert_eq!(pacing.turn(1, Pace::SEED).await, told(23, 5));
}

#[tokio::test(start_paused = true)]
async fn a_million_tokens_leave_few_lanes_behind() {
    let pacing = Pacing::default();
    for key in 0..1_000_000_u32 {
        if key % 10_000 == 0 {
            advance(Duration::from_secs(6)).await;
        }
        assert!(pacing.turn(key, Pace::SEED).await.is_ok());
        assert!(pacing.lanes().by_key.len() <= 32_768);
    }
}

#[tokio::test(start_paused = true)]
async fn there_are_no_more_lanes_than_may_be() {
    let pacing = Pacing::default();
    for key in 0..u32::try_from(LANES_MAX).unwrap() {
        assert!(pacing.turn(key, Pace::SEED).await.is_ok());
    }
    assert_eq!(pacing.turn(u32::MAX, Pace::SEED).await, Err(Refused { retry_after_seconds: 1 }));
    assert!(pacing.turn(7, Pace::SEED).await.is_ok(), "who has a lane goes on");
    advance(Duration::from_secs(6)).await;
    assert!(pacing.turn(u32::MAX, Pace::SEED).await.is_ok());
}
