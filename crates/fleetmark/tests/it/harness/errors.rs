//! The error bodies of each dialect (netskope-v2.md §2 and §3, alloyscan.md "Authentication"), each with every one of
//! `parts` somewhere in its texts.

use serde_json::{Value, json};

use super::shape::{any_text, list_of, object_saying, says};

/// `deviceclassification`: `{"statusCode", "message": text or texts, "error": the status's name}`.
pub fn classification_error(status: u16, parts: &[&str]) -> Value {
    let name = match status {
        307 => "Temporary Redirect",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        503 => "Service Unavailable",
        other => panic!("no name known for status {other}"),
    };
    json!({"statusCode": status, "message": says(parts), "error": name})
}

/// `devices`: `{"success": false, "error": {"message", "errors": [{"code", "message"}, …]}}`.
pub fn devices_error(parts: &[&str]) -> Value {
    let errors = list_of(json!({"code": any_text(), "message": any_text()}));
    let error = object_saying(json!({"message": any_text(), "errors": errors}), json!({}), parts);
    json!({"success": false, "error": error})
}

/// `datasearch`: the failed execution, its message at both places.
pub fn search_error(status: u16, parts: &[&str]) -> Value {
    let status = json!({"count": 0, "execution": "FAILED", "message": says(parts), "status_code": status});
    json!({"status": status, "message": says(parts)})
}

/// `events/data`: `{"ok": 0, "message"}`.
pub fn events_error(parts: &[&str]) -> Value {
    json!({"ok": 0, "message": says(parts)})
}

/// Token and area failures on every v2 path, and routes that do not exist: `{"message"}`.
pub fn message(parts: &[&str]) -> Value {
    json!({"message": says(parts)})
}

/// REST API v1: `{"status": "error", "errorCode", "errors": […]}`, its code that of `status`.
pub fn v1_error(status: u16, parts: &[&str]) -> Value {
    let code = match status {
        302 => "Redirect",
        400 => "Invalid Parameter",
        403 => "Authorization Error",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        503 => "Service Under Maintenance",
        other => panic!("no code known for status {other}"),
    };
    let required = json!({"status": "error", "errorCode": code, "errors": list_of(any_text())});
    object_saying(required, json!({}), parts)
}

/// The paths under `/api/v1`: `{"error", "message"}`, with `details` where fields are to blame.
pub fn our_error(parts: &[&str]) -> Value {
    let details = list_of(json!({"field": any_text(), "message": any_text()}));
    let required = json!({"error": any_text(), "message": any_text()});
    object_saying(required, json!({"details": details}), parts)
}
