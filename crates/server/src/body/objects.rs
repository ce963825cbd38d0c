//! JSON in which an object is an object and an enumeration a string. The readers that serde derives would also take
//! an array of the members' values for an object, and an object for an enumeration. They would also fill memory with
//! millions of small items before anybody counts them: here an array or object ends at a bound.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};

/// Most items of an array, and members of an object: more than any list may hold, so that those who know a list's own
/// limit tell it.
const ITEMS_MAX: usize = 10_000;

/// Reads all of `json` as a `T`, which may borrow from it.
pub(super) fn read<'a, T: Deserialize<'a>>(json: &'a [u8]) -> serde_json::Result<T> {
    // To look once whether all of it is UTF-8 costs a fraction of looking at each of its strings.
    match str::from_utf8(json) {
        Ok(text) => read_from(serde_json::Deserializer::from_str(text)),
        // Says where it is not.
        Err(_) => read_from(serde_json::Deserializer::from_slice(json)),
    }
}

fn read_from<'a, R: serde_json::de::Read<'a>, T: Deserialize<'a>>(
    mut deserializer: serde_json::Deserializer<R>,
) -> serde_json::Result<T> {
    let value = T::deserialize(Objects(&mut deserializer))?;
    deserializer.end()?;
    Ok(value)
}

/// A deserializer or a seed, all below it being read in the same way. What is
/// expected is said in the words of JSON.
pub(super) struct Objects<T>(pub(super) T);

const ARRAY: Option<&str> = Some("an array");
const OBJECT: Option<&str> = Some("an object");
const NUMBER: Option<&str> = Some("a whole number within its limits");

/// Forwards methods; after each stands what is expected, `None` being what the visitor says itself.
macro_rules! forward {
    ($($method:ident: $expected:expr,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method(Reader { visitor, expected: $expected })
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Objects<D> {
    type Error = D::Error;

    forward! {
        deserialize_any: None,
        deserialize_bool: None,
        deserialize_i8: NUMBER,
        deserialize_i16: NUMBER,
        deserialize_i32: NUMBER,
        deserialize_i64: NUMBER,
        deserialize_u8: NUMBER,
        deserialize_u16: NUMBER,
        deserialize_u32: NUMBER,
        deserialize_u64: NUMBER,
        deserialize_f32: Some("a number"),
        deserialize_f64: Some("a number"),
        deserialize_char: None,
        deserialize_str: None,
        deserialize_string: None,
        deserialize_bytes: None,
        deserialize_byte_buf: None,
        deserialize_option: None,
        deserialize_unit: Some("null"),
        deserialize_seq: ARRAY,
        deserialize_map: None,
        deserialize_identifier: None,
        deserialize_ignored_any: None,
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Reader { visitor, expected: OBJECT })
    }

    /// By its name alone: no request has an enumeration whose values hold anything.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_str(Name(visitor))
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_unit_struct(name, Reader { visitor, expected: Some("null") })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, Reader { visitor, expected: None })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple(len, Reader { visitor, expected: ARRAY })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple_struct(name, len, Reader { visitor, expected: ARRAY })
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Objects<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Objects(deserializer))
    }
}

/// The items or members of a value, read in the same way until there are too many.
struct Counted<A> {
    items: A,
    left: usize,
}

impl<A> Counted<A> {
    fn new(items: A) -> Self {
        Self { items, left: ITEMS_MAX }
    }

    /// After the next item or member was found.
    fn count<T, E: Error>(&mut self, found: Option<T>, what: &str) -> Result<Option<T>, E> {
        if found.is_some() {
            let left = self.left.checked_sub(1);
            let too_many = || E::custom(format_args!("too many {what}; send them in several calls"));
            self.left = left.ok_or_else(too_many)?;
        }
        Ok(found)
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Counted<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let found = self.items.next_element_seed(Objects(seed))?;
        self.count(found, "items")
    }

