//! Making, changing and deleting app registrations.

use domain::{
    APP_REGISTRATIONS_MAX, AppRegistrationFields, AppRegistrationId, Areas, Error, InstanceChange, Noun,
    Owner, Role, SiteId, TagName, Timestamp, TokenHash,
};
use uuid::Uuid;

use crate::instance::{AppRegistration, Instance};
use crate::state::{Command, Context};

/// Makes an app registration.
#[derive(Debug)]
pub struct CreateAppRegistration {
    /// The site it is for.
    pub site: SiteId,
    /// What it is to call itself: random, so that no other has it.
    pub client_id: Uuid,
    /// Of its secret.
    pub secret: TokenHash,
    /// As to be set.
    pub fields: AppRegistrationFields,
}

impl Command<Instance> for CreateAppRegistration {
    type Outcome = AppRegistrationId;

    fn decide(&mut self, instance: &Instance, _: &Context) -> Result<Vec<InstanceChange>, Error> {
        if instance.site(self.site).is_none() {
            return Err(Error::not_found(Noun::Site, self.site));
        }
        if instance.app_registration_of_client(self.client_id).is_some() {
            let message = "clientId must be one that no other app registration has";
            return Err(Error::invalid("clientId", "client_id_in_use", message));
        }
        if instance.app_registrations_of(self.site).count() >= APP_REGISTRATIONS_MAX {
            let message =
                format!("a site holds at most {APP_REGISTRATIONS_MAX} app registrations; delete some first");
            return Err(Error::LimitReached { limit: "app_registrations", message });
        }
        let id = AppRegistrationId(instance.last_app_registration.0 + 1);
        let (site, client_id, secret, after) = (self.site, self.client_id, self.secret, self.fields.clone());
        Ok(vec![InstanceChange::AppRegistrationAdded { id, site, client_id, secret, after }])
    }

    fn outcome(&mut self, instance: &Instance) -> AppRegistrationId {
        instance.last_app_registration
    }
}

/// Changes an app registration; `None` leaves a member as it is. Its client id and its secret stay.
#[derive(Debug)]
pub struct ChangeAppRegistration {
    /// The site of whoever asks; another site's app registration does not exist for them.
    pub site: SiteId,
    /// Which.
    pub id: AppRegistrationId,
    /// What it is for.
    pub name: Option<TagName>,
    /// Who answers for what is done with it.
    pub owner: Option<Owner>,
    /// What holders of its access tokens are on the site.
    pub role: Option<Role>,
    /// The areas of a User.
    pub areas: Option<Areas>,
    /// From when on it is refused.
    pub expires_at: Option<Timestamp>,
    /// Whether it may be used at all.
    pub enabled: Option<bool>,
}

impl Command<Instance> for ChangeAppRegistration {
    type Outcome = ();

    fn decide(&mut self, instance: &Instance, _: &Context) -> Result<Vec<InstanceChange>, Error> {
        let before = find(instance, self.site, self.id)?.fields.clone();
        let after = AppRegistrationFields {
            name: self.name.clone().unwrap_or_else(|| before.name.clone()),
            owner: self.owner.clone().unwrap_or_else(|| before.owner.clone()),
            role: self.role.unwrap_or(before.role),
            areas: self.areas.unwrap_or(before.areas),
            expires_at: self.expires_at.unwrap_or(before.expires_at),
            enabled: self.enabled.unwrap_or(before.enabled),
        };
        if after == before {
            return Ok(Vec::new());
        }
        Ok(vec![InstanceChange::AppRegistrationChanged { id: self.id, before, after }])
    }

    fn outcome(&mut self, _: &Instance) {}
}

/// Deletes an app registration, and with it its access tokens.
#[derive(Debug)]
pub struct DeleteAppRegistration {
    /// The site of whoever asks; another site's app registration does not exist for them.
    pub site: SiteId,
    /// Which.
    pub id: AppRegistrationId,
}

impl Command<Instance> for DeleteAppRegistration {
    type Outcome = ();

    fn decide(&mut self, instance: &Instance, _: &Context) -> Result<Vec<InstanceChange>, Error> {
        let before = find(instance, self.site, self.id)?.fields.clone();
        Ok(vec![InstanceChange::AppRegistrationRemoved { id: self.id, before }])
    }

    fn outcome(&mut self, _: &Instance) {}
}

fn find(instance: &Instance, site: SiteId, id: AppRegistrationId) -> Result<&AppRegistration, Error> {
    let registration = instance.app_registration(id).filter(|registration| registration.site == site);
    registration.ok_or_else(|| Error::not_found(Noun::AppRegistration, id))
}
