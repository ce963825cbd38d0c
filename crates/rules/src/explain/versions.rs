//! Versions that bounds tell apart.

use std::collections::BTreeMap;

use domain::OsVersion;

/// Lower bounds by their numbers.
pub(super) type Bounds = BTreeMap<Box<[u64]>, OsVersion>;

/// Adds a bound; one without numbers bounds nothing.
pub(super) fn bound(bounds: &mut Bounds, version: &OsVersion) {
    if !version.numbers().is_empty() {
        bounds.entry(version.numbers().into()).or_insert_with(|| version.clone());
    }
}

/// Bounds cut versions into stretches within which no check tells one from another. Of every stretch but that of
/// `reported`: the version nearest to it, upwards first, each way from near to far.
pub(super) fn nearest(bounds: &Bounds, reported: Option<&OsVersion>) -> Vec<OsVersion> {
    let Some(reported) = reported.filter(|version| version.has_numbers()).map(OsVersion::numbers) else {
        return bounds.values().cloned().collect();
    };
    let above = bounds.iter().filter(|(numbers, _)| &***numbers > reported);
    let mut below: Vec<_> = bounds.keys().filter(|numbers| &***numbers <= reported).collect();
    below.reverse();
    // A stretch reaches from the bound before to just below its upper bound.
    let lower = below.iter().skip(1).map(|numbers| &***numbers).chain([&[][..]]);
    let below = below.iter().zip(lower).filter_map(|(upper, lower)| below_bound(upper, lower));
    above.map(|(_, version)| version.clone()).chain(below).collect()
}

/// The version just below `upper` by its last number, but not below `lower`.
fn below_bound(upper: &[u64], lower: &[u64]) -> Option<OsVersion> {
    let (last, before) = upper.split_last()?;
    let mut numbers = before.to_vec();
    numbers.push(last - 1);
    let least = lower.to_vec();
    let numbers = if without_zeros(&numbers) < lower { least } else { numbers };
    let text = if numbers.is_empty() {
        "0".to_owned()
    } else {
        numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
    };
    OsVersion::new(&text).ok()
}

fn without_zeros(numbers: &[u64]) -> &[u64] {
    let end = numbers.iter().rposition(|number| *number > 0).map_or(0, |last| last + 1);
    &numbers[..end]
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn around(bounds: &[&str], reported: Option<&str>) -> Vec<String> {
        let version = |text: &&str| OsVersion::new(text).unwrap();
        let mut all = Bounds::new();
        bounds.iter().for_each(|text| bound(&mut all, &version(text)));
        nearest(&all, reported.as_ref().map(version).as_ref()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_lowest_version_that_suffices_and_the_highest_that_does_not() {
        let bounds = ["10.0.22631", "10.0.19045", "0", "13"];
        assert_eq!(around(&bounds, Some("10.0.20000")), ["10.0.22631", "13", "10.0.19044"]);
        assert_eq!(around(&bounds, Some("14")), ["12", "10.0.22630", "10.0.19044"]);
        assert_eq!(around(&bounds, None), ["10.0.19045", "10.0.22631", "13"]);
        assert_eq!(around(&bounds, Some("rolling")), ["10.0.19045", "10.0.22631", "13"]);
        assert_eq!(around(&["1"], Some("1.5")), ["0"]);
        assert_eq!(around(&["10", "10.0.0.1"], Some("11")), ["10.0.0.0", "9"]);
        assert_eq!(around(&["10.0.22630.5", "10.0.22631"], Some("11")), ["10.0.22630.5", "10.0.22630.4"]);
    }

    proptest! {
        #[test]
        fn every_stretch_but_the_own_has_one(bounds in vec(vec(0..3_u64, 1..4), 0..5), reported in vec(0..3_u64, 1..4)) {
            let text = |numbers: &Vec<u64>| numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
            let mut all = Bounds::new();
            for numbers in &bounds {
                bound(&mut all, &OsVersion::new(&text(numbers)).unwrap());
            }
            let reported = OsVersion::new(&text(&reported)).unwrap();
            let stretch = |version: &OsVersion| all.keys().filter(|numbers| version.numbers() >= &***numbers).count();
            let mut found: Vec<_> = nearest(&all, Some(&reported)).iter().map(stretch).collect();
            found.push(stretch(&reported));
            found.sort_unstable();
            prop_assert_eq!(found, (0..=all.len()).collect::<Vec<_>>());
        }
    }
}
