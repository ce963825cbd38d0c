//! How this dialect tells failures (netskope-v1, Form).

use axum::http::StatusCode;
use domain::Error;
use wire::netskope_v1::ErrorReply;

use crate::failure::Failure;
use crate::json;

/// The wording of whatever fails on these paths: an entry for each thing that is wrong.
pub(in crate::dialects) fn wording(failure: &Failure, request_id: &str) -> (StatusCode, Vec<u8>) {
    let status = match failure.status(status_of) {
        // The original knows no other for whoever may not, nor for what has moved.
        StatusCode::UNAUTHORIZED => StatusCode::FORBIDDEN,
        StatusCode::TEMPORARY_REDIRECT => StatusCode::FOUND,
        status => status,
    };
    let errors = match failure {
        Failure::Refused(Error::Invalid(violations)) => {
            violations.iter().map(|violation| violation.message.clone()).collect()
        }
        Failure::NoToken => vec!["the token is missing; send it as the parameter token".to_owned()],
        Failure::Unauthenticated(reason) => vec![format!("the token is invalid or expired: {reason}")],
        Failure::NoRoute => vec!["this server has no such endpoint".to_owned()],
        Failure::Internal | Failure::Refused(Error::Internal) => {
            vec![format!("the server failed; its log has the reason under the request id {request_id}")]
        }
        _ => vec![failure.message().into_owned()],
    };
    let error_code = error_code(status).to_owned();
    (status, json::written(&ErrorReply { status: "error".to_owned(), error_code, errors }))
}

fn error_code(status: StatusCode) -> &'static str {
    match status {
        StatusCode::FOUND => "Redirect",
        StatusCode::BAD_REQUEST => "Invalid Parameter",
        StatusCode::FORBIDDEN => "Authorization Error",
        StatusCode::NOT_FOUND => "Not Found",
        StatusCode::METHOD_NOT_ALLOWED => "Method Not Allowed",
        StatusCode::REQUEST_TIMEOUT => "Request Timeout",
        StatusCode::PAYLOAD_TOO_LARGE => "Payload Too Large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "Unsupported Media Type",
        StatusCode::TOO_MANY_REQUESTS => "Too Many Requests",
        StatusCode::SERVICE_UNAVAILABLE => "Service Under Maintenance",
        _ => "General Error",
    }
}

/// The status of each error of the core in this dialect.
fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Invalid(_)
        | Error::Pruned { .. }
        | Error::NameTaken { .. }
        | Error::DescriptionDiffers { .. }
        | Error::RangeTaken { .. }
        | Error::SameCriteria { .. }
        | Error::Repeated { .. }
        | Error::InUse { .. }
        | Error::LimitReached { .. } => StatusCode::BAD_REQUEST,
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::Busy { .. } | Error::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::Damaged { .. } | Error::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Error::Item { error, .. } => status_of(error),
    }
}

#[cfg(test)]
mod tests {
    use domain::Violation;
    use serde_json::{Value, json};

    use super::*;

    fn told(failure: &Failure) -> (u16, Value) {
        let (status, body) = wording(failure, "r-1");
        (status.as_u16(), serde_json::from_slice(&body).unwrap())
    }

    fn envelope(code: &str, errors: &[&str]) -> Value {
        json!({"status": "error", "errorCode": code, "errors": errors})
    }

    #[test]
    fn each_thing_that_is_wrong_has_an_entry() {
        let violations =
            ["limit", "skip"].map(|name| Violation::new(name, "number", format!("{name} is bad")));
        let failure = Error::Invalid(violations.into()).into();
        assert_eq!(told(&failure), (400, envelope("Invalid Parameter", &["limit is bad", "skip is bad"])));
    }

    #[test]
    fn our_fault_is_told_by_the_id_of_the_request_alone() {
        let text = "the server failed; its log has the reason under the request id r-1";
        assert_eq!(told(&Failure::Internal), (500, envelope("General Error", &[text])));
        assert_eq!(told(&Error::Internal.into()), (500, envelope("General Error", &[text])));
    }

    #[test]
    fn whoever_may_not_is_told_so_with_one_status() {
        let missing = "the token is missing; send it as the parameter token";
        assert_eq!(told(&Failure::NoToken), (403, envelope("Authorization Error", &[missing])));
        let invalid = "the token is invalid or expired: it is another's";
        let unknown = Failure::Unauthenticated("it is another's");
        assert_eq!(told(&unknown), (403, envelope("Authorization Error", &[invalid])));
        let forbidden = Failure::Forbidden("needs more".to_owned());
        assert_eq!(told(&forbidden), (403, envelope("Authorization Error", &["needs more"])));
    }
}
