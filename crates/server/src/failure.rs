//! Whatever can keep a request from its answer.

use std::borrow::Cow;

use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::{Error, Maintenance, Violation};
use site::instance::Closed;

use crate::limit::Limit;

/// How long a client is asked to wait after a time-out of ours, or for another server in the place of this one.
const RETRY_AFTER_SECONDS: u32 = 1;

const BEARER: HeaderValue = HeaderValue::from_static("Bearer");
const BASIC: HeaderValue = HeaderValue::from_static("Basic realm=\"fleetmark\"");

/// Why a request was not done. Handlers and extractors give this; the edge has the dialect of the path word it.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// No token.
    NoToken,
    /// A token that does not count; says why without repeating it.
    Unauthenticated(&'static str),
    /// The token lacks what the call needs; names it.
    Forbidden(String),
    /// The app registration that the caller acts for may not be used.
    Closed(Closed),
    /// The site is somewhere else.
    Moved {
        /// The same there.
        location: HeaderValue,
    },
    /// The site is being worked on, or the whole server is.
    Maintained {
        /// Which of them: `site` or `server`.
        what: &'static str,
        /// What callers are told.
        maintenance: Maintenance,
    },
    /// As many requests of the token wait for their turn as may.
    TooMany {
        /// When a place will be free.
        retry_after_seconds: u32,
    },
    /// No app registration has this client id and this secret.
    UnknownClient,
    /// An access token cannot be asked for so.
    Grant {
        /// As RFC 6749 names it.
        code: &'static str,
        /// The parameters at fault.
        violations: Vec<Violation>,
    },
    /// The core refused, or would have: the request breaks a rule of form.
    Refused(Error),
    /// The body is not declared as what the path takes.
    UnsupportedMediaType {
        /// The content type that it takes.
        wanted: &'static str,
    },
    /// The body is larger than the limit.
    TooLarge {
        /// The limit.
        max_bytes: usize,
    },
    /// The body did not come in time.
    BodyTimedOut,
    /// The server holds as many bytes of bodies as it may.
    Overloaded,
    /// The request came when the server had begun to stop.
    Stopping,
    /// The path exists, for other methods.
    MethodNotAllowed,
    /// The path does not exist.
    NoRoute,
    /// The answer was not ready in time.
    TimedOut,
    /// A stream cannot go on from where its client was: that is no place in this store's history.
    CursorElsewhere,
    /// A stream cannot go on from where its client was: what came after it was pruned.
    CursorPruned,
    /// A fault of the server's own, in the log under the request's id.
    Internal,
}

