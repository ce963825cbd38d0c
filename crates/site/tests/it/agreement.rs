//! Random lives of a site: it answers as the model does, looks as the model does, and its log makes it again.

use std::sync::atomic::AtomicBool;

use domain::{Period, SiteSettings};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use site::State;
use site::commands::Found;

use crate::drive::take;
use crate::live::{Live, finds_those_of};
use crate::model::Model;
use crate::picture::Picture;
use crate::steps::{Step, life};
use crate::{at, context};

/// Lives a life on both, comparing after every step.
pub fn live(steps: Vec<Step>) -> Result<Live, TestCaseError> {
    let (mut live, mut model) = (Live::default(), Model::default());
    let fact_max_age = Period::new("1h").ok();
    let settings = SiteSettings { fact_max_age, ..SiteSettings::default() };
    let mut now = 0;
    live.run(&context("ann", at(now)), Found { salt: 77 }).unwrap();
    model.found(&context("ann", at(now)));
    for step in steps {
        now += step.seconds;
        let shown = format!("{step:?}");
        live.do_due(&context("fleetmark", at(now)), &settings);
        model.do_due(&context("fleetmark", at(now)));
        prop_assert_eq!(Picture::of(&live.site), model.picture(), "what was due before {}", shown);
        let before = live.site.clone();
        let (answer, expected) = take(step.act, &context(step.actor, at(now)), &mut live, &mut model);
        prop_assert_eq!(&answer, &expected, "the answer to {}", shown);
        if answer.is_err() {
            prop_assert_eq!(before.version(), live.site.version());
            prop_assert!(before == live.site, "refused, {} changed something", shown);
        }
        prop_assert_eq!(Picture::of(&live.site), model.picture(), "after {}", shown);
        prop_assert_eq!(live.site.misjudged(&AtomicBool::new(false)), Some(0), "after {}", shown);
    }
    Ok(live)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_site_and_the_model_agree_and_the_log_makes_every_snapshot_again(steps in life(50)) {
        let live = live(steps)?;
        let mut last = site::Site::default();
        for (replayed, snapshot) in live.replayed() {
            // Column by column, dictionaries and counters included. The snapshots were taken while the site went
            // on, so this also says that what came later did not touch them.
            prop_assert!(replayed == *snapshot, "version {} differs", snapshot.version());
            prop_assert!(finds_those_of(&replayed, snapshot) && finds_those_of(snapshot, &replayed));
            last = replayed;
        }
        prop_assert!(last == live.site);
    }
}
