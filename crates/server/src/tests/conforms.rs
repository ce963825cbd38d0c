//! Holds a value against a schema of a document: the part of JSON Schema that our documents use, and stricter in one
//! way. A member that the schema does not know is a fault, since an exact document names all that the server says.

use serde_json::{Map, Value};

/// Why `value`, which stands at `at`, is not of `schema`.
pub(super) fn fault(document: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        return fault(document, resolve(document, reference), value, at);
    }
    let of = |schema: &Value| fault(document, schema, value, at);
    if let Some(forms) = schema["oneOf"].as_array() {
        let faults: Vec<_> = forms.iter().map(of).collect();
        let fitting = faults.iter().filter(|fault| fault.is_none()).count();
        return (fitting != 1).then(|| format!("{at}: {fitting} forms fit: {faults:?}"));
    }
    if let Some(forms) = schema["anyOf"].as_array() {
        let faults: Option<Vec<_>> = forms.iter().map(of).collect();
        return faults.map(|faults| format!("{at}: no form fits: {faults:?}"));
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let members = parts.iter().flat_map(|part| properties(document, part)).collect();
        let whole = serde_json::json!({"type": "object", "properties": Value::Object(members)});
        return fault(document, &whole, value, at);
    }
    if !types(schema).contains(&kind(value)) {
        return Some(format!("{at}: {value} is no {}", schema["type"]));
    }
    if schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
        return Some(format!("{at}: {value} is none of {}", schema["enum"]));
    }
    match value {
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(place, item)| fault(document, &schema["items"], item, &format!("{at}[{place}]")))
        }
        Value::Object(members) => members_fault(document, schema, members, at),
        _ => None,
    }
}

/// What a reference within the document refers to.
#[track_caller]
pub(super) fn resolve<'a>(document: &'a Value, reference: &str) -> &'a Value {
    let pointer = reference.strip_prefix('#').expect("a reference within the document");
    document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
}

fn members_fault(document: &Value, schema: &Value, members: &Map<String, Value>, at: &str) -> Option<String> {
    let mut required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(missing) = required.find(|name| !members.contains_key(*name)) {
        return Some(format!("{at}: {missing} is missing"));
    }
    members.iter().find_map(|(name, value)| {
        let known = schema["properties"].get(name);
        if schema.get("properties").is_none() && schema.get("additionalProperties").is_none() {
            return None;
        }
        match known.or_else(|| schema.get("additionalProperties").filter(|others| others.is_object())) {
            Some(schema) => fault(document, schema, value, &format!("{at}.{name}")),
            None => Some(format!("{at}: {name} is not in the document")),
        }
    })
}

fn properties(document: &Value, schema: &Value) -> Map<String, Value> {
    let schema = schema["$ref"].as_str().map_or(schema, |reference| resolve(document, reference));
    schema["properties"].as_object().cloned().unwrap_or_default()
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => panic!("a schema without a type: {schema}"),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[test]
fn what_the_document_does_not_say_is_a_fault() {
    let document = serde_json::json!({"text": {"type": "string"}});
    let schema = serde_json::json!({"type": "object", "required": ["a"],
        "properties": {"a": {"$ref": "#/text"}, "b": {"type": "array", "items": {"type": ["integer", "null"]}}}});
    let fits = |value: Value| fault(&document, &schema, &value, "").is_none();
    assert!(fits(serde_json::json!({"a": "x", "b": [1, null]})));
    for wrong in [
        serde_json::json!({}),
        serde_json::json!({"a": 1}),
        serde_json::json!({"a": "x", "b": ["y"]}),
        serde_json::json!({"a": "x", "c": 1}),
        serde_json::json!([]),
    ] {
        assert!(!fits(wrong.clone()), "{wrong}");
    }
}
