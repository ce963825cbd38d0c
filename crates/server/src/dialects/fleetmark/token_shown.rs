//! Tokens, as answers say them.

use node::LastUse;
use site::instance;
use wire::management::Token;

use super::area_levels;
use super::last_use_shown::LastUseShown;

/// What all but its holder see of a token, as `GET /api/v1/tokens/{id}` answers it.
#[must_use]
pub fn token_shown(token: &instance::Token, last: Option<&LastUse>) -> Token {
    let (fields, last) = (&token.fields, LastUseShown::of(last));
    Token {
        id: token.id.0,
        name: fields.name.to_string(),
        owner: fields.owner.to_string(),
        role: fields.role.name().to_owned(),
        areas: area_levels::shown(&fields.areas),
        global_administrator: fields.global,
        expires_at: fields.expires_at.map(|expiry| expiry.to_string()),
        last_used_at: last.at,
        last_used_by: last.by,
        last_used_from: last.from,
        created_by: token.created.by.to_string(),
        created_at: token.created.at.to_string(),
    }
}
