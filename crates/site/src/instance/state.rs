//! How records change the instance.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::{InstanceChange, SiteSettings, Timestamp, Version};

use super::{AppRegistration, Instance, SiteInfo, Token};
use crate::catalogue::Stamp;
use crate::encoding::{self, DecodeError};
use crate::state::{Context, Due, Record, RecordOf, State};

impl Instance {
    fn set(&mut self, stamp: &Stamp, change: &InstanceChange) {
        match change {
            InstanceChange::SiteAdded { id, name } => {
                self.last_site = self.last_site.max(*id);
                let (name, settings) = (name.clone(), SiteSettings::default());
                let site = SiteInfo { id: *id, name, settings, added: self.version };
                Arc::make_mut(&mut self.sites).insert(*id, site);
            }
            InstanceChange::MaintenanceChanged { after, .. } => self.maintenance = after.clone(),
            InstanceChange::SiteChanged { site, after, .. } => {
                if let Some(site) = Arc::make_mut(&mut self.sites).get_mut(site) {
                    site.settings = after.clone();
                }
            }
            InstanceChange::TokenAdded { id, site, hash, after } => {
                self.last_token = self.last_token.max(*id);
                let (fields, created) = (after.clone(), stamp.clone());
                let token = Token { id: *id, site: *site, hash: *hash, fields, created };
                Arc::make_mut(&mut self.tokens).insert(*id, Arc::new(token));
                Arc::make_mut(&mut self.by_hash).insert(*hash, *id);
                Arc::make_mut(&mut self.token_sites).insert(*id, *site);
            }
            InstanceChange::TokenChanged { id, after, .. } => {
                if let Some(token) = Arc::make_mut(&mut self.tokens).get_mut(id) {
                    Arc::make_mut(token).fields = after.clone();
                }
            }
            InstanceChange::TokenRevoked { id, .. } => {
                if let Some(token) = Arc::make_mut(&mut self.tokens).remove(id) {
                    Arc::make_mut(&mut self.by_hash).remove(&token.hash);
                }
            }
            InstanceChange::AppRegistrationAdded { id, site, client_id, secret, after } => {
                let (fields, created) = (after.clone(), stamp.clone());
                self.add_app_registration(AppRegistration {
                    id: *id,
                    site: *site,
                    client_id: *client_id,
                    secret: *secret,
                    fields,
                    created,
                });
            }
            InstanceChange::AppRegistrationChanged { id, after, .. } => {
                if let Some(registration) = Arc::make_mut(&mut self.app_registrations).get_mut(id) {
                    Arc::make_mut(registration).fields = after.clone();
                }
            }
            InstanceChange::AppRegistrationRemoved { id, .. } => {
                if let Some(registration) = Arc::make_mut(&mut self.app_registrations).remove(id) {
                    Arc::make_mut(&mut self.by_client).remove(&registration.client_id);
                }
            }
        }
    }

    fn add_app_registration(&mut self, registration: AppRegistration) {
        let AppRegistration { id, site, client_id, .. } = registration;
        self.last_app_registration = self.last_app_registration.max(id);
        Arc::make_mut(&mut self.app_registrations).insert(id, Arc::new(registration));
        Arc::make_mut(&mut self.by_client).insert(client_id, id);
        Arc::make_mut(&mut self.app_registration_sites).insert(id, site);
    }

    fn set_all(&mut self, stamp: &Stamp, changes: &[InstanceChange]) {
        for change in changes {
            self.set(stamp, change);
        }
    }
}

impl State for Instance {
    type Change = InstanceChange;
    type Effects = ();
    type Foreseen = ();
    type Settings = ();

    fn version(&self) -> Version {
        self.version
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    /// What follows from a change of the instance follows at once.
    fn foresee(&self, _changes: &[InstanceChange], _stop: &AtomicBool) -> Option<()> {
        None
    }

    fn apply(
        &mut self,
        context: &Context,
        changes: Vec<InstanceChange>,
        _foreseen: Option<&()>,
    ) -> RecordOf<Self> {
        let record = Record {
            version: self.version.next(),
            time: context.now.max(self.time),
            actor: context.actor.clone(),
            request_id: Arc::clone(&context.request_id),
            changes,
            effects: (),
        };
        self.replay(&record);
        record
    }

    fn next_due(&self) -> Option<Timestamp> {
        None
    }

    /// What has expired is refused when it is shown; nothing need be done about it.
    fn due(&self, (): &(), _now: Timestamp, _look_at: Timestamp) -> Due<InstanceChange> {
        Due::default()
    }

    fn replay(&mut self, record: &RecordOf<Self>) {
        let stamp = Stamp { by: record.actor.clone(), at: record.time };
        self.version = record.version;
        self.time = record.time;
        self.set_all(&stamp, &record.changes);
    }

    /// Sites, tokens and app registrations are the business of people alone.
    fn is_audited(_: &RecordOf<Self>) -> bool {
        true
    }

    fn encode(record: &RecordOf<Self>) -> Vec<u8> {
        encoding::encode_instance(record)
    }

    fn decode(bytes: &[u8]) -> Result<RecordOf<Self>, DecodeError> {
        encoding::decode_instance(bytes)
    }
}
