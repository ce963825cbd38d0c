//! Expected bodies with open places: exact everywhere except where a test says otherwise.
//!
//! An open place is an object with one member whose name starts with `«`, which no answer of the server has.

use serde_json::{Value, json};

/// Anything, but the member is there.
pub fn any() -> Value {
    json!({"«any»": null})
}

/// A positive integer.
pub fn any_id() -> Value {
    json!({"«id»": null})
}

/// A text that is not empty.
pub fn any_text() -> Value {
    json!({"«text with»": [""]})
}

/// A moment as Netskope's dialect writes it, `2025-07-28T08:48:14.000Z`.
pub fn any_time() -> Value {
    json!({"«time»": null})
}

/// A UUID in its hyphenated form.
pub fn any_uuid() -> Value {
    json!({"«uuid»": null})
}

/// A text that holds `part`.
pub fn text_with(part: &str) -> Value {
    json!({"«text with»": [part]})
}

/// A text, or a list of texts, that holds every one of `parts`.
pub fn says(parts: &[&str]) -> Value {
    json!({"«says»": parts})
}

/// An object whose members may only be `allowed`, of which `required` are there, and whose texts hold all `parts`.
pub fn object_saying(required: Value, optional: Value, parts: &[&str]) -> Value {
    json!({"«object»": {"required": required, "optional": optional, "parts": parts}})
}

/// A list of at least one element, each of which looks like `element`.
pub fn list_of(element: Value) -> Value {
    json!({"«list of»": element})
}

/// The first place where `got` is not what `expected` asks for, as a sentence.
pub fn difference(expected: &Value, got: &Value) -> Option<String> {
    compare(expected, got, "body").err()
}

fn compare(expected: &Value, got: &Value, at: &str) -> Result<(), String> {
    if let Some((kind, argument)) = open_place(expected) {
        return fills(kind, argument, got, at);
    }
    match (expected, got) {
        (Value::Object(wanted), Value::Object(found)) => {
            if let Some(extra) = found.keys().find(|name| !wanted.contains_key(*name)) {
                return Err(format!("{at} has a member {extra} that was not expected"));
            }
            for (name, value) in wanted {
                let there = found.get(name).ok_or_else(|| format!("{at} lacks the member {name}"))?;
                compare(value, there, &format!("{at}.{name}"))?;
            }
            Ok(())
        }
        (Value::Array(wanted), Value::Array(found)) => {
            if wanted.len() != found.len() {
                return Err(format!("{at} has {} elements instead of {}", found.len(), wanted.len()));
            }
            let mut pairs = wanted.iter().zip(found).enumerate();
            pairs.try_for_each(|(index, (value, there))| compare(value, there, &format!("{at}[{index}]")))
        }
        _ if expected == got => Ok(()),
        _ => Err(format!("{at} is {got} instead of {expected}")),
    }
}

fn open_place(expected: &Value) -> Option<(&str, &Value)> {
    let object = expected.as_object()?;
    let (kind, argument) = object.iter().next()?;
    kind.starts_with('«').then_some((kind.as_str(), argument))
}

fn fills(kind: &str, argument: &Value, got: &Value, at: &str) -> Result<(), String> {
    let fits = match kind {
        "«any»" => true,
        "«id»" => got.as_u64().is_some_and(|id| id > 0),
        "«time»" => got.as_str().is_some_and(|text| has_form(text, "dddd-dd-ddTdd:dd:dd.dddZ")),
        "«uuid»" => got.as_str().is_some_and(|text| has_form(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")),
        "«text with»" => got.as_str().is_some_and(|text| !text.is_empty() && holds(text, argument)),
        "«says»" => !got.is_object() && holds(&texts(got), argument),
        "«list of»" => {
            let list = got.as_array().filter(|list| !list.is_empty());
            let list = list.ok_or_else(|| format!("{at} is {got} instead of a list that is not empty"))?;
            return list.iter().try_for_each(|element| compare(argument, element, &format!("{at}[…]")));
        }
        "«object»" => {
            let found = got.as_object().ok_or_else(|| format!("{at} is {got} instead of an object"))?;
            let mut wanted = argument["required"].clone();
            for (name, value) in argument["optional"].as_object().expect("built by object_saying") {
                if found.contains_key(name) {
                    wanted[name] = value.clone();
                }
            }
            compare(&wanted, got, at)?;
            holds(&texts(got), &argument["parts"])
        }
        other => panic!("no such open place: {other}"),
    };
    if fits { Ok(()) } else { Err(format!("{at} is {got} instead of {kind} {argument}")) }
}

/// `d` stands for a digit, `x` for a hexadecimal digit, everything else for itself.
fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.chars().zip(form.chars()).all(|(c, f)| match f {
            'd' => c.is_ascii_digit(),
            'x' => c.is_ascii_hexdigit(),
            _ => c == f,
        })
}

fn holds(text: &str, parts: &Value) -> bool {
    let parts = parts.as_array().expect("built by the functions above");
    parts.iter().all(|part| text.contains(part.as_str().expect("parts are texts")))
}

/// All texts in a value, one a line.
fn texts(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(texts).collect::<Vec<_>>().join("\n"),
        Value::Object(members) => members.values().map(texts).collect::<Vec<_>>().join("\n"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_exact_but_for_their_open_places() {
        let expected =
            json!({"id": any_id(), "list": [{"name": "a"}], "at": any_time(), "why": says(&["b", "c"])});
        let got =
            json!({"id": 7, "list": [{"name": "a"}], "at": "2025-07-28T08:48:14.000Z", "why": ["c!", "b!"]});
        assert_eq!(difference(&expected, &got), None);
        for (pointer, value) in [
            ("/id", json!("7")),
            ("/id", json!(0)),
            ("/list", json!([])),
            ("/list/0", json!({"name": "a", "more": 1})),
            ("/list/0", json!({})),
            ("/at", json!("2025-07-28")),
            ("/why", json!(["b"])),
            ("/why", json!({"b": "c"})),
        ] {
            let mut wrong = got.clone();
            *wrong.pointer_mut(pointer).unwrap() = value;
            assert!(difference(&expected, &wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn an_object_may_have_its_optional_members_and_no_others() {
        let expected = object_saying(json!({"a": any()}), json!({"b": list_of(any_text())}), &["x"]);
        for right in [json!({"a": "x"}), json!({"a": 1, "b": ["x"]})] {
            assert_eq!(difference(&expected, &right), None);
        }
        for wrong in [json!({"a": "y"}), json!({"a": "x", "b": []}), json!({"a": "x", "c": 1}), json!("x")] {
            assert!(difference(&expected, &wrong).is_some(), "{wrong}");
        }
    }
}
