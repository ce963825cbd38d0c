//! Which checkpoints may go.

use domain::Version;
use store::CheckpointInfo;

const HOUR_MILLIS: i64 = 3_600_000;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;

/// The newest, which are kept whatever their age: when one cannot be read there is another.
const NEWEST: usize = 2;

/// The versions of those that are not needed any more, of checkpoints in the order of their versions. Kept are the
/// newest two, and of the others the first of each hour for two days before the newest, of each day for ninety, and of
/// each thirty days before that. The first of a longer span is also that of the shorter ones in it, so what stays does
/// not depend on when this was asked before; nor does it depend on a clock, which may leap.
pub(crate) fn superfluous(checkpoints: &[CheckpointInfo]) -> Vec<Version> {
    let Some(newest) = checkpoints.last() else { return Vec::new() };
    let older = &checkpoints[..checkpoints.len().saturating_sub(NEWEST)];
    let mut last = None;
    let mut superfluous = Vec::new();
    for checkpoint in older {
        let span = span_millis(newest.time.millis().saturating_sub(checkpoint.time.millis()));
        let place = Some((span, checkpoint.time.millis() / span));
        if place == last {
            superfluous.push(checkpoint.version);
        }
        last = place;
    }
    superfluous
}

/// Within which span one checkpoint is enough.
fn span_millis(age_millis: i64) -> i64 {
    if age_millis <= 2 * DAY_MILLIS {
        HOUR_MILLIS
    } else if age_millis <= 90 * DAY_MILLIS {
        DAY_MILLIS
    } else {
        30 * DAY_MILLIS
    }
}

#[cfg(test)]
mod tests {
    use domain::{SiteId, Timestamp};
    use store::Hash;

    use super::*;

    const NOW_MINUTES: i64 = 500 * 24 * 60;

    /// Checkpoints so many minutes before now, and the ages of those that stay.
    fn kept(ages_minutes: &[i64]) -> Vec<i64> {
        let checkpoints = of(ages_minutes);
        let gone = superfluous(&checkpoints);
        let stays = checkpoints.iter().filter(|checkpoint| !gone.contains(&checkpoint.version));
        stays.map(|checkpoint| NOW_MINUTES - checkpoint.time.millis() / 60_000).collect()
    }

    fn of(ages_minutes: &[i64]) -> Vec<CheckpointInfo> {
        let numbered = ages_minutes.iter().zip(1..);
        let info = |(age, version): (&i64, u64)| CheckpointInfo {
            site: SiteId(1),
            version: Version(version),
            time: minutes(NOW_MINUTES - age),
            hash: Hash::ZERO,
        };
        numbered.map(info).collect()
    }

    fn minutes(minutes: i64) -> Timestamp {
        Timestamp::from_millis(minutes * 60_000)
    }

    #[test]
    fn the_newest_two_stay_however_close_they_are() {
        assert!(kept(&[]).is_empty());
        assert_eq!(kept(&[7]), [7]);
        assert_eq!(kept(&[7, 6]), [7, 6]);
        assert_eq!(kept(&[8, 7, 6]), [8, 7, 6]);
        assert_eq!(kept(&[9, 8, 7, 6]), [9, 7, 6]);
        assert_eq!(kept(&[600_000, 600_000]), [600_000, 600_000], "also of one moment, long ago");
    }

    #[test]
    fn the_first_of_each_hour_stays_for_two_days() {
        let hour = 60;
        assert_eq!(
            kept(&[5 * hour, 4 * hour + 30, 4 * hour + 1, 4 * hour, 1, 0]),
            [5 * hour, 4 * hour, 1, 0]
        );
        assert_eq!(kept(&[48 * hour, 47 * hour, 46 * hour, 1, 0]), [48 * hour, 47 * hour, 46 * hour, 1, 0]);
    }

    #[test]
    fn the_first_of_each_day_stays_for_ninety_days() {
        let (hour, day) = (60, 24 * 60);
        assert_eq!(kept(&[4 * day, 3 * day + hour, 3 * day, 2 * day + 1, 1, 0]), [4 * day, 3 * day, 1, 0]);
        assert_eq!(kept(&[90 * day, 89 * day, 1, 0]), [90 * day, 89 * day, 1, 0]);
    }

    #[test]
    fn the_first_of_each_thirty_days_stays_for_ever() {
        let day = 24 * 60;
        // Day 500 is the twentieth of its thirty days.
        assert_eq!(kept(&[140 * day, 139 * day, 111 * day, 110 * day, 1, 0]), [140 * day, 110 * day, 1, 0]);
        assert_eq!(kept(&[500 * day, 471 * day, 470 * day, 1, 0]), [500 * day, 470 * day, 1, 0]);
    }

    #[test]
    fn what_stays_does_not_depend_on_how_often_it_was_thinned() {
        // One each 47 minutes for 200 days, thinned each time, against all of them thinned once.
        let ages: Vec<i64> = (0..200 * 24 * 60 / 47).rev().map(|number| number * 47).collect();
        let all = of(&ages);
        let mut often = Vec::new();
        for checkpoint in &all {
            often.push(*checkpoint);
            let gone = superfluous(&often);
            often.retain(|kept| !gone.contains(&kept.version));
        }
        let gone = superfluous(&all);
        let once: Vec<_> = all.iter().filter(|one| !gone.contains(&one.version)).copied().collect();
        assert_eq!(often, once);
        assert!(once.len() < 48 + 90 + 5, "{} stay", once.len());
    }

    #[test]
    fn ages_are_those_before_the_newest_whatever_the_clock_says() {
        let day = 24 * 60;
        for now in [-1000 * day, 0, 100 * day] {
            let ages = [600, 300, 299, 240, 180, 120].map(|age| now + age);
            let stay = [600, 300, 240, 180, 120].map(|age| now + age);
            assert_eq!(kept(&ages), stay);
        }
    }
}
