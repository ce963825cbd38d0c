//! The token that a request presents (netskope-v2 §2).

use axum::http::{HeaderMap, header};

use crate::failure::Failure;

const NETSKOPE_API_TOKEN: &str = "netskope-api-token";

/// The token of a request: `Netskope-Api-Token: T` or `Authorization: Bearer T`, or several of them that agree.
///
/// # Errors
/// When there is none, or when two differ: whose request would it be?
pub(super) fn token(headers: &HeaderMap) -> Result<&str, Failure> {
    let by_name = headers.get_all(NETSKOPE_API_TOKEN).iter().filter_map(|value| value.to_str().ok());
    let by_scheme =
        headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| bearer(value.to_str().ok()?));
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
            map.append(*name, value.parse().unwrap());
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
}
