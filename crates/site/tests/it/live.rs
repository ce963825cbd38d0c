//! A site as a writer keeps it: every command is decided and applied on a clone, which then takes its place.

use domain::{Change, Error, SiteSettings, Timestamp};
use site::{Command, Context, Site, SiteRecord, State};

/// A site, the records that made it as the store keeps them, and the snapshots after each.
#[derive(Debug, Default)]
pub struct Live {
    pub site: Site,
    pub log: Vec<(Vec<u8>, Site)>,
}

impl Live {
    pub fn run<C: Command<Site>>(&mut self, context: &Context, mut command: C) -> Result<C::Outcome, Error> {
        let changes = command.decide(&self.site, context)?;
        if !changes.is_empty() {
            self.apply(context, changes);
        }
        Ok(command.outcome(&self.site))
    }

    /// Does what is due, as a writer does before it decides anything.
    pub fn do_due(&mut self, context: &Context, settings: &SiteSettings) {
        let now = context.now.max(self.site.time());
        loop {
            let changes = self.site.due(settings, now, Timestamp::EPOCH).changes;
            if changes.is_empty() {
                break;
            }
            self.apply(&Context { now, ..context.clone() }, changes);
        }
        assert!(self.site.next_due().is_none_or(|next| next > now), "nothing is due any more");
    }

    fn apply(&mut self, context: &Context, changes: Vec<Change>) {
        let mut next = self.site.clone();
        let record = next.apply(context, changes, None);
        let bytes = Site::encode(&record);
        assert_eq!(Site::decode(&bytes).unwrap(), record, "a record reads back as it was");
        self.log.push((bytes, next.clone()));
        self.site = next;
    }

    /// Replays the log into an empty site, which shares nothing with this one, and gives each version with the
    /// snapshot that was taken of it.
    pub fn replayed(&self) -> impl Iterator<Item = (Site, &Site)> {
        let mut site = Site::default();
        self.log.iter().map(move |(bytes, snapshot)| {
            let record: SiteRecord = Site::decode(bytes).unwrap();
            site.replay(&record);
            (site.clone(), snapshot)
        })
    }
}

/// Whether a site finds the devices of another, and no others, by machine and by user: `==` leaves that out.
pub fn finds_those_of(site: &Site, other: &Site) -> bool {
    other.fleet.iter().all(|device| {
        let (uid, userkey) = (device.uid(), device.userkey());
        let numbers = |site: &Site| {
            let mut numbers: Vec<_> = site.fleet.of_machine(&uid).map(|device| device.number()).collect();
            numbers.sort_unstable();
            numbers
        };
        site.fleet.find(&uid, &userkey).map(|found| found.number()) == Some(device.number())
            && numbers(site) == numbers(other)
    })
}
