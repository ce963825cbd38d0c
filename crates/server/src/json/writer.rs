//! Writes whatever derives `Serialize`.
//!
//! `serde_json` looks at every byte of every text and name for what must be escaped; here texts are looked at sixteen
//! bytes together and names of members not at all. One writer for all forms, so that no reply is described a second time.

use serde::ser::{
    Error as _, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple,
    SerializeTupleStruct, Serializer,
};
use serde_json::{Error, Result};

use super::text::write_text;

/// As which type `serde_json` tells its own serializer of JSON that is to be copied as it is.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// Writes one value behind what is there.
pub(super) struct Writer<'j>(pub(super) &'j mut Vec<u8>);

/// An array or object that has been opened.
pub(super) struct Open<'j> {
    json: &'j mut Vec<u8>,
    empty: bool,
    /// What closes it.
    end: &'static str,
}

impl<'j> Open<'j> {
    fn new(json: &'j mut Vec<u8>, start: u8, end: &'static str) -> Self {
        json.push(start);
        Self { json, empty: true, end }
    }

    /// Before an item.
    #[inline]
    fn next(&mut self) {
        if !std::mem::take(&mut self.empty) {
            self.json.push(b',');
        }
    }

    /// Before a member's value. Where this is inlined, which member is the first and how long its name is are known, so
    /// that a few constants are stored.
    #[inline(always)]
    fn name(&mut self, name: &'static str) {
        // No member's name has anything in it that is escaped.
        let start: &[u8] = if std::mem::take(&mut self.empty) { b"\"" } else { b",\"" };
        self.json.reserve(start.len() + name.len() + 2);
        self.json.extend_from_slice(start);
        self.json.extend_from_slice(name.as_bytes());
        self.json.extend_from_slice(b"\":");
    }

    fn item<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
        self.next();
        item.serialize(Writer(self.json))
    }

    fn close(self) {
        self.json.extend_from_slice(self.end.as_bytes());
    }
}

/// Numbers as `serde_json` writes them.
macro_rules! numbers {
    ($($method:ident: $number:ty,)*) => {$(
        fn $method(self, number: $number) -> Result<()> {
            serde_json::to_writer(self.0, &number)
        }
    )*};
}

impl<'j> Serializer for Writer<'j> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Open<'j>;
    type SerializeTuple = Open<'j>;
    type SerializeTupleStruct = Open<'j>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Open<'j>;
    type SerializeStruct = Members<'j>;
    type SerializeStructVariant = Impossible<(), Error>;

    numbers! {
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_f32: f32,
        serialize_f64: f64,
    }

    #[inline]
    fn serialize_bool(self, truth: bool) -> Result<()> {
        self.0.extend_from_slice(if truth { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_char(self, char: char) -> Result<()> {
        self.serialize_str(char.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, text: &str) -> Result<()> {
        write_text(self.0, text);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<()> {
        bytes.serialize(self)
    }

    #[inline]
    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    #[inline]
    fn serialize_unit(self) -> Result<()> {
        self.0.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<()> {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<()> {
        let mut object = Members::new(self.0);
        object.serialize_field(name, value)?;
        SerializeStruct::end(object)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'j>> {
        Ok(Open::new(self.0, b'[', "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Open<'j>> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'j>> {
        self.serialize_seq(None)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'j>> {
        Ok(Open::new(self.0, b'{', "}"))
    }

    #[inline(always)]
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members<'j>> {
        Ok(if name == RAW_VALUE { Members::Raw(self.0) } else { Members::new(self.0) })
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Error>> {
        Err(no_form(name))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Error>> {
        Err(no_form(name))
    }
}

fn no_form(name: &str) -> Error {
    Error::custom(format_args!("no reply has a variant such as {name}'s"))
}

/// The members of a derived type.
pub(super) enum Members<'j> {
    Object(Open<'j>),
    /// Of JSON that is copied as it is; its one member is its text.
    Raw(&'j mut Vec<u8>),
}

impl<'j> Members<'j> {
    fn new(json: &'j mut Vec<u8>) -> Self {
        Self::Object(Open::new(json, b'{', "}"))
    }
}

impl SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = Error;

    #[inline(always)]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        match self {
            Self::Object(object) => {
                object.name(name);
                value.serialize(Writer(object.json))
            }
            Self::Raw(json) => copy_raw(json, value),
        }
    }

    fn end(self) -> Result<()> {
        if let Self::Object(object) = self {
            object.close();
        }
        Ok(())
    }
}

/// Writes JSON that `value` is the text of.
#[inline(never)]
fn copy_raw<T: Serialize + ?Sized>(json: &mut Vec<u8>, value: &T) -> Result<()> {
    let start = json.len();
    serde_json::to_writer(&mut *json, value)?;
    let text: String = serde_json::from_slice(&json[start..])?;
    json.truncate(start);
    json.extend_from_slice(text.as_bytes());
    Ok(())
}

impl SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.next();
        let start = self.json.len();
        key.serialize(Writer(self.json))?;
        match self.json.get(start) {
            Some(b'"') => Ok(()),
            _ => Err(Error::custom("no reply has a map whose keys are no texts")),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.json.push(b':');
        value.serialize(Writer(self.json))
    }

    fn end(self) -> Result<()> {
        self.close();
        Ok(())
    }
}

/// All that is a list is an array.
macro_rules! lists {
    ($($list:ident: $method:ident,)*) => {$(
        impl $list for Open<'_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
                self.item(item)
            }

            fn end(self) -> Result<()> {
                self.close();
                Ok(())
            }
        }
    )*};
}

lists! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
}
