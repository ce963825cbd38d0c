use std::sync::atomic::AtomicU32;
use std::time::Duration;

use domain::Figure;
use tokio::task::JoinHandle;
use tokio::time::{advance, sleep};

use super::*;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    /// It was served after so many milliseconds.
    After(u64),
    Refused,
    Stopped,
}

fn millis_since(began: Instant) -> u64 {
    (Instant::now() - began).as_millis().try_into().unwrap()
}

fn pace(at_once: u32, waiting: u32, seconds: u32) -> Pace {
    Pace {
        at_once: Figure::new(at_once.into()).unwrap(),
        waiting: Figure::new(waiting.into()).unwrap(),
        seconds: Figure::new(seconds.into()).unwrap(),
    }
}

/// Sends a request by the seed's pace, which may be changed while it waits.
fn send_by(
    lanes: &Arc<Lanes<u32>>,
    key: u32,
    began: Instant,
    set: impl Fn() -> Option<Pace> + Send + 'static,
) -> JoinHandle<Came> {
    let entered = lanes.enter(key, Pace::SEED);
    tokio::spawn(async move {
        match entered {
            Entered::Served(_) => Came::After(millis_since(began)),
            Entered::Refused(_) => Came::Refused,
            Entered::Waits(turn) => match turn.come(set).await {
                Awaited::Served(_) => Came::After(millis_since(began)),
                Awaited::Stopped => Came::Stopped,
            },
        }
    })
}

fn send(lanes: &Arc<Lanes<u32>>, key: u32, began: Instant) -> JoinHandle<Came> {
    send_by(lanes, key, began, || Some(Pace::SEED))
}

/// Sends so many at once, in an order.
async fn send_all(lanes: &Arc<Lanes<u32>>, count: usize, began: Instant) -> Vec<JoinHandle<Came>> {
    let mut sent = Vec::new();
    for _ in 0..count {
        sent.push(send(lanes, 1, began));
        tokio::task::yield_now().await;
    }
    sent
}

async fn came(sent: Vec<JoinHandle<Came>>) -> Vec<Came> {
    let mut all = Vec::new();
    for one in sent {
        all.push(one.await.unwrap());
    }
    all
}

/// What becomes of the first 24 of those that come at once.
fn seed() -> Vec<Came> {
    let waited = (0..20).map(|place| 1000 + 200 * place);
    [0; 4].into_iter().chain(waited).map(Came::After).collect()
}

fn rate(lanes: &Arc<Lanes<u32>>, key: u32) -> Rate {
    match lanes.enter(key, Pace::SEED) {
        Entered::Served(Some(rate)) | Entered::Refused(rate) => rate,
        Entered::Served(None) | Entered::Waits(_) => panic!("no rate is told"),
    }
}

#[tokio::test(start_paused = true)]
async fn of_forty_at_once_four_are_served_twenty_wait_in_order_and_the_rest_are_refused() {
    let (lanes, began) = (Arc::default(), Instant::now());
    let sent = send_all(&lanes, 40, began).await;
    assert_eq!(lanes.waiting(), 20);
    let came = came(sent).await;
    assert_eq!(came[..24], seed());
    assert_eq!(came[24..], [Came::Refused; 16]);
    assert_eq!(lanes.waiting(), 0);
}

