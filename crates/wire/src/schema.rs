//! Schemas of the API documents that no derive can say.

use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Stands for the name of an operating system.
pub(crate) enum OsName {}

impl ToSchema for OsName {}

impl PartialSchema for OsName {
    fn schema() -> RefOr<Schema> {
        let names = ["windows", "mac", "linux", "android", "ios", "chromeos", "winserver"];
        let meaning = "An operating system. Requests may write it in any case.";
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(names))
            .description(Some(meaning))
            .into()
    }
}

/// Stands for what a token may do.
pub(crate) enum RoleName {}

impl ToSchema for RoleName {}

impl PartialSchema for RoleName {
    fn schema() -> RefOr<Schema> {
        let meaning = "An administrator may do everything on its site, a user what its areas say.";
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["administrator", "user"]))
            .description(Some(meaning))
            .into()
    }
}

/// Stands for what an entry of the change log is about.
pub(crate) enum ChangedObject {}

impl ToSchema for ChangedObject {}

impl PartialSchema for ChangedObject {
    fn schema() -> RefOr<Schema> {
        let names = [
            "Site",
            "Tag",
            "Classification",
            "Rule",
            "Segment",
            "Device",
            "Token",
            "App Registration",
            "Server",
        ];
        one_of(&names, "What an entry is about.")
    }
}

/// Stands for what was done to it.
pub(crate) enum ChangeName {}

impl ToSchema for ChangeName {}

impl PartialSchema for ChangeName {
    fn schema() -> RefOr<Schema> {
        one_of(&["Added", "Modified", "Deleted"], "What was done.")
    }
}

/// Stands for what a notice is about.
pub(crate) enum NoticeKind {}

impl ToSchema for NoticeKind {}

impl PartialSchema for NoticeKind {
    fn schema() -> RefOr<Schema> {
        one_of(&["app_registration", "token"], "What expires.")
    }
}

/// Stands for how near an expiry is.
pub(crate) enum NoticeLevel {}

impl ToSchema for NoticeLevel {}

impl PartialSchema for NoticeLevel {
    fn schema() -> RefOr<Schema> {
        one_of(&["expires_in_30_days", "expires_in_7_days", "expired"], "How near the expiry is.")
    }
}

fn one_of(names: &[&str], meaning: &str) -> RefOr<Schema> {
    let names = names.iter().copied();
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).description(Some(meaning)).into()
}

/// A member that is always true.
pub(crate) fn always_true() -> Object {
    constant(true, "Always true.")
}

/// A member that is always false.
pub(crate) fn always_false() -> Object {
    constant(false, "Always false.")
}

/// A mark: true where it stands.
pub(crate) fn mark() -> Object {
    constant(true, "True where it holds, absent elsewhere.")
}

/// A whole number that is not negative, however large, or null.
pub(crate) fn whole_or_null(meaning: &str) -> Object {
    let types = SchemaType::from_iter([Type::Integer, Type::Null]);
    ObjectBuilder::new().schema_type(types).minimum(Some(0)).description(Some(meaning)).build()
}

fn constant(value: bool, meaning: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .enum_values(Some([value]))
        .description(Some(meaning))
        .build()
}

/// A count, however large; may be absent.
pub(crate) fn count() -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Integer, Type::Null]))
        .minimum(Some(0))
        .build()
}
