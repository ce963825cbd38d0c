//! The token that a request presents (netskope-v2 §2).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::failure::Failure;

const NETSKOPE_API_TOKEN: HeaderName = HeaderName::from_static("netskope-api-token");

/// The token of a request: `Netskope-Api-Token: T`, `Authorization: Bearer T`, `parameter` where a dialect has it among
/// the parameters, or several of them that agree. A token may be any text (DESIGN §6).
///
/// # Errors
/// When there is none, when one is no text, or when two differ: whose request would it be?
pub(crate) fn token<'c>(headers: &'c HeaderMap, parameter: Option<&'c str>) -> Result<&'c str, Failure> {
    let (mut token, mut differ) = (parameter, false);
    let by_name: fn(&str) -> Option<&str> = |text| Some(trimmed(text));
    for (header, read) in [(NETSKOPE_API_TOKEN, by_name), (header::AUTHORIZATION, bearer)] {
        for value in headers.get_all(header) {
            let text = text(value).ok_or(Failure::Unauthenticated("a token must be sent as valid UTF-8"))?;
            if let Some(presented) = read(text).filter(|presented| !presented.is_empty()) {
                differ |= *token.get_or_insert(presented) != presented;
            }
        }
    }
    if differ {
        return Err(Failure::Unauthenticated("the request presents two different tokens; send one"));
    }
    token.ok_or(Failure::NoToken)
}

/// The value as UTF-8; `HeaderValue` itself gives ASCII only.
fn text(value: &HeaderValue) -> Option<&str> {
    str::from_utf8(value.as_bytes()).ok()
}

/// The token after the scheme word, which may have any case.
fn bearer(authorization: &str) -> Option<&str> {
    let authorization = trimmed(authorization);
    let space = authorization.bytes().position(|byte| byte == b' ')?;
    let (scheme, token) = authorization.split_at(space);
    scheme.eq_ignore_ascii_case("bearer").then(|| trimmed(&token[1..]))
}

/// The text without white space at its ends, where there hardly ever is any.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presented(headers: &[(&'static str, &str)]) -> Option<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        token(&map, None).ok().map(str::to_owned)
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
        assert!(token(&map, None).is_err());
        map.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer abc"));
        assert!(token(&map, None).is_err(), "one of two is no text");
    }
}
