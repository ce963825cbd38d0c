//! Why a value could not be read, in the words of JSON and with the place.

use serde::Deserialize;

use super::objects::Objects;

/// What is wrong at which member.
#[derive(Debug)]
pub(crate) struct Reason {
    /// The member's path; empty for the whole value.
    pub(crate) field: String,
    /// Names the member, or the whole value.
    pub(crate) message: String,
}

/// Reads `json`, one value, as a `T`. Slower than to read without a reason.
///
/// # Errors
/// Names the first member at fault; what is wrong with the whole is said of `whole`.
pub(crate) fn read<'a, T: Deserialize<'a>>(json: &'a [u8], whole: &str) -> Result<T, Reason> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let read = serde_path_to_error::deserialize(Objects(&mut deserializer));
    read.map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        reason(path, error.inner(), whole)
    })
}

/// The texts are those of serde and of the readers in `wire`, which end with what is expected.
fn reason(path: String, error: &serde_json::Error, whole: &str) -> Reason {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = text.strip_suffix(&place).unwrap_or(&text);
    // The path of a member that is missing ends at its object.
    if let Some(member) = text.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        let field = if path.is_empty() { member.to_owned() } else { format!("{path}.{member}") };
        return Reason { message: format!("{field} is missing"), field };
    }
    if text.starts_with("unknown field") {
        return Reason { message: format!("property {path} should not exist"), field: path };
    }
    let subject = if path.is_empty() { whole } else { &path };
    let message = match text.rsplit_once(", expected ") {
        Some((_, "u32")) => format!("{subject} must be a whole number from 0 to {}", u32::MAX),
        Some((_, expected)) => format!("{subject} must be {}", expected.replace('`', "\"")),
        None => format!("{subject}: {text}"),
    };
    Reason { field: path, message }
}

#[cfg(test)]
mod tests {
    use wire::check_in::CheckIn;
    use wire::management::NewToken;

    use super::*;

    fn told(json: &str) -> (String, String) {
        let Reason { field, message } = read::<CheckIn>(json.as_bytes(), "the check-in").unwrap_err();
        (field, message)
    }

    #[test]
    fn what_is_expected_is_said_without_a_type_of_the_code() {
        for (json, field, message) in [
            ("5", "", "the check-in must be an object"),
            (r#"["x"]"#, "", "the check-in must be an object"),
            ("{}", "nsdeviceuid", "nsdeviceuid is missing"),
            (r#"{"nsdeviceuid":7}"#, "nsdeviceuid", "nsdeviceuid must be a string"),
            (r#"{"nsdeviceuid":"a","shoe":7}"#, "shoe", "property shoe should not exist"),
            (r#"{"macAddresses":"x, expected y"}"#, "macAddresses", "macAddresses must be an array"),
            (r#"{"facts":{"files":{"/x":true}}}"#, "facts.files./x", "facts.files./x must be an object"),
            (
                r#"{"facts":{"files":{"/x":{}}}}"#,
                "facts.files./x.present",
                "facts.files./x.present is missing",
            ),
            (
                r#"{"facts":{"processes":{"x":"yes"}}}"#,
                "facts.processes.x",
                "facts.processes.x must be true, false or an object with \"running\"",
            ),
            (r#"{"facts":{"mdm":"yes"}}"#, "facts.mdm", "facts.mdm must be a boolean"),
            (
                r#"{"facts":{"certificates":[{"store":"disk"}]}}"#,
                "facts.certificates[0].store",
                "facts.certificates[0].store must be \"machine\" or \"user\"",
            ),
            (
                r#"{"facts":{"certificates":[{"store":3}]}}"#,
                "facts.certificates[0].store",
                "facts.certificates[0].store must be a string",
            ),
        ] {
            assert_eq!(told(json), (field.to_owned(), message.to_owned()), "{json}");
        }
        let areas = br#"{"name":"n","role":"user","areas":["devices"]}"#;
        let reason = read::<NewToken>(areas, "the body").unwrap_err();
        assert_eq!(reason.message, "areas must be an object of areas and levels");
    }
}