impl Failure {
    /// The HTTP status, that of a refusal by the dialect's own table.
    pub(crate) fn status(&self, of_error: fn(&Error) -> StatusCode) -> StatusCode {
        match self {
            Self::NoToken | Self::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::Closed(_) => StatusCode::FORBIDDEN,
            // Of another kind than 302, so that no client makes a GET of what it sent.
            Self::Moved { .. } => StatusCode::TEMPORARY_REDIRECT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::UnknownClient => StatusCode::UNAUTHORIZED,
            Self::Grant { .. } => StatusCode::BAD_REQUEST,
            Self::Refused(error) => of_error(error),
            Self::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTimedOut => StatusCode::REQUEST_TIMEOUT,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoRoute => StatusCode::NOT_FOUND,
            Self::Overloaded | Self::Stopping | Self::TimedOut | Self::Maintained { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::CursorElsewhere => StatusCode::CONFLICT,
            Self::CursorPruned => StatusCode::GONE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable code, in snake case.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NoToken | Self::Unauthenticated(_) => "unauthorized",
            Self::Forbidden(_) => "forbidden",
            Self::Closed(Closed::Disabled) => "app_registration_disabled",
            Self::Closed(Closed::Expired) => "app_registration_expired",
            Self::Moved { .. } => "site_moved",
            Self::Maintained { .. } => "maintenance",
            Self::TooMany { .. } => "rate_limited",
            Self::UnknownClient => "invalid_client",
            Self::Grant { code, .. } => code,
            Self::Refused(error) => error.code(),
            Self::UnsupportedMediaType { .. } => "unsupported_media_type",
            Self::TooLarge { .. } => "too_large",
            Self::BodyTimedOut => "body_timed_out",
            Self::Overloaded => "overloaded",
            Self::Stopping => "stopping",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NoRoute => "no_route",
            Self::TimedOut => "timed_out",
            Self::CursorElsewhere => "cursor_elsewhere",
            Self::CursorPruned => "history_pruned",
            Self::Internal => "internal",
        }
    }

    /// For the reader: what is wrong and what to do next.
    pub(crate) fn message(&self) -> Cow<'static, str> {
        match self {
            Self::NoToken => "a token is needed, as Netskope-Api-Token: TOKEN or Authorization: Bearer TOKEN".into(),
            Self::Unauthenticated(reason) => Cow::Borrowed(reason),
            Self::Forbidden(needs) => needs.clone().into(),
            Self::Closed(Closed::Disabled) => {
                "the app registration is switched off; have an administrator enable it".into()
            }
            Self::Closed(Closed::Expired) => {
                "the app registration has expired; have an administrator extend it".into()
            }
            Self::Moved { .. } => "the site has moved; the header Location says where this is now".into(),
            Self::Maintained { what, maintenance: Maintenance { message: Some(message), .. } } => {
                format!("the {what} is under maintenance: {message}").into()
            }
            Self::Maintained { what, .. } => {
                format!("the {what} is under maintenance; come again after Retry-After").into()
            }
            Self::TooMany { .. } => {
                "too many requests of this token wait for their turn; come again after Retry-After".into()
            }
            Self::UnknownClient => "no app registration has this client id and this secret".into(),
            Self::Grant { violations, .. } => {
                let messages: Vec<_> = violations.iter().map(|violation| violation.message.as_str()).collect();
                messages.join("; ").into()
            }
            Self::Refused(error) => error.to_string().into(),
            Self::UnsupportedMediaType { wanted } => {
                format!("the body must be sent as Content-Type: {wanted}").into()
            }
            Self::TooLarge { max_bytes } => {
                format!("the body may be at most {max_bytes} bytes long; send it in several calls").into()
            }
            Self::BodyTimedOut => "the body did not come in time; send it again".into(),
            Self::Overloaded => "the server is taking in as much as it can; send it again in a moment".into(),
            Self::Stopping => "the server is stopping and has done nothing; send it again on a new connection".into(),
            Self::MethodNotAllowed => "this path takes other methods; see the header Allow".into(),
            Self::NoRoute => "no Route matched with those values".into(),
            Self::TimedOut => {
                "the answer was not ready in time; what was asked may still be done, so read before writing again".into()
            }
            Self::CursorElsewhere => {
                "this cursor is of another history: another site's, or the store was restored or replaced since; look \
                 at GET /api/v1/changes for what there is, and follow anew without a cursor"
                    .into()
            }
            Self::CursorPruned => {
                "what came after this cursor was pruned by the site's retention; look at GET /api/v1/changes for \
                 what there is, and follow anew without a cursor"
                    .into()
            }
            Self::Internal => "the server failed; its log has the reason under this X-Request-Id".into(),
        }
    }

    /// How the caller is to say who it is, where it did not.
    pub(crate) fn challenge(&self) -> Option<HeaderValue> {
        match self {
            Self::NoToken | Self::Unauthenticated(_) => Some(BEARER),
            Self::UnknownClient => Some(BASIC),
            _ => None,
        }
    }

    /// Where what was asked for is now.
    pub(crate) fn location(&self) -> Option<&HeaderValue> {
        match self {
            Self::Moved { location } => Some(location),
            _ => None,
        }
    }

    /// When to come again, where that helps.
    pub(crate) fn retry_after_seconds(&self) -> Option<u32> {
        match self {
            Self::Refused(
                Error::Busy { retry_after_seconds } | Error::Unavailable { retry_after_seconds, .. },
            ) => Some(*retry_after_seconds),
            Self::Overloaded | Self::Stopping | Self::TimedOut => Some(RETRY_AFTER_SECONDS),
            Self::Maintained { maintenance, .. } => Some(maintenance.retry_after_seconds),
            Self::TooMany { retry_after_seconds } => Some(*retry_after_seconds),
            _ => None,
        }
    }

    /// The limit that the request, of this method, met, if that is why.
    pub(crate) fn limit(&self, method: &Method) -> Option<Limit> {
        match self {
            Self::TooLarge { .. } => Some(Limit::BodyBytes),
            Self::Overloaded => Some(Limit::BodiesHeld),
            Self::BodyTimedOut => Some(Limit::BodyTime),
            Self::TimedOut => Some(Limit::AnswerTime),
            Self::TooMany { .. } => Some(Limit::Pace),
            // What only reads waits for no writer.
            Self::Refused(Error::Busy { .. }) if method.is_safe() => Some(Limit::Reads),
            Self::Refused(Error::Busy { .. }) => Some(Limit::WriterQueue),
            Self::Refused(Error::LimitReached { .. }) => Some(Limit::Site),
            _ => None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

/// Carries the failure to the edge, which makes the answer.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
