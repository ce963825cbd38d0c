//! How this dialect tells failures: four ways by path, and one for tokens and routes on all of them (netskope-v2 §2,
//! §3).

use axum::http::StatusCode;
use domain::{Error, Violation};
use wire::netskope_v2::{
    ClassificationError, CodedMessage, DevicesError, DevicesErrors, EventsError, Message, Messages,
    SearchError, SearchStatus,
};

use crate::dialects::Wording;
use crate::failure::Failure;
use crate::json;

/// The wording of whatever fails at a path.
pub(in crate::dialects) fn wording(path: &str) -> Wording {
    let below =
        |parent: &str| path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if below("/api/v2/deviceclassification") {
        |failure, _| told(failure, classification)
    } else if below("/api/v2/devices") {
        |failure, _| told(failure, devices)
    } else if below("/api/v2/events/data") {
        |failure, _| told(failure, events)
    } else if below("/api/v2/events/datasearch") {
        |failure, _| told(failure, search)
    } else {
        |failure, _| told(failure, |_, failure| json::written(&message(failure)))
    }
}

fn told(failure: &Failure, body: fn(StatusCode, &Failure) -> Vec<u8>) -> (StatusCode, Vec<u8>) {
    let status = failure.status(status_of);
    let bytes = match failure {
        Failure::NoToken
        | Failure::Unauthenticated(_)
        | Failure::Forbidden(_)
        | Failure::Closed(_)
        | Failure::NoRoute => json::written(&message(failure)),
        Failure::TooMany { .. } => json::written(&Message { message: "API rate limit exceeded".to_owned() }),
        _ => body(status, failure),
    };
    (status, bytes)
}

/// The status of each error of the core in this dialect.
fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Invalid(_) | Error::InUse { .. } | Error::LimitReached { .. } | Error::Pruned { .. } => {
            StatusCode::BAD_REQUEST
        }
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::NameTaken { .. }
        | Error::DescriptionDiffers { .. }
        | Error::RangeTaken { .. }
        | Error::SameCriteria { .. }
        | Error::Repeated { .. } => StatusCode::CONFLICT,
        Error::Busy { .. } | Error::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::Damaged { .. } | Error::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Error::Item { error, .. } => status_of(error),
    }
}

fn message(failure: &Failure) -> Message {
    Message { message: failure.message().into_owned() }
}

fn classification(status: StatusCode, failure: &Failure) -> Vec<u8> {
    let message = match violations(failure) {
        Some(violations @ [_, _, ..]) => {
            Messages::Several(violations.iter().map(|violation| violation.message.clone()).collect())
        }
        _ => Messages::One(failure.message().into_owned()),
    };
    let error = status.canonical_reason().unwrap_or_default().to_owned();
    json::written(&ClassificationError { status_code: status.as_u16(), message, error })
}

fn devices(_: StatusCode, failure: &Failure) -> Vec<u8> {
    let message = failure.message().into_owned();
    let coded =
        |code: &str, message: &str| CodedMessage { code: code.to_owned(), message: message.to_owned() };
    let errors = match violations(failure) {
        Some(violations) => {
            violations.iter().map(|violation| coded(violation.code, &violation.message)).collect()
        }
        None => vec![coded(failure.code(), &message)],
    };
    json::written(&DevicesError { success: false, error: DevicesErrors { message, errors } })
}

fn search(status: StatusCode, failure: &Failure) -> Vec<u8> {
    let message = failure.message().into_owned();
    let status = SearchStatus {
        count: 0,
        execution: "FAILED".to_owned(),
        message: message.clone(),
        status_code: status.as_u16(),
    };
    json::written(&SearchError { status, message })
}

fn events(_: StatusCode, failure: &Failure) -> Vec<u8> {
    json::written(&EventsError { ok: 0, message: failure.message().into_owned() })
}

fn violations(failure: &Failure) -> Option<&[Violation]> {
    match failure {
        Failure::Refused(Error::Invalid(violations)) => Some(violations),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use domain::Noun;
    use serde_json::{Value, json};

    use super::*;

    fn body(path: &str, failure: &Failure) -> Value {
        serde_json::from_slice(&wording(path)(failure, "").1).unwrap()
    }

    fn two_violations() -> Failure {
        let violation = |field: &str| Violation::new(field, "missing", format!("{field} is missing"));
        Error::Invalid(vec![violation("[0].name"), violation("[1].os")]).into()
    }

    #[test]
    fn each_path_has_its_own_body() {
        let failure = two_violations();
        assert_eq!(
            body("/api/v2/deviceclassification/rules", &failure),
            json!({"statusCode": 400, "message": ["[0].name is missing", "[1].os is missing"],
                "error": "Bad Request"})
        );
        assert_eq!(
            body("/api/v2/devices/device/tags/bulkadd", &failure),
            json!({"success": false, "error": {"message": "[0].name is missing; [1].os is missing",
                "errors": [{"code": "missing", "message": "[0].name is missing"},
                    {"code": "missing", "message": "[1].os is missing"}]}})
        );
        let message = "[0].name is missing; [1].os is missing";
        assert_eq!(body("/api/v2/events/data/audit", &failure), json!({"ok": 0, "message": message}));
        assert_eq!(
            body("/api/v2/events/datasearch/clientstatus", &failure),
            json!({"status": {"count": 0, "execution": "FAILED", "message": message, "status_code": 400},
                "message": message})
        );
    }

    #[test]
    fn one_message_is_no_list() {
        let failure = Error::not_found(Noun::Rule, 7).into();
        assert_eq!(
            body("/api/v2/deviceclassification/rules/7", &failure),
            json!({"statusCode": 404, "message": "rule 7 does not exist", "error": "Not Found"})
        );
    }

    #[test]
    fn tokens_and_routes_are_told_alike_everywhere() {
        let failures = [Failure::Unauthenticated("no"), Failure::Forbidden("no".into()), Failure::NoRoute];
        for (failure, text) in failures.iter().zip(["no", "no", "no Route matched with those values"]) {
            for path in [
                "deviceclassification",
                "devices/x",
                "events/datasearch/x",
                "events/data/x",
                "devicesandmore",
                "x",
            ] {
                assert_eq!(body(&format!("/api/v2/{path}"), failure), json!({"message": text}));
            }
        }
    }
}
