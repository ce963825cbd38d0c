//! Random queries in every writing, with what they mean said once more, naively; and random rows.

use proptest::prelude::*;
use proptest::sample::select;

use super::Person;

/// A query as a text, and what it says of a row.
#[derive(Clone, Debug)]
pub(super) enum Plain {
    And(Vec<Plain>),
    Or(Vec<Plain>),
    Not(Box<Plain>),
    /// Field, operator and values, in the words of the naive evaluator.
    Compare(&'static str, &'static str, Vec<String>),
}

const NAMES: [&str; 6] = ["", "joe", "JOE", "Jo'e", "Ökonom", "ökonom Ann"];
const NUMBERS: [&str; 7] = ["-1", "0", "1", "1.5", "2", "2.0", "99999999999999999999999"];
const VERSIONS: [&str; 7] = ["10", "10.0.0", "10.0.22631", "9.10", "9.9", "13.4c", "13.4.0C"];
const OTHER_VERSIONS: [&str; 2] = ["", "rolling"];

pub(super) fn row() -> impl Strategy<Value = Person> {
    let names = || select(NAMES.to_vec()).prop_map(str::to_owned);
    let versions = select([&VERSIONS[..], &OTHER_VERSIONS[..]].concat()).prop_map(str::to_owned);
    let addresses = prop::collection::vec(names(), 0..3);
    (names(), -2i64..4, versions, addresses, prop::option::of(-2i64..4))
        .prop_map(|(name, age, version, addresses, rank)| Person { name, age, version, addresses, rank })
}

pub(super) fn query() -> impl Strategy<Value = Plain> {
    comparison().prop_recursive(4, 24, 4, |part| {
        let several = || prop::collection::vec(part.clone(), 2..4);
        prop_oneof![
            several().prop_map(Plain::And),
            several().prop_map(Plain::Or),
            part.clone().prop_map(|part| Plain::Not(Box::new(part))),
        ]
    })
}

fn comparison() -> BoxedStrategy<Plain> {
    let fields = select(vec!["name", "age", "version", "host_info.addresses", "rank"]);
    let operators =
        select(vec!["eq", "neq", "like", "notlike", "gt", "gte", "lt", "lte", "from", "in", "not in"]);
    (fields, operators)
        .prop_flat_map(|(field, operator)| {
            let ordered = ["gt", "gte", "lt", "lte", "from"].contains(&operator);
            let pool = match field {
                "name" | "host_info.addresses" => NAMES.to_vec(),
                "age" | "rank" => NUMBERS.to_vec(),
                _ if ordered => VERSIONS.to_vec(),
                _ => [&VERSIONS[..], &OTHER_VERSIONS[..]].concat(),
            };
            let count = match operator {
                "from" => 2..3,
                "in" | "not in" => 1..5,
                _ => 1..2,
            };
            let values = prop::collection::vec(select(pool).prop_map(str::to_owned), count);
            values.prop_map(move |values| Plain::Compare(field, operator, values))
        })
        .boxed()
}

/// The writings of each operator.
const WRITINGS: [(&str, &[&str]); 10] = [
    ("eq", &["eq", "=", "==", "EQ"]),
    ("neq", &["neq", "!=", "<>"]),
    ("like", &["like", "~", "Like"]),
    ("notlike", &["notlike", "!~", "not like"]),
    ("gt", &["gt", ">"]),
    ("gte", &["gte", ">="]),
    ("lt", &["lt", "<"]),
    ("lte", &["lte", "<="]),
    ("in", &["in", "IN"]),
    ("not in", &["not in", "NOT In"]),
];

