//! What the instance keeps of a site, before and after: settings, tokens, app registrations. No hash of a token or
//! secret is told.

use domain::{
    AppRegistrationFields, AppRegistrationId, InstanceChange, Maintenance, SiteSettings, TokenFields, TokenId,
};
use site::Site;
use wire::alloyscan::changes::{self, AppRegistration, Described, Token};

use super::described::Pair;
use crate::dialects::fleetmark::{area_levels, maintenance_form, site_settings};

/// What a change of the instance altered, as it was and as it is.
pub(super) fn described<'a>(site: &Site, change: &'a InstanceChange) -> Pair<'a> {
    match change {
        InstanceChange::SiteAdded { id, name } => {
            (None, Some(Described::Site(changes::Site { id: id.0, name: name.as_str() })))
        }
        InstanceChange::SiteChanged { before, after, .. } => {
            (Some(settings(site, before)), Some(settings(site, after)))
        }
        InstanceChange::MaintenanceChanged { before, after } => (Some(server(before)), Some(server(after))),
        InstanceChange::TokenAdded { id, after, .. } => (None, Some(token(*id, after))),
        InstanceChange::TokenChanged { id, before, after } => {
            (Some(token(*id, before)), Some(token(*id, after)))
        }
        InstanceChange::TokenRevoked { id, before } => (Some(token(*id, before)), None),
        InstanceChange::AppRegistrationAdded { id, after, .. } => (None, Some(app(*id, after))),
        InstanceChange::AppRegistrationChanged { id, before, after } => {
            (Some(app(*id, before)), Some(app(*id, after)))
        }
        InstanceChange::AppRegistrationRemoved { id, before } => (Some(app(*id, before)), None),
    }
}

fn settings<'a>(site: &Site, settings: &SiteSettings) -> Described<'a> {
    Described::Settings(changes::Settings { settings: site_settings::settings(site, settings) })
}

fn server<'a>(maintenance: &Maintenance) -> Described<'a> {
    Described::Server(changes::Server { maintenance: maintenance_form::shown(maintenance) })
}

fn token(id: TokenId, fields: &TokenFields) -> Described<'_> {
    Described::Token(Token {
        id: id.0,
        name: fields.name.as_str(),
        owner: fields.owner.as_str(),
        role: fields.role.name(),
        areas: area_levels::shown(&fields.areas),
        global_administrator: fields.global,
        expires_at: fields.expires_at.map(|expiry| expiry.to_string()),
    })
}

fn app(id: AppRegistrationId, fields: &AppRegistrationFields) -> Described<'_> {
    Described::AppRegistration(AppRegistration {
        id: id.0,
        name: fields.name.as_str(),
        owner: fields.owner.as_str(),
        role: fields.role.name(),
        areas: area_levels::shown(&fields.areas),
        enabled: fields.enabled,
        expires_at: fields.expires_at.to_string(),
    })
}
