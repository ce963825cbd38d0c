//! Commands for these tests.

use domain::{
    Change, Colour, Description, DeviceUid, Error, FactText, Facts, FileFact, Report, TagFields, TagName,
    UserKey,
};
use site::commands::{CheckIn, CheckIns, CreateTag};
use site::{Command, Context, Site};

use crate::rig::Notes;

/// Makes a tag.
pub fn tag(name: &str) -> CreateTag {
    let name = TagName::new(name).unwrap();
    CreateTag::new(TagFields { name, description: Description::empty(), colour: Colour::Gray })
}

/// A check-in of 40 devices with as many and as long paths as may be: more than one record holds.
pub fn too_large() -> CheckIns {
    let item = |number| CheckIn {
        uid: DeviceUid::new(&format!("pc-{number}")).unwrap(),
        userkey: UserKey::new("joe").unwrap(),
        report: Box::new(with_files(256, 0)),
    };
    CheckIns::new((0..40).map(item).collect())
}

/// What says of so many files with long paths, another `round` others, that they are there.
pub fn with_files(count: usize, round: usize) -> Report {
    let path = |number| FactText::new(&format!("{round:03}{number:01021}")).unwrap();
    let files = (0..count).map(|number| (path(number), FileFact { present: true, sha256: None })).collect();
    Report { facts: Facts { files: Some(files), ..Facts::default() }, ..Report::default() }
}

/// Fails the way a mistake in a command would.
#[derive(Debug)]
pub struct Panics;

impl Command<Site> for Panics {
    type Outcome = ();

    fn decide(&mut self, _: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        panic!("this command panics, as its test wants")
    }

    fn outcome(&mut self, _: &Site) {}
}

/// Notes that it was decided, and changes nothing.
#[derive(Debug)]
pub struct Noted(pub &'static str, pub Notes);

impl Command<Site> for Noted {
    type Outcome = ();

    fn decide(&mut self, _: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        self.1.add(self.0);
        Ok(Vec::new())
    }

    fn outcome(&mut self, _: &Site) {}
}

/// Leaves a site as an evaluator of another number would.
#[derive(Debug)]
pub struct JudgedBy(pub u32);

impl Command<Site> for JudgedBy {
    type Outcome = ();

    fn decide(&mut self, _: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        Ok(vec![Change::Reclassified { evaluator: self.0 }])
    }

    fn outcome(&mut self, _: &Site) {}
}
