//! The token that a request presents (netskope-v2 §2).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::failure::Failure;

const NETSKOPE_API_TOKEN: HeaderName = HeaderName::from_static("netskope-api-token");

/// The token of a request: `Netskope-Api-Token: T` or `Authorization: Bearer T`, or several of them that agree. A token
/// may be any text (DESIGN §6).
///
/// # Errors
/// When there is none, when one is no text, or when two differ: whose request would it be?
pub(super) fn token(headers: &HeaderMap) -> Result<&str, Failure> {
    let (by_name, by_scheme) = (headers.get_all(NETSKOPE_API_TOKEN), headers.get_all(header::AUTHORIZATION));
    if by_name.iter().chain(&by_scheme).any(|value| text(value).is_none()) {
        return Err(Failure::Unauthenticated("a token must be sent as valid UTF-8"));
    }
    let by_name = by_name.iter().filter_map(text);
    let by_scheme = by_scheme.iter().filter_map(|value| bearer(text(value)?));
    let mut presented = by_name.map(str::trim).chain(by_scheme).filter(|token| !token.is_empty());
    let Some(token) = presented.next() else {
        return Err(Failure::Unauthenticated(
            "a token is needed, as Netskope-Api-Token: TOKEN or Authorization: Bearer TOKEN",
        ));
    };
    if presented.any(|other| other != token) {
        return Err(Failure::Unauthenticated("the request presents two different tokens; send one"));
    }
    Ok(token)
}

/// The value as UTF-8; `HeaderValue` itself gives ASCII only.
fn text(value: &HeaderValue) -> Option<&str> {
    str::from_utf8(value.as_bytes()).ok()
}

/// The token after the scheme word, which may have any case.
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presented(headers: &[(&'static str, &str)]) -> Option<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        token(&map).ok().map(str::to_owned)
    }

    #[test]
    fn both_headers_are_read_and_must_agree() {
        let token = Some("abc".to_owned());
        assert_eq!(presented(&[("netskope-api-token", "abc")]), token);
        assert_eq!(presented(&[("authorization", "bEaReR  abc ")]), token);
        assert_eq!(presented(&[("netskope-api-token", "abc"), ("authorization", "Bearer abc")]), token);
        assert_eq!(presented(&[("netskope-api-token", "abc"), ("authorization", "Basic eDp5")]), token);
        assert_eq!(presented(&[("netskope-api-token", "abc"), ("authorization", "Bearer abd")]), None);
        assert_eq!(presented(&[("authorization", "Bearer a"), ("authorization", "Bearer b")]), None);
        assert_eq!(presented(&[("authorization", "Bearer ")]), None);
        assert_eq!(presented(&[("authorization", "abc")]), None);
        assert_eq!(presented(&[]), None);
    }
    #[test]
    fn a_token_is_any_text() {
        for token in ["pässwörd-日本", "correct horse  battery", "a=b, c"] {
            let bearer = format!("Bearer {token}");
            assert_eq!(presented(&[("authorization", &bearer)]).as_deref(), Some(token));
            let both = [("netskope-api-token", token), ("authorization", bearer.as_str())];
            assert_eq!(presented(&both).as_deref(), Some(token));
        }
        let mut map = HeaderMap::new();
        map.append(NETSKOPE_API_TOKEN, HeaderValue::from_bytes(b"\xff\xfe").unwrap());
        assert!(token(&map).is_err());
        map.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer abc"));
        assert!(token(&map).is_err(), "one of two is no text");
    }
}
