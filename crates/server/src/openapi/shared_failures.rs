//! The failures that operations share.

use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Header, HeaderBuilder};

/// When an operation can fail in a way that others share.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Always.
    Always,
    /// If it asks for a token.
    WithToken,
    /// If it asks for a token whose requests may have to wait for their turn.
    Paced,
    /// If it takes a body.
    WithBody,
}

/// One way to fail.
pub(super) struct SharedFailure {
    pub(super) status: u16,
    /// Names the shared response.
    pub(super) name: &'static str,
    pub(super) when: When,
    pub(super) description: &'static str,
    /// A header beside those that every answer has.
    pub(super) header: Option<fn() -> (&'static str, Header)>,
}

const fn failure(status: u16, name: &'static str, when: When, description: &'static str) -> SharedFailure {
    SharedFailure { status, name, when, description, header: None }
}

/// All of them.
pub(super) const SHARED_FAILURES: [SharedFailure; 11] = [
    SharedFailure {
        header: Some(location),
        ..failure(
            307,
            "Moved",
            When::WithToken,
            "The site has moved: send the same to where `Location` says.",
        )
    },
    failure(
        400,
        "BadRequest",
        When::WithToken,
        "The body is not strict JSON, or not of the form asked for. Or the site wants to know from `User-Agent` what \
         client this is, as `Vendor-product-version`.",
    ),
    SharedFailure {
        header: Some(www_authenticate),
        ..failure(401, "Unauthorized", When::WithToken, "The token is missing, unknown, expired or revoked.")
    },
    failure(
        403,
        "Forbidden",
        When::WithToken,
        "The token may not do this; the message names what it lacks. Or the app registration that it was issued to is \
         switched off or has expired.",
    ),
    SharedFailure {
        header: Some(allow),
        ..failure(
            405,
            "MethodNotAllowed",
            When::Always,
            "The path takes other methods: see the header `Allow`.",
        )
    },
    failure(408, "RequestTimeout", When::WithBody, "The body did not come within 30 seconds. Send it again."),
    failure(
        413,
        "ContentTooLarge",
        When::WithBody,
        "The body is longer than 16 MiB. Send it in several calls.",
    ),
    failure(
        415,
        "UnsupportedMediaType",
        When::WithBody,
        "The body is not declared as `Content-Type: application/json`.",
    ),
    SharedFailure {
        header: Some(retry_after),
        ..failure(
            429,
            "TooManyRequests",
            When::Paced,
            "The site's `pacing` lets the token send no more at present, and as many of its requests wait for their \
             turn as may. Nothing was done; come again after `Retry-After`.",
        )
    },
    failure(
        500,
        "InternalServerError",
        When::Always,
        "The server failed; its log has the reason under this answer's `X-Request-Id`.",
    ),
    SharedFailure {
        header: Some(retry_after),
        ..failure(
            503,
            "ServiceUnavailable",
            When::Always,
            "The site is under maintenance, too much is waiting, the store does not take writes, or the answer was not ready within 60 seconds. \
             Nothing was done, except perhaps in the last case; come again after `Retry-After`.",
        )
    },
];

/// On every answer.
pub(super) fn x_request_id() -> (&'static str, Header) {
    let text = "Names the request in the server's log.";
    ("X-Request-Id", header(ObjectBuilder::new().schema_type(Type::String), text))
}

/// On the answer to a write.
pub(super) fn fleetmark_version() -> (&'static str, Header) {
    let text = "The version that holds what was written. Versions of a site only grow.";
    ("Fleetmark-Version", header(whole_number(), text))
}

/// On an answer of Netskope's v2 to a token that is paced.
pub(super) fn rate_limit() -> [(&'static str, Header); 3] {
    [
        ("RateLimit-Limit", "How many requests of the token a period has. Only while the site paces v2."),
        ("RateLimit-Remaining", "How many more may come in this one."),
        ("RateLimit-Reset", "In how many seconds it ends."),
    ]
    .map(|(name, text)| (name, header(whole_number(), text)))
}

fn www_authenticate() -> (&'static str, Header) {
    let scheme = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["Bearer"]));
    ("WWW-Authenticate", header(scheme, "How to present a token."))
}

fn location() -> (&'static str, Header) {
    ("Location", header(ObjectBuilder::new().schema_type(Type::String), "The address of the same there."))
}

fn allow() -> (&'static str, Header) {
    ("Allow", header(ObjectBuilder::new().schema_type(Type::String), "The methods, between commas."))
}

/// On a 503.
pub(super) fn retry_after() -> (&'static str, Header) {
    ("Retry-After", header(whole_number(), "Seconds to wait."))
}

fn whole_number() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0))
}

fn header(schema: ObjectBuilder, description: &str) -> Header {
    HeaderBuilder::new().schema(schema).description(Some(description)).build()
}
