//! The times of records.

use domain::Timestamp;

use crate::commands::tag;
use crate::rig::Rig;

#[tokio::test]
async fn a_clock_that_goes_back_makes_no_record_earlier_than_the_last() {
    let rig = Rig::new().await;
    for (name, seconds) in [("one", 1_750_000_009), ("two", 1_750_000_003), ("three", 1_750_000_010)] {
        rig.clock.set(seconds);
        rig.run(tag(name)).await.unwrap();
    }
    let times: Vec<_> = rig.log().await.iter().map(|stored| stored.record.time).collect();
    let expected = [0, 9, 9, 10].map(|seconds| Timestamp::from_seconds(1_750_000_000 + seconds));
    assert_eq!(times, expected);
    let modified = rig.site().catalogue.tags.named("two").unwrap().modified.at;
    assert_eq!(modified, expected[2], "the record's time is also what it says in the state");
}

#[tokio::test]
async fn a_clock_that_starts_in_the_past_makes_no_record_earlier_than_the_last() {
    let rig = Rig::new().await;
    rig.clock.set(1_750_000_009);
    rig.run(tag("one")).await.unwrap();
    let rig = rig.restarted().await;
    rig.clock.set(5);
    rig.run(tag("two")).await.unwrap();
    assert_eq!(rig.log().await.last().unwrap().record.time, Timestamp::from_seconds(1_750_000_009));
}