impl Plain {
    /// The query as a text; `choices` picks among the ways to write it.
    pub(super) fn written(&self, choices: &mut impl FnMut(usize) -> usize) -> String {
        match self {
            Self::And(parts) => Self::joined(parts, [" and ", "&&", " AND "], choices),
            Self::Or(parts) => Self::joined(parts, [" or ", "||", " Or "], choices),
            Self::Not(part) => {
                format!("{}({})", ["not ", "!", "NOT"][choices(3)], part.written(choices))
            }
            Self::Compare(field, "from", values) => {
                let (from, to) = (quoted(&values[0], choices), quoted(&values[1], choices));
                format!("{field} from {from} to {to}")
            }
            Self::Compare(field, operator, values) => {
                let (_, writings) = WRITINGS.iter().find(|(name, _)| name == operator).unwrap();
                let writing = writings[choices(writings.len())];
                let values: Vec<_> = values.iter().map(|value| quoted(value, choices)).collect();
                if operator.ends_with("in") {
                    let [open, close] = [["[", "]"], ["(", ")"]][choices(2)];
                    return format!("{field} {writing} {open}{}{close}", values.join(" , "));
                }
                format!("{field} {writing} {}", values[0])
            }
        }
    }

    fn joined(parts: &[Self], signs: [&str; 3], choices: &mut impl FnMut(usize) -> usize) -> String {
        let parts: Vec<_> = parts.iter().map(|part| format!("({})", part.written(choices))).collect();
        parts.join(signs[choices(3)])
    }

    /// What it says of a row.
    pub(super) fn holds(&self, row: &Person) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.holds(row)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(row)),
            Self::Not(part) => !part.holds(row),
            Self::Compare(field, "neq", values) => !compare(row, field, "eq", values),
            Self::Compare(field, "notlike", values) => !compare(row, field, "like", values),
            Self::Compare(field, "not in", values) => !compare(row, field, "in", values),
            Self::Compare(field, operator, values) => compare(row, field, operator, values),
        }
    }
}

fn compare(row: &Person, field: &str, operator: &str, values: &[String]) -> bool {
    let seen: Vec<String> = match field {
        "name" => vec![row.name.clone()],
        "age" => vec![row.age.to_string()],
        "version" => vec![row.version.clone()],
        "rank" => row.rank.iter().map(i64::to_string).collect(),
        _ => row.addresses.clone(),
    };
    seen.iter().any(|seen| {
        let one = |operator: &str, value: &str| one(field, seen, operator, value);
        match operator {
            "from" => one("gte", &values[0]) && one("lte", &values[1]),
            "in" => values.iter().any(|value| one("eq", value)),
            _ => one(operator, &values[0]),
        }
    })
}

fn one(field: &str, seen: &str, operator: &str, value: &str) -> bool {
    if operator == "like" {
        return seen.to_lowercase().contains(&value.to_lowercase());
    }
    let is_version = field == "version";
    if is_version && operator != "eq" && !seen.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let order = match field {
        "age" | "rank" => seen.parse::<f64>().unwrap().partial_cmp(&value.parse::<f64>().unwrap()).unwrap(),
        "version" => version_key(seen).cmp(&version_key(value)),
        _ => seen.to_lowercase().cmp(&value.to_lowercase()),
    };
    match operator {
        "eq" => order.is_eq(),
        "gt" => order.is_gt(),
        "gte" => order.is_ge(),
        "lt" => order.is_lt(),
        _ => order.is_le(),
    }
}

/// Eight numbers, which is more than any version here has, and the rest.
fn version_key(version: &str) -> ([u64; 8], String) {
    let digits = version.trim_end_matches(|c: char| c.is_alphabetic());
    let mut numbers = [0; 8];
    for (place, part) in digits.split('.').enumerate() {
        numbers[place] = part.parse().unwrap_or(0);
    }
    (numbers, version[digits.len()..].to_lowercase())
}

/// A value in quotes of either kind, or without any where it needs none.
fn quoted(value: &str, choices: &mut impl FnMut(usize) -> usize) -> String {
    let bare = !value.is_empty() && !value.contains([' ', '\'']);
    match choices(if bare { 3 } else { 2 }) {
        0 => format!("'{}'", value.replace('\'', "''")),
        1 => format!("\"{value}\""),
        _ => value.to_owned(),
    }
}
