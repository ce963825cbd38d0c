//! App registrations, as bodies and answers say them.

use domain::{
    AppRegistrationFields, AppRegistrationId, Error, Noun, Owner, Role, SiteId, TagName, Timestamp, Violation,
};
use node::Credential;
use site::Instance;
use site::instance;
use site::instance::commands::ChangeAppRegistration;
use wire::app_registrations::{AppRegistration, NewAppRegistration, PatchAppRegistration};

use super::last_use_shown::LastUseShown;
use super::{area_levels, expiry};
use crate::auth::Administrator;
use crate::failure::Failure;
use crate::violations::Violations;

/// One of the administrator's own site; those of others do not exist for them.
pub(super) fn of_site<'a>(
    administrator: &Administrator,
    instance: &'a Instance,
    id: AppRegistrationId,
) -> Result<&'a instance::AppRegistration, Failure> {
    let registration = instance.app_registration(id).filter(|one| one.site == administrator.site());
    registration.ok_or_else(|| Error::not_found(Noun::AppRegistration, id).into())
}

/// What is to be set of a new one. Where the body says nothing it may do everything, as the original's may.
pub(super) fn creation(body: &NewAppRegistration, now: Timestamp) -> Result<AppRegistrationFields, Failure> {
    let mut found = Violations::default();
    let name = found.take("name", TagName::new(&body.name));
    let owner = found.take("owner", Owner::new(body.owner.as_deref().unwrap_or(&body.name)));
    let role = body.role.as_deref().map_or(Ok(Role::Administrator), Role::new);
    let role = found.take("role", role);
    let areas = body.areas.as_ref().map(|levels| area_levels::read(levels, &mut found)).unwrap_or_default();
    let expires_at = end(body.expires_at.as_deref(), body.expires_in.as_deref(), now)
        .and_then(|end| end.ok_or_else(endless))
        .and_then(|end| if end > now { Ok(end) } else { Err(past()) });
    let expires_at = found.keep(expires_at);
    let enabled = body.enabled.unwrap_or(true);
    let (((name, owner), role), expires_at) = found.complete(name.zip(owner).zip(role).zip(expires_at))?;
    Ok(AppRegistrationFields { name, owner, role, areas, expires_at, enabled })
}

/// What is to change of one.
pub(super) fn change(
    site: SiteId,
    id: AppRegistrationId,
    body: &PatchAppRegistration,
    now: Timestamp,
) -> Result<ChangeAppRegistration, Failure> {
    let mut found = Violations::default();
    let name = found.take_some("name", body.name.as_deref().map(TagName::new));
    let owner = found.take_some("owner", body.owner.as_deref().map(Owner::new));
    let role = found.take_some("role", body.role.as_deref().map(Role::new));
    let areas = body.areas.as_ref().map(|levels| area_levels::read(levels, &mut found));
    let expires_at = found.keep(end(body.expires_at.as_deref(), body.expires_in.as_deref(), now)).flatten();
    found.finish()?;
    Ok(ChangeAppRegistration { site, id, name, owner, role, areas, expires_at, enabled: body.enabled })
}

/// The expiry that a body says; `None` when it says nothing.
fn end(at: Option<&str>, within: Option<&str>, now: Timestamp) -> Result<Option<Timestamp>, Violation> {
    let end = expiry::read(at, within, now)?;
    match (end, within) {
        (None, Some(_)) => {
            let message = "expiresIn must come to an end, such as 90d: an app registration always expires";
            Err(Violation::new("expiresIn", "lifetime", message))
        }
        _ => Ok(end),
    }
}

fn endless() -> Violation {
    let message =
        "expiresAt is missing; an app registration always expires: give a moment, or expiresIn such as 90d";
    Violation::new("expiresAt", "missing", message)
}

fn past() -> Violation {
    let message = "expiresAt must be a moment to come, or the app registration could never be used";
    Violation::new("expiresAt", "past", message)
}

/// What is known of one.
pub(super) fn shown(
    administrator: &Administrator,
    registration: &instance::AppRegistration,
) -> AppRegistration {
    let last = administrator.last_use(Credential::AppRegistration(registration.id));
    let (fields, last) = (&registration.fields, LastUseShown::of(last.as_ref()));
    AppRegistration {
        id: registration.id.0,
        name: fields.name.to_string(),
        owner: fields.owner.to_string(),
        role: fields.role.name().to_owned(),
        areas: area_levels::shown(&fields.areas),
        client_id: registration.client_id.to_string(),
        enabled: fields.enabled,
        expires_at: fields.expires_at.to_string(),
        last_used_at: last.at,
        last_used_by: last.by,
        last_used_from: last.from,
        created_by: registration.created.by.to_string(),
        created_at: registration.created.at.to_string(),
    }
}
