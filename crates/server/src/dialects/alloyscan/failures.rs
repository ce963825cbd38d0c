//! How this dialect and our own paths tell failures (alloyscan, Authentication).

use axum::http::StatusCode;
use domain::{Error, Noun};
use wire::management::{Detail, ErrorReply};

use crate::failure::Failure;
use crate::json;

/// The wording of whatever fails on these paths, and on those that nobody has.
pub(in crate::dialects) fn wording(failure: &Failure) -> (StatusCode, Vec<u8>) {
    let details: Vec<_> = match failure {
        Failure::Refused(Error::Invalid(violations)) | Failure::Grant { violations, .. } => violations
            .iter()
            .filter(|violation| !violation.field.is_empty())
            .map(|violation| Detail { field: violation.field.clone(), message: violation.message.clone() })
            .collect(),
        Failure::Refused(Error::Item { path: field, .. } | Error::Repeated { field, .. }) => {
            vec![Detail { field: field.clone(), message: failure.message().into_owned() }]
        }
        _ => Vec::new(),
    };
    let error = match failure {
        Failure::Refused(Error::Invalid(_)) if !details.is_empty() => "validation_failed",
        _ => failure.code(),
    };
    let error = error.to_owned();
    let message = match failure {
        Failure::NoRoute => "this path does not exist".to_owned(),
        Failure::TooMany { .. } => "API workload limit exceeded".to_owned(),
        // The number that its holder has is one of the Netskope paths.
        Failure::Refused(Error::NameTaken { noun: Noun::Tag, name, .. }) => {
            format!("a tag named \"{name}\" already exists on this site")
        }
        Failure::Refused(Error::NameTaken { noun: Noun::Device, name, .. }) => {
            format!("the site has a device {name} already; give another nsdeviceuid or userkey")
        }
        _ => failure.message().into_owned(),
    };
    (failure.status(status_of), json::written(&ErrorReply { error, message, details }))
}

/// The status of each error of the core in this dialect.
fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Invalid(_) => StatusCode::BAD_REQUEST,
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::NameTaken { .. }
        | Error::DescriptionDiffers { .. }
        | Error::RangeTaken { .. }
        | Error::SameCriteria { .. }
        | Error::Repeated { .. }
        | Error::InUse { .. }
        | Error::LimitReached { .. } => StatusCode::CONFLICT,
        Error::Busy { .. } | Error::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Error::Pruned { .. } => StatusCode::GONE,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::Damaged { .. } | Error::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Error::Item { error, .. } => status_of(error),
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
    fn an_item_at_fault_is_detailed_under_the_code_and_status_of_its_fault() {
        let fault = Error::not_found(Noun::Rule, 7);
        let (message, details) = (
            "[1]: rule 7 does not exist",
            json!([{"field": "[1]", "message": "[1]: rule 7 does not exist"}]),
        );
        let body = json!({"error": "not_found", "message": message, "details": details});
        assert_eq!(told(&fault.within("[1]").into()), (404, body));
        let fault = Error::invalid("os", "os_fixed", "os may not change").within("[1]");
        assert_eq!(
            told(&fault.into()).1["details"],
            json!([{"field": "[1].os", "message": "[1].os may not change"}])
        );
        let fault = Error::invalid("", "json", "bad").within("[1]");
        assert_eq!(told(&fault.into()).1["details"], json!([{"field": "[1]", "message": "[1]: bad"}]));
    }

    #[test]
    fn everything_else_has_its_code() {
        let failure = Error::invalid("", "json", "bad").into();
        assert_eq!(told(&failure), (400, json!({"error": "json", "message": "bad"})));
        let body = json!({"error": "no_route", "message": "this path does not exist"});
        assert_eq!(told(&Failure::NoRoute), (404, body));
        let (pruned, elsewhere) = (told(&Failure::CursorPruned), told(&Failure::CursorElsewhere));
        assert_eq!((pruned.0, &pruned.1["error"]), (410, &json!("history_pruned")));
        assert_eq!((elsewhere.0, &elsewhere.1["error"]), (409, &json!("cursor_elsewhere")));
        let busy = Failure::from(Error::Busy { retry_after_seconds: 2 });
        assert_eq!((told(&busy).0, busy.retry_after_seconds()), (503, Some(2)));
        assert_eq!(busy.limit(&Method::POST), Some(Limit::WriterQueue));
        assert_eq!(busy.limit(&Method::GET), Some(Limit::Reads));
    }
}
