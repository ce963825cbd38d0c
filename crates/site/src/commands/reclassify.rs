//! Outcomes that an evaluator of another number has left behind.

use domain::{Change, Error};
use rules::EVALUATOR;

use crate::Site;
use crate::state::{Command, Context};

/// Judges all devices anew if it was not this program's evaluator that judged them; otherwise there is nothing to do.
///
/// What is recorded of a device was answered and stays on record. From here on it is what this program makes of it, as
/// evaluation takes for granted where only part of the rules changes.
#[derive(Debug)]
pub struct Reclassify;

impl Command<Site> for Reclassify {
    type Outcome = ();

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let other = (site.evaluator() != EVALUATOR).then_some(Change::Reclassified { evaluator: EVALUATOR });
        Ok(other.into_iter().collect())
    }

    fn outcome(&mut self, _: &Site) {}
}
