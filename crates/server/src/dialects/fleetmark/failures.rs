//! How this dialect tells failures (alloyscan, Authentication).

use axum::http::StatusCode;
use domain::Error;
use wire::management::{Detail, ErrorReply};

use crate::failure::Failure;
use crate::reply;

/// The wording of whatever fails on our own paths, and on those that nobody has.
pub(in crate::dialects) fn wording(failure: &Failure) -> (StatusCode, Vec<u8>) {
    let details: Vec<_> = match failure {
        Failure::Refused(Error::Invalid(violations)) => violations
            .iter()
            .filter(|violation| !violation.field.is_empty())
            .map(|violation| Detail { field: violation.field.clone(), message: violation.message.clone() })
            .collect(),
        _ => Vec::new(),
    };
    let error = if details.is_empty() { failure.code() } else { "validation_failed" }.to_owned();
    let message = match failure {
        Failure::NoRoute => "this path does not exist".to_owned(),
        _ => failure.message().into_owned(),
    };
    (failure.status(status_of), reply::bytes(&ErrorReply { error, message, details }))
}

/// The status of each error of the core in this dialect.
fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Invalid(_) => StatusCode::BAD_REQUEST,
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::NameTaken { .. }
        | Error::DescriptionDiffers { .. }
        | Error::SameCriteria { .. }
        | Error::Repeated { .. }
        | Error::InUse { .. }
        | Error::LimitReached { .. } => StatusCode::CONFLICT,
        Error::Busy { .. } | Error::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Error::Pruned { .. } => StatusCode::GONE,
        Error::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use serde_json::{Value, json};

    use super::*;
    use crate::limit::Limit;

    fn told(failure: &Failure) -> (u16, Value) {
        let (status, body) = wording(failure);
        (status.as_u16(), serde_json::from_slice(&body).unwrap())
    }

    #[test]
    fn members_at_fault_are_detailed() {
        let failure = Error::invalid("expiresIn", "duration", "expiresIn must be like 30d").into();
        let body = json!({"error": "validation_failed", "message": "expiresIn must be like 30d",
            "details": [{"field": "expiresIn", "message": "expiresIn must be like 30d"}]});
        assert_eq!(told(&failure), (400, body));
    }

    #[test]
    fn everything_else_has_its_code() {
        let failure = Error::invalid("", "json", "bad").into();
        assert_eq!(told(&failure), (400, json!({"error": "json", "message": "bad"})));
        let body = json!({"error": "no_route", "message": "this path does not exist"});
        assert_eq!(told(&Failure::NoRoute), (404, body));
        let busy = Failure::from(Error::Busy { retry_after_seconds: 2 });
        assert_eq!((told(&busy).0, busy.retry_after_seconds()), (503, Some(2)));
        assert_eq!(busy.limit(&Method::POST), Some(Limit::WriterQueue));
        assert_eq!(busy.limit(&Method::GET), Some(Limit::Reads));
    }
}