    fn size_hint(&self) -> Option<usize> {
        self.items.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Counted<A> {
    type Error = A::Error;

    /// Names of members are strings, below which there is nothing.
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let found = self.items.next_key_seed(seed)?;
        self.count(found, "members")
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.items.next_value_seed(Objects(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.items.size_hint()
    }
}

/// A visitor that finds the same below its value.
struct Reader<V> {
    visitor: V,
    /// In place of the visitor's own words, which can name a Rust type.
    expected: Option<&'static str>,
}

/// Forwards methods that take a value with nothing below it.
macro_rules! take {
    ($($method:ident: $value:ty,)*) => {$(
        fn $method<E: Error>(self, value: $value) -> Result<V::Value, E> {
            self.visitor.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Reader<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.expected {
            Some(expected) => formatter.write_str(expected),
            None => self.visitor.expecting(formatter),
        }
    }

    take! {
        visit_bool: bool,
        visit_i64: i64,
        visit_u64: u64,
        visit_f64: f64,
        visit_str: &str,
        visit_borrowed_str: &'de str,
        visit_string: String,
        visit_bytes: &[u8],
        visit_borrowed_bytes: &'de [u8],
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Objects(deserializer))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_newtype_struct(Objects(deserializer))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(Counted::new(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(Counted::new(members))
    }
}

/// A visitor of an enumeration, given a value's name.
struct Name<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Name<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<V::Value, E> {
        let name: StrDeserializer<'_, E> = name.into_deserializer();
        self.0.visit_enum(name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;
    use wire::check_in::{CheckIn, CheckIns};
    use wire::netskope_v2::{Bulk, NewClassification, NewRule};

    use super::*;

    #[test]
    fn an_array_is_no_object_at_any_depth() {
        for json in [
            r#"["x"]"#,
            r#"{"checkins":[["x","u"]]}"#,
            r#"{"checkins":[{"nsdeviceuid":"x","facts":["corp"]}]}"#,
            r#"{"checkins":[{"nsdeviceuid":"x","facts":{"antivirus":[["p",true]]}}]}"#,
            r#"{"checkins":[{"nsdeviceuid":"x","facts":{"files":{"/x":[true]}}}]}"#,
            r#"{"checkins":[{"nsdeviceuid":"x","facts":{"processes":{"x":[true,"s"]}}}]}"#,
            r#"{"checkins":[{"nsdeviceuid":"x","facts":{"certificates":[{"store":{"user":null}}]}}]}"#,
        ] {
            assert!(read::<CheckIns>(json.as_bytes()).is_err(), "{json}");
        }
        let error = read::<Bulk<'_>>(br#"{"tags":[1],"devices":[["M2"]]}"#).unwrap_err().to_string();
        assert!(error.starts_with("invalid type: sequence, expected an object at"), "{error}");
        assert!(read::<Bulk<'_>>(br#"{"tags":[1],"devices":[{"nsdeviceuid":"M2"}]} x"#).is_err());
    }

    #[test]
    fn everything_else_reads_as_without_it() {
        let json = r#"{"checkins":[{"nsdeviceuid":"x","os":null,"macAddresses":["a","b\t"],"facts":{
            "domain":"", "antivirus":[{"product":"p","upToDate":true}],"processes":{"a":true,"b":
            {"running":true,"signerName":"s"}},"files":{"/x":{"present":false}},"mdm":false,
            "certificates":[{"store":"user"},{"issuer":"i"}]}}]}"#;
        let read: CheckIns = read(json.as_bytes()).unwrap();
        assert_eq!(read, serde_json::from_str(json).unwrap());
    }

    #[test]
    fn a_list_ends_at_a_bound() {
        let of = |count: usize| format!("[{}]", vec!["{\"name\":\"n\"}"; count].join(","));
        assert_eq!(read::<Vec<NewClassification<'_>>>(of(ITEMS_MAX).as_bytes()).unwrap().len(), ITEMS_MAX);
        let more = of(ITEMS_MAX + 1);
        let error = read::<Vec<NewClassification<'_>>>(more.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("too many items; send them in several calls"), "{error}");
        let processes: Vec<_> = (0..=ITEMS_MAX).map(|n| format!("\"{n}\":true")).collect();
        let json = format!(r#"{{"nsdeviceuid":"x","facts":{{"processes":{{{}}}}}}}"#, processes.join(","));
        let error = read::<CheckIn>(json.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("too many members; send them in several calls"), "{error}");
    }

    #[test]
    fn texts_and_raw_values_still_borrow() {
        let json = br#"[{"name":"plain","label":"l","os":"mac","conditions":{ "a": [1.50] }}]"#;
        let rules: Vec<NewRule<'_>> = read(json).unwrap();
        assert!(matches!(rules[0].name.0, std::borrow::Cow::Borrowed("plain")));
        let conditions: &RawValue = rules[0].conditions;
        assert!(json.as_ptr_range().contains(&conditions.get().as_ptr()));
        assert_eq!(conditions.get(), r#"{ "a": [1.50] }"#);
    }
}
