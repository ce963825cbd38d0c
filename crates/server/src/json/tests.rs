use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::*;

/// Whatever a reply may be made of.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Everything<'a> {
    #[serde(flatten)]
    first: First<'a>,
    truth_told: bool,
    #[serde(rename = "type")]
    kind: Kind,
    nothing: Option<u32>,
    something: Option<Newtype<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<u32>,
    numbers: (i8, i16, i32, i64, u8, u16, u32, u64, usize),
    fractions: [f64; 4],
    small_fraction: f32,
    letter: char,
    by_name: BTreeMap<&'a str, Vec<Untagged>>,
    empty: (BTreeMap<&'a str, u8>, Vec<u8>, ()),
    conditions: &'a RawValue,
    both: Pair,
    unit: Unit,
    carrying: Carrying,
}

#[derive(Serialize)]
struct First<'a> {
    id: String,
    name: &'a str,
    more: Option<&'a RawValue>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    OneOfThem,
}

#[derive(Serialize)]
struct Newtype<'a>(&'a str);

#[derive(Serialize)]
struct Pair(u8, &'static str);

#[derive(Serialize)]
struct Unit;

#[derive(Serialize)]
enum Carrying {
    Text(&'static str),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
    Object { inside: &'static str },
}

fn same(value: &impl Serialize) {
    let wanted = serde_json::to_string(value).expect("JSON");
    assert_eq!(String::from_utf8_lossy(&written(value)), wanted);
}

#[test]
fn every_form_is_written_as_the_json_library_writes_it() {
    let raw: Box<RawValue> =
        serde_json::from_str(r#"{ "$and": ["\u00e4\"\\", 1.50, null ] }"#).expect("JSON");
    for name in ["", "plain", "a \"quote\" and Büro №1", "two\nlines and \u{1} more", "\u{7f}\u{80}😀"] {
        same(&Everything {
            first: First {
                id: name.repeat(3),
                name,
                more: Some(&raw).filter(|_| name.len() > 5).map(|raw| &**raw),
            },
            truth_told: name.is_empty(),
            kind: Kind::OneOfThem,
            nothing: None,
            something: Some(Newtype(name)),
            left_out: None,
            numbers: (i8::MIN, i16::MIN, i32::MIN, i64::MIN, u8::MAX, u16::MAX, u32::MAX, u64::MAX, 0),
            fractions: [0.0, -1.5, 1e300, f64::NAN],
            small_fraction: 0.1,
            letter: '"',
            by_name: [
                (name, vec![Untagged::Number(7), Untagged::Object { inside: "x" }]),
                ("y\n", Vec::new()),
            ]
            .into(),
            empty: (BTreeMap::new(), Vec::new(), ()),
            conditions: &raw,
            both: Pair(1, "two"),
            unit: Unit,
            carrying: Carrying::Text("t"),
        });
    }
}

#[test]
fn any_json_is_written_as_the_json_library_writes_it() {
    let mut value = json!([null, true, -1, 2.5, "x", {}, []]);
    for depth in 0..6 {
        value = json!({"depth": depth, "a \"name\"": [value, "t\u{0}"], "": {"b": value, "c": [[], {}]}});
    }
    same(&value);
}
