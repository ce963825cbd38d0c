//! Schemas of the API documents that no Rust type says.

use utoipa::openapi::schema::{ArrayBuilder, Object, ObjectBuilder, SchemaType, Type};

/// The operating systems that rules and check-ins name.
const OS: [&str; 7] = ["windows", "mac", "linux", "android", "ios", "chromeos", "winserver"];

/// A member that is always true.
pub(crate) fn always_true() -> Object {
    constant(true)
}

/// A member that is always false.
pub(crate) fn always_false() -> Object {
    constant(false)
}

/// The name of an operating system.
pub(crate) fn os() -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(OS)).build()
}

/// The name of an operating system, or null.
pub(crate) fn os_or_null() -> Object {
    let names = OS.into_iter().map(Some).chain([None]);
    let types = SchemaType::from_iter([Type::String, Type::Null]);
    ObjectBuilder::new().schema_type(types).enum_values(Some(names)).build()
}

/// The names of all operating systems.
pub(crate) fn all_os() -> utoipa::openapi::schema::Array {
    ArrayBuilder::new().items(os()).build()
}

fn constant(value: bool) -> Object {
    ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([value])).build()
}