#[tokio::test(start_paused = true)]
async fn who_sends_one_after_the_other_is_slowed_and_never_refused() {
    let (lanes, began) = (Arc::default(), Instant::now());
    let mut times = Vec::new();
    for _ in 0..100 {
        let Came::After(millis) = send(&lanes, 1, began).await.unwrap() else { panic!("refused") };
        times.push(millis);
    }
    assert_eq!(times[..24].iter().copied().map(Came::After).collect::<Vec<_>>(), seed());
    assert_eq!(times[24], 5000);
    for window in times.windows(25) {
        assert!(window[24] - window[0] >= 5000, "25 requests within five seconds: {window:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_place_is_free_as_soon_as_one_of_those_that_wait_is_served() {
    let (lanes, began) = (Arc::default(), Instant::now());
    let mut sent = send_all(&lanes, 24, began).await;
    let refused = rate(&lanes, 1);
    assert_eq!((refused.retry_after_seconds(), refused.remaining), (1, 0));
    sleep(Duration::from_millis(1001)).await;
    sent.extend(send_all(&lanes, 1, began).await);
    assert_eq!(send(&lanes, 1, began).await.unwrap(), Came::Refused);
    let came = came(sent).await;
    assert_eq!(came[..24], seed());
    assert_eq!(came[24], Came::After(5000), "the first of the next period");
}

#[tokio::test(start_paused = true)]
async fn who_leaves_gives_the_turn_to_the_next() {
    let (lanes, began) = (Arc::default(), Instant::now());
    let mut sent = send_all(&lanes, 24, began).await;
    for place in [4, 5, 9] {
        sent[place].abort();
    }
    let stayed: Vec<_> = (0..24).filter(|place| ![4, 5, 9].contains(place)).collect();
    let mut times = Vec::new();
    for place in stayed {
        times.push((&mut sent[place]).await.unwrap());
    }
    assert_eq!(times, seed()[..21]);
}

#[tokio::test(start_paused = true)]
async fn tokens_do_not_wait_for_each_other() {
    let (lanes, began) = (Arc::default(), Instant::now());
    let _first = send_all(&lanes, 24, began).await;
    for key in 2..100 {
        assert_eq!(send(&lanes, key, began).await.unwrap(), Came::After(0));
    }
}

#[tokio::test(start_paused = true)]
async fn those_that_wait_follow_what_is_set_within_a_second() {
    // As sent is the seed; then twice as many a second; then no pace at all.
    for (then, last) in [(Some(pace(4, 40, 5)), 3000), (None, 2000)] {
        let (lanes, began) = (Arc::default(), Instant::now());
        let is_set = Arc::new(AtomicU32::new(0));
        let set = || {
            let is_set = Arc::clone(&is_set);
            move || if is_set.load(Ordering::Relaxed) == 0 { Some(Pace::SEED) } else { then }
        };
        let sent: Vec<_> = (0..24).map(|_| send_by(&lanes, 1, began, set())).collect();
        sleep(Duration::from_millis(1050)).await;
        is_set.store(1, Ordering::Relaxed);
        let came = came(sent).await;
        assert_eq!(came[..5], seed()[..5]);
        let Came::After(millis) = came[23] else { panic!("{came:?}") };
        assert!(millis <= last, "{came:?}");
        assert!(came.is_sorted_by_key(|came| if let Came::After(millis) = came { *millis } else { 0 }));
    }
}

#[tokio::test(start_paused = true)]
async fn whose_turn_does_not_come_before_the_server_has_stopped_is_told_so() {
    let slow = pace(1, 10, 30);
    let (lanes, began) = (Arc::new(Lanes::default()), Instant::now());
    let mut sent = Vec::new();
    for _ in 0..11 {
        let Entered::Waits(turn) = lanes.enter(1, slow) else { continue };
        sent.push(tokio::spawn(async move { (turn.come(move || Some(slow)).await, millis_since(began)) }));
    }
    lanes.stop();
    let mut came = Vec::new();
    for one in sent {
        came.push(one.await.unwrap());
    }
    assert_eq!(came.iter().filter(|(awaited, _)| matches!(awaited, Awaited::Served(_))).count(), 7);
    assert_eq!(came[7..], [const { (Awaited::Stopped, 20_000) }; 3]);
}

#[tokio::test(start_paused = true)]
async fn what_is_left_of_a_period_is_told() {
    let (lanes, began) = (Arc::default(), Instant::now());
    let told = |remaining, seconds| Rate {
        limit: 24,
        remaining,
        resets_in: Duration::from_secs(seconds),
        again_in: Duration::ZERO,
    };
    assert_eq!(rate(&lanes, 1), told(23, 5));
    advance(Duration::from_secs(2)).await;
    assert_eq!(rate(&lanes, 1), told(22, 3));
    advance(Duration::from_secs(3)).await;
    assert_eq!(rate(&lanes, 1), told(23, 5));
    // Places that others wait for are not left.
    let waited = send_all(&lanes, 10, began).await;
    assert_eq!(came(waited).await.last(), Some(&Came::After(7200)));
    let Entered::Waits(turn) = lanes.enter(1, Pace::SEED) else { panic!("it need not wait") };
    let _other = send(&lanes, 1, began);
    let Awaited::Served(Some(rate)) = turn.come(|| Some(Pace::SEED)).await else { panic!("not served") };
    assert_eq!((rate.remaining, rate.resets_in), (24 - 12 - 1, Duration::from_millis(2600)));
}

#[tokio::test(start_paused = true)]
async fn a_million_tokens_leave_few_lanes_behind() {
    let lanes = Arc::new(Lanes::default());
    for key in 0..1_000_000_u32 {
        if key % 10_000 == 0 {
            advance(Duration::from_secs(6)).await;
        }
        assert!(matches!(lanes.enter(key, Pace::SEED), Entered::Served(Some(_))));
    }
    assert!(held(&lanes) <= 32_768, "{}", held(&lanes));
}

#[tokio::test(start_paused = true)]
async fn when_more_tokens_are_in_use_than_there_are_lanes_those_without_one_are_not_paced() {
    let lanes = Arc::new(Lanes::default());
    let most = SHARDS * shard::LANES_MAX;
    let mut paced = 0;
    for key in 0..200_000_u32 {
        match lanes.enter(key, Pace::SEED) {
            Entered::Served(Some(_)) => paced += 1,
            Entered::Served(None) => {}
            Entered::Waits(_) | Entered::Refused(_) => panic!("{key} sent one request"),
        }
    }
    assert_eq!((paced, held(&lanes)), (most, most));
    assert_eq!(rate(&lanes, 7).remaining, 22, "who has a lane goes on");
    advance(Duration::from_secs(6)).await;
    assert_eq!(rate(&lanes, u32::MAX).remaining, 23);
}

fn held(lanes: &Lanes<u32>) -> usize {
    lanes.shards.iter().map(|shard| shard.lock().unwrap().len()).sum()
}
