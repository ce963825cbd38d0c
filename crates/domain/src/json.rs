//! JSON read strictly: a member given twice is an error, never a silent choice between two values.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// Any JSON none of whose objects has a member twice. It is read and not kept: of millions of small values in one body
/// no more is in memory than the names of the members of those objects that are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strict;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_str<E>(self, _: &str) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Strict, A::Error> {
        while let Some(Strict) = items.next_element()? {}
        Ok(Strict)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Strict, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(Name(name)) = members.next_key()? {
            if names.contains(&name) {
                return Err(de::Error::custom(format_args!("duplicate field `{name}`")));
            }
            names.insert(name);
            let Strict = members.next_value()?;
        }
        Ok(Strict)
    }
}

/// A member's name, borrowed where it has no escapes.
struct Name<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor).map(Self)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(name.into())
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(name.to_owned().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_given_twice_is_refused_at_any_depth() {
        for json in [r#"{"a":[{"b":1,"b":1}]}"#, r#"{"b":{"b":1},"\u0062":1}"#] {
            let error = serde_json::from_str::<Strict>(json).unwrap_err();
            assert!(error.to_string().starts_with("duplicate field `b`"), "{error}");
        }
    }

    #[test]
    fn everything_else_reads_as_usual() {
        let good = [r#"{"a":[1,-2,2.5,"x\n",null,true,{"b":{}}],"b":[{"a":1},{"a":2}]}"#, " 7 ", "\"a\""];
        for json in good {
            assert_eq!(serde_json::from_str(json).ok(), Some(Strict), "{json}");
        }
        let deep = "[".repeat(200);
        for json in ["", "{", "[1,]", "{} {}", "1e400", r#""\ud800""#, r#"{"a":01}"#, &deep] {
            assert!(serde_json::from_str::<Strict>(json).is_err(), "{json}");
        }
    }
}
