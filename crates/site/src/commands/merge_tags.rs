//! Making one tag of two.

use domain::{Change, DeviceNumber, Error, Source, TagId};

use super::segments::giving_instead;
use super::tags::{deletable, find};
use crate::Site;
use crate::state::{Command, Context};

/// Puts a tag on every device that carries another one, and deletes that other, which no rule may ask about. No device
/// carries more tags than before. Segments that gave the one give the other.
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
        let carries = |device: &DeviceNumber| {
            site.fleet.get(*device).is_some_and(|device| device.tags().contains(&staying.id))
        };
        let devices: Vec<_> = carriers.iter().copied().filter(|device| !carries(device)).collect();
        let tagged = (!devices.is_empty()).then(|| Change::Tagged {
            source: Source::Api,
            devices,
            added: vec![staying.id],
            removed: Vec::new(),
        });
        let removed = Change::TagRemoved { id: going.id, before: going.fields.clone(), devices: carriers };
        let segments = giving_instead(site, going.id, Some(staying.id));
        Ok(segments.chain(tagged).chain([removed]).collect())
    }

    fn outcome(&mut self, _: &Site) {}
}
