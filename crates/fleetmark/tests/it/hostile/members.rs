//! Members of another type than theirs.

use serde_json::Value;

use super::CHECK_INS;
use super::attack::attack;
use super::case::Case;
use crate::operations::operations;

#[test]
fn a_member_of_another_type_is_refused() {
    attack(&cases());
}

/// Every member of every body, with every type that it does not have.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for operation in operations() {
        let Some(body) = operation.body else { continue };
        for pointer in pointers(&body, "") {
            // A description is any text.
            let any_text = pointer.ends_with("/description");
            for wrong in others(body.pointer(&pointer).expect("it is a place of this body")) {
                if any_text && wrong == NUL {
                    continue;
                }
                let mut body = body.clone();
                *body.pointer_mut(&pointer).expect("it is a place of this body") = Value::from("<here>");
                let body = body.to_string().replace("\"<here>\"", wrong);
                // One bad check-in is answered at its place, and the call is good.
                let judged_alone = operation.path == CHECK_INS && pointer.starts_with("/checkins");
                // Nothing has the id, which may be found out first.
                let statuses: &[u16] = if judged_alone { &[200, 400] } else { &[400, 404] };
                let case = Case::new(operation.method, &operation.path, statuses).json(&body);
                cases.push(if judged_alone { case.says("error") } else { case });
            }
        }
    }
    cases
}

/// The places of all values below the top.
fn pointers(value: &Value, at: &str) -> Vec<String> {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, value)| (n.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    let places = below.into_iter().flat_map(|(name, value)| {
        let place = format!("{at}/{name}");
        let deeper = pointers(value, &place);
        std::iter::once(place).chain(deeper)
    });
    places.collect()
}

const NUL: &str = "\"\\u0000\"";

/// Values of the types that this one does not have.
fn others(value: &Value) -> Vec<&'static str> {
    let texts = [NUL, "\"<x*70000>\""];
    let numbers = ["-1", "1.5", "1e400", "18446744073709551616", "0.1e-400"];
    let rest = ["true", "[[]]", "[{}]", "{\"$gt\":\"\"}"];
    match value {
        Value::String(_) => [&texts[..], &numbers, &rest].concat(),
        Value::Number(_) => [&texts[..], &numbers, &rest].concat(),
        _ => [&texts[..], &numbers, &["true", "\"\"", "[7]"]].concat(),
    }
}
