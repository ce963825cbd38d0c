//! Tokens, as bodies say them.

use domain::{Owner, Role, SiteId, TagName, Timestamp, TokenFields, TokenId, Violation};
use site::instance::commands::ChangeToken;
use wire::management::{NewToken, PatchToken};

use super::{area_levels, expiry};
use crate::failure::Failure;
use crate::violations::Violations;

/// What is to be set of a new one.
pub(super) fn creation(body: &NewToken, now: Timestamp) -> Result<TokenFields, Failure> {
    let mut found = Violations::default();
    let name = found.take("name", TagName::new(&body.name));
    let owner = found.take("owner", Owner::new(body.owner.as_deref().unwrap_or(&body.name)));
    let role = found.take("role", Role::new(&body.role));
    let areas = body.areas.as_ref().map(|levels| area_levels::read(levels, &mut found)).unwrap_or_default();
    let end = expiry::read(body.expires_at.as_deref(), body.expires_in.as_deref(), now);
    let expires_at = found.keep(end.and_then(|end| to_come(end, now)));
    let (((name, owner), role), expires_at) = found.complete(name.zip(owner).zip(role).zip(expires_at))?;
    let global = body.global_administrator.unwrap_or_default();
    Ok(TokenFields { name, owner, role, areas, global, expires_at })
}

/// What is to change of one.
pub(super) fn change(
    site: SiteId,
    id: TokenId,
    body: &PatchToken,
    now: Timestamp,
    by_global: bool,
) -> Result<ChangeToken, Failure> {
    let mut found = Violations::default();
    let name = found.take_some("name", body.name.as_deref().map(TagName::new));
    let owner = found.take_some("owner", body.owner.as_deref().map(Owner::new));
    let role = found.take_some("role", body.role.as_deref().map(Role::new));
    let areas = body.areas.as_ref().map(|levels| area_levels::read(levels, &mut found));
    let expires_at = match (&body.expires_at, body.expires_in.as_deref()) {
        (None, None) => None,
        (Some(_), Some(_)) => found.keep(Err(expiry::ambiguous())),
        (at, within) => found.keep(expiry::read(at.as_ref().and_then(Option::as_deref), within, now)),
    };
    found.finish()?;
    let global = body.global_administrator;
    Ok(ChangeToken { site, id, name, owner, role, areas, global, expires_at, by_global })
}

fn to_come(end: Option<Timestamp>, now: Timestamp) -> Result<Option<Timestamp>, Violation> {
    if end.is_none_or(|end| end > now) {
        return Ok(end);
    }
    let message = "expiresAt must be a moment to come, or the token would never be taken";
    Err(Violation::new("expiresAt", "past", message))
}
