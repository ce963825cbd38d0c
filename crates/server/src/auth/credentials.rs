//! Client id and secret, as a request for an access token says them (RFC 6749, sections 2.3.1 and 4.4.2).

use axum::http::{HeaderMap, header};
use domain::Violation;

use super::basic;
use crate::body::FormBody;
use crate::failure::Failure;
use crate::routing::{Call, FromCall};

const GRANT_TYPE: &str = "grant_type";
const CLIENT_CREDENTIALS: &str = "client_credentials";
const CLIENT_ID: &str = "client_id";
const CLIENT_SECRET: &str = "client_secret";
const AUTHORIZATION: &str = "Authorization";
/// What the standard gives a meaning here. Others are passed over.
const PARAMETERS: [&str; 4] = [GRANT_TYPE, CLIENT_ID, CLIENT_SECRET, "scope"];

/// What a client says of itself. Never shown.
pub(super) struct Credentials {
    pub(super) id: String,
    pub(super) secret: String,
}

impl FromCall for Credentials {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let form = FormBody::from_call(call).await?;
        if let Some(name) = form.repeated(&PARAMETERS) {
            return Err(invalid(name, format!("{name} is given more than once; give it once")));
        }
        let basic = from_header(&call.head.headers)?;
        let mut missing = Vec::new();
        match form.text(GRANT_TYPE) {
            Some(CLIENT_CREDENTIALS) => {}
            Some(_) => {
                let message = format!("{GRANT_TYPE} must be {CLIENT_CREDENTIALS}");
                return Err(refusal("unsupported_grant_type", GRANT_TYPE, message));
            }
            None => missing.push(required(GRANT_TYPE, CLIENT_CREDENTIALS)),
        }
        let credentials = match basic {
            Some(credentials) => Some(alone(credentials, &form)?),
            None => from_form(&form, &mut missing),
        };
        let violations = missing;
        credentials
            .filter(|_| violations.is_empty())
            .ok_or(Failure::Grant { code: "invalid_request", violations })
    }
}

/// Those of the header, if it holds any of HTTP Basic. Ids and secrets are of characters that forms leave as they are,
/// so they need not be decoded as the standard has it.
fn from_header(headers: &HeaderMap) -> Result<Option<Credentials>, Failure> {
    let mut found = None;
    for value in headers.get_all(header::AUTHORIZATION) {
        let unreadable =
            || invalid(AUTHORIZATION, "Authorization must be Basic and the base 64 of ID:SECRET".into());
        let text = value.to_str().map_err(|_| unreadable())?;
        let Some((scheme, rest)) = text.trim().split_once(' ') else { continue };
        if !scheme.eq_ignore_ascii_case("basic") {
            continue;
        }
        let (id, secret) = basic::read(rest).ok_or_else(unreadable)?;
        if found.replace(Credentials { id, secret }).is_some() {
            return Err(invalid(AUTHORIZATION, "Authorization is given more than once; give it once".into()));
        }
    }
    Ok(found)
}

/// The credentials of the header, if the form has no others.
fn alone(credentials: Credentials, form: &FormBody) -> Result<Credentials, Failure> {
    if form.text(CLIENT_SECRET).is_some() {
        let message = "give client_secret or HTTP Basic, not both".to_owned();
        return Err(invalid(CLIENT_SECRET, message));
    }
    if form.text(CLIENT_ID).is_some_and(|id| id != credentials.id) {
        return Err(invalid(CLIENT_ID, "client_id must be that of HTTP Basic, or be left out".to_owned()));
    }
    Ok(credentials)
}

fn from_form(form: &FormBody, missing: &mut Vec<Violation>) -> Option<Credentials> {
    let mut take = |name: &'static str, what: &str| {
        let text = form.text(name);
        if text.is_none() {
            missing.push(required(name, what));
        }
        text.map(str::to_owned)
    };
    let id = take(CLIENT_ID, "that of an app registration");
    let secret = take(CLIENT_SECRET, "the one that was shown when the app registration was made");
    Some(Credentials { id: id?, secret: secret? })
}

fn required(name: &str, what: &str) -> Violation {
    Violation::new(name, "missing", format!("{name} is missing; it must be {what}"))
}

fn invalid(field: &str, message: String) -> Failure {
    refusal("invalid_request", field, message)
}

fn refusal(code: &'static str, field: &str, message: String) -> Failure {
    Failure::Grant { code, violations: vec![Violation::new(field, code, message)] }
}
