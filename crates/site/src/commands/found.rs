//! The beginning of a site.

use domain::{Change, Error};

use crate::Site;
use crate::state::{Command, Context};

/// Founds a site; on one that was founded before there is nothing to do.
#[derive(Debug)]
pub struct Found {
    /// Random.
    pub salt: u128,
}

impl Command<Site> for Found {
    type Outcome = ();

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        if site.is_founded() {
            return Ok(Vec::new());
        }
        Ok(vec![Change::Founded { salt: self.salt }])
    }

    fn outcome(&mut self, _: &Site) {}
}
