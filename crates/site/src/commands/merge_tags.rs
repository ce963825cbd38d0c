//! Making one tag of two.

use std::collections::BTreeMap;

use domain::{Change, Error, Source, TagId, Timestamp};

use super::segments::giving_instead;
use super::tags::{deletable, find};
use super::terms::Extended;
use crate::Site;
use crate::state::{Command, Context};

/// Puts a tag on every device that carries another one, and deletes that other, which no rule may ask about. No device
/// carries more tags than before. Segments that gave the one give the other. What was put on for a time stays as long;
/// of a device that carries both, the longer of the two.
#[derive(Debug)]
pub struct MergeTags {
    /// The one that goes.
    pub from: TagId,
    /// The one that stays.
    pub into: TagId,
}

impl Command<Site> for MergeTags {
    type Outcome = ();

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        let (going, staying) = (find(site, self.from)?, find(site, self.into)?);
        if going.id == staying.id {
            return Err(Error::invalid(
                "into",
                "same_tag",
                "into must be another tag than the one that goes",
            ));
        }
        deletable(site, going, true)?;
        let carriers = site.carriers(going.id);
        // By when the one would have come off them, those that lack the other; and those that carry it for less long.
        let mut lacking = BTreeMap::<_, Vec<_>>::new();
        let mut extended = BTreeMap::<_, Extended>::new();
        for device in carriers.iter().filter_map(|device| site.fleet.get(*device)) {
            let expiry = device.expiry_of(going.id);
            if !device.tags().contains(&staying.id) {
                lacking.entry(expiry).or_default().push(device.number());
            } else if lasts_longer(expiry, device.expiry_of(staying.id)) {
                extended.entry(expiry).or_default().add(&device, staying.id);
            }
        }
        let tagged = lacking.into_iter().map(|(expires_at, devices)| Change::Tagged {
            source: Source::Api,
            expires_at,
            devices,
            added: vec![staying.id],
            removed: Vec::new(),
        });
        let extended = extended.into_iter().flat_map(|(after, extended)| extended.changes(after));
        let removed = Change::TagRemoved { id: going.id, before: going.fields.clone(), devices: carriers };
        let segments = giving_instead(site, going.id, Some(staying.id));
        Ok(segments.chain(tagged).chain(extended).chain([removed]).collect())
    }

    fn outcome(&mut self, _: &Site) {}
}

/// Whether one end is later than another; without an end it is the latest.
fn lasts_longer(one: Option<Timestamp>, other: Option<Timestamp>) -> bool {
    other.is_some_and(|other| one.is_none_or(|one| one > other))
}
